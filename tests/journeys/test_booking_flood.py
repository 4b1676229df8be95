"""Programs that book with made-up data: they come to their limits, and nobody else does.

The long form by itself, with its figures: `bin/prove tests/journeys/test_booking_flood.py -n 0 -s`.
It sends 10,000 forms from 500 addresses, 40 a second, so that it takes about five minutes.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from rounds import rounds
from web.booking_page.visitor import Visitor

from .booking_walk import town
from .serving import Server, installed
from .wire import Wire, request

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.prove, pytest.mark.timeout(1200)]

ADDRESSES = rounds(some=4, many=500)
FORMS_EACH = 20
HELD = 10  # by one address, without a puzzle
WAVES = rounds(some=1, many=10)  # alternating with calm, so that both see the same machine
FORMS_PER_SECOND = 40
AT_A_TIME = 4
CALM_BOOKINGS = rounds(some=2, many=20)  # between two waves
PAUSE_SECONDS = 0.1  # between two bookings of visitors
# The short form has too few bookings for a figure; it would only see that the page hangs.
MOST_SLOWER = rounds(some=20, many=2)

PAGE = "/book/town?lang=en&service=passport&people=1&branch="
TYPED = {
    "firstName": "Jo",
    "lastName": "Doe",
    "email": "jo@a.example",
    "question-kids": "2",
    "consent": "yes",
}
_START = re.compile(rb'<button name="start" value="([^"]+)"')
_HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)">')


async def test_a_flood_comes_to_its_limits_and_hinders_nobody_else(tmp_path: Path) -> None:
    calm: list[float] = []
    flooded: list[float] = []
    answers: Counter[int] = Counter()
    visitors = _visitors()
    with installed(tmp_path, _town()).serving(trusted_proxies="127.0.0.1") as server:
        for wave in range(WAVES):
            for _ in range(CALM_BOOKINGS):
                calm += await _book(server, next(visitors))
            floods = [
                asyncio.create_task(asyncio.to_thread(_flood, server, addresses))
                for addresses in _shares(range(wave, ADDRESSES, WAVES))
            ]
            while not all(flood.done() for flood in floods):
                flooded += await _book(server, next(visitors))
            answers.update(status for flood in floods for status in flood.result())
    # 303: held; 403: a puzzle is asked for.
    assert answers == {303: HELD * ADDRESSES, 403: (FORMS_EACH - HELD) * ADDRESSES}
    of_calm, of_flood = _p95(calm), _p95(flooded)
    print(f"p95 of {len(calm)} steps in calm {of_calm * 1000:.1f} ms, "
          f"of {len(flooded)} under the flood {of_flood * 1000:.1f} ms")  # fmt: skip
    assert of_flood <= of_calm * MOST_SLOWER


def _town() -> dict[str, Any]:
    """An account with the limits that are the default, and room at its harbour for the flood."""
    account = {**town(limits={"openAppointmentsPerPerson": 0, "holdsPerAddress": HELD})}
    account["settings"] = {"reservationMinutes": 60}
    for resource in account["resources"]:
        if resource["branch"] == "harbour":
            resource["capacity"] = 20
    return account


def _shares(addresses: Sequence[int]) -> list[Sequence[int]]:
    return [addresses[number::AT_A_TIME] for number in range(AT_A_TIME)]


def _flood(server: Server, addresses: Sequence[int]) -> list[int]:
    """What comes of the forms of programs that solve no puzzle."""
    answers, began = [], time.monotonic()
    with server.wire() as wire:
        for address in addresses:
            for form in _forms(wire, address):
                ahead = began + len(answers) * AT_A_TIME / FORMS_PER_SECOND - time.monotonic()
                time.sleep(max(ahead, 0))
                answers.append(wire.ask(form).status)
    return answers


def _forms(wire: Wire, address: int) -> list[bytes]:
    """The forms that a program makes of one page: each takes another of its times."""
    luck = random.Random(address)
    day = datetime.now(UTC).date() + timedelta(days=luck.randint(3, 55))
    headers = {"X-Forwarded-For": f"203.0.{address // 250}.{address % 250}"}
    body = wire.ask(request("GET", f"{PAGE}harbour&date={day}", headers=headers)).body
    hidden = [(name.decode(), value.decode()) for name, value in _HIDDEN.findall(body)]
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    starts = luck.sample(_START.findall(body), FORMS_EACH)
    return [
        request(
            "POST",
            "/book/town/hold",
            body=urlencode([*hidden, ("start", start.decode())]).encode(),
            headers=headers,
        )
        for start in starts
    ]


def _visitors() -> Iterator[str]:
    """Addresses of people."""
    while True:
        yield from (f"198.51.100.{number}" for number in range(1, 250))


async def _book(server: Server, address: str) -> list[float]:
    """Books as somebody at an address; how long each step took, in seconds."""
    steps: list[httpx.Response] = []

    async def note(response: httpx.Response) -> None:
        steps.append(response)

    hooks = {"response": [note]}
    async with httpx.AsyncClient(base_url=server.url, timeout=30, event_hooks=hooks) as http:
        visitor = Visitor(http, {"X-Forwarded-For": address})
        page = await visitor.open(f"{PAGE}centre")
        page = await visitor.press(page, page.id("times").all("button")[0])
        page = await visitor.press(page, page.button("Continue"), TYPED)
        page = await visitor.press(page, page.button("Confirm appointment"))
    assert page.step == "done"
    await asyncio.sleep(PAUSE_SECONDS)
    return [step.elapsed.total_seconds() for step in steps]


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]
