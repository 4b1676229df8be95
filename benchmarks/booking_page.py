"""The booking page: how fast its steps are, and what visitors feel of a flood from elsewhere."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import httpx

from benchmarks.report import Section
from journeys.serving import installed
from web.booking_page.visitor import Page, Visitor, fields_of, form_of

BRANCHES, SERVICES, RESOURCES = 20, 50, 200
ADDRESSES = 500
_AIM_MS = 10
_TIMES_SLOWER = 2
_HOW = (
    "An account of 20 branches, 50 services and 200 resources, one server on SQLite. *Steps*: a "
    "visitor without scripts asks for each step again and again, gzip included. *Flood*: another "
    "process sends {flood} forms with made-up data from 500 addresses, one after the other on two "
    "connections, while the visitor books; limits are those that an account has by default."
)
_LIMITS = "processor time: server, visitor and flood share two cores."
_HOURS = [
    {"day": day, "opens": "09:00", "closes": "17:00"}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]
_TYPED = {"firstName": "Wilhelmina", "email": "wilhelmina@oosterschelde.example"}


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    flood = 10_000 if seconds > 1 else 1000
    section = Section("The booking page", _HOW.format(flood=flood), _LIMITS)
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        installation = installed(Path(folder), _account())
        with installation.serving(trusted_proxies="127.0.0.1") as server:
            asyncio.run(_measure(section, server.url, 30 * times, flood))
    return section


def _account() -> dict[str, Any]:
    branches, services = range(BRANCHES), range(SERVICES)
    return {
        "account": "big",
        "name": "Big",
        "bookingPage": {"limits": {"openAppointmentsPerPerson": 0}},
        "branches": [
            {
                "key": f"b{branch}",
                "name": f"Branch {branch}",
                "timeZone": "Europe/Amsterdam",
                "openingHours": _HOURS,
            }
            for branch in branches
        ],
        "services": [
            {
                "key": f"s{service}",
                "name": f"Service {service}",
                "durationMinutes": 20,
                "slotStepMinutes": 20,
                "resourceTypes": ["desk"],
                "branches": [f"b{branch}" for branch in branches],
            }
            for service in services
        ],
        "resources": [
            {
                "key": f"r{number}",
                "branch": f"b{number % BRANCHES}",
                "name": f"Desk {number}",
                "type": "desk",
                "services": [f"s{service}" for service in services],
            }
            for number in range(RESOURCES)
        ],
    }


async def _measure(section: Section, url: str, times: int, flood: int) -> None:
    headers = {"Accept-Encoding": "gzip", "X-Forwarded-For": "192.0.2.1"}
    async with httpx.AsyncClient(base_url=url) as http:
        visitor = Visitor(http, headers)
        await _steps(section, visitor, times)
        calm = await _bookings(http, times, 0)
        process = Process(target=_flood, args=(url, flood))
        process.start()
        pressed = await _bookings(http, times, 1)
        lasted = process.is_alive()
        process.join()
        section.add("visitor's request, p95, nothing else", f"{calm:.1f} ms")
        section.add("visitor's request, p95, beside the flood", f"{pressed:.1f} ms")
        section.at_most(
            "how much slower" + ("" if lasted else " (the flood ended sooner)"),
            pressed / calm,
            _TIMES_SLOWER,
            "times",
        )


async def _steps(section: Section, visitor: Visitor, times: int) -> None:
    choices = "/book/big?service=s1&branch=b1"
    page = await visitor.open(choices)
    details = await visitor.press(page, page.id("times").all("button")[0])
    button = details.button("Continue")
    check = await visitor.press(details, button, _TYPED)
    done = await visitor.press(check, check.button("Confirm appointment"))
    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "service": lambda: visitor.open("/book/big"),
        "branch": lambda: visitor.open("/book/big?service=s1"),
        "time": lambda: visitor.open(choices),
        "done": lambda: visitor.open(str(done.response.url)),
    }
    for name, step in steps.items():
        section.at_most(f"step {name}, p50", await _median(step, times), _AIM_MS, "ms")
    sizes = [len(page.response.content), len(done.response.content)]
    section.add("the time step, bytes without gzip", f"{sizes[0] / 1000:.0f} kB")


async def _median(step: Callable[[], Awaitable[Any]], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await step()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def _bookings(http: httpx.AsyncClient, times: int, network: int) -> float:
    """The 95th percentile of the requests of visitors who book, each from their own address."""
    took: list[float] = []

    async def timed(sending: Awaitable[Page]) -> Page:
        began = time.perf_counter()
        page = await sending
        took.append((time.perf_counter() - began) * 1000)
        return page

    for number in range(times):
        address = f"198.51.{100 + network}.{number % 250}"
        visitor = Visitor(http, {"Accept-Encoding": "gzip", "X-Forwarded-For": address})
        choices = f"/book/big?service=s2&branch=b{number % BRANCHES}"
        page = await timed(visitor.open(choices))
        page = await timed(visitor.press(page, page.id("times").all("button")[-1]))
        page = await timed(visitor.press(page, page.button("Continue"), _TYPED))
        page = await timed(visitor.press(page, page.button("Confirm appointment")))
        if page.step != "done":
            raise RuntimeError(f"the visitor is at {page.step}")
    return statistics.quantiles(took, n=20)[-1]


def _flood(url: str, many: int) -> None:
    """Sends forms with made-up data, as whoever wants to take every time would."""

    async def send() -> None:
        async with httpx.AsyncClient(base_url=url) as http:
            page = await Visitor(http).open("/book/big?service=s9&branch=b9")
            starts = page.id("times").all("button")
            form = form_of(page, starts[0])
            fields = fields_of(page, form, {})
            await asyncio.gather(*(part(http, starts, fields, n) for n in range(2)))

    async def part(http: httpx.AsyncClient, starts: Any, fields: Any, first: int) -> None:
        for number in range(first, many, 2):
            start = starts[number % len(starts)].attributes["value"]
            address = number % ADDRESSES
            await http.post(
                "/book/big/hold",
                content=urlencode([*fields, ("start", start)]),
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Forwarded-For": f"203.0.{address // 250}.{address % 250}",
                },
            )

    asyncio.run(send())
