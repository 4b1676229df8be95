"""Programs that book with made-up data: they come to their limits, and nobody else does."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest

from rounds import rounds
from web.booking_page.visitor import Element, Page, Visitor

from .booking_walk import town
from .serving import Server, installed

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.prove]

FORMS = rounds(some=80, many=10_000)
AT_A_TIME = 4
HELD = 10  # by one address, without a puzzle
PAGE = "/book/town?lang=en&service=passport&people=1&branch="

TYPED = {
    "firstName": "Jo",
    "lastName": "Doe",
    "email": "jo@a.example",
    "question-kids": "2",
    "consent": "yes",
}


async def test_a_flood_from_one_address_hinders_nobody_else(tmp_path: Path) -> None:
    limits = {"openAppointmentsPerPerson": 0, "holdsPerAddress": HELD}
    account = {**town(limits=limits), "settings": {"reservationMinutes": 60}}
    installation = installed(tmp_path, account)
    with installation.serving(trusted_proxies="127.0.0.1") as server:
        flood = [asyncio.create_task(_flood(server, FORMS // AT_A_TIME)) for _ in range(AT_A_TIME)]
        others = []
        while not others or not all(task.done() for task in flood):
            others.append((await _book(server, f"198.51.100.{len(others) % 250}")).step)
            await asyncio.sleep(0.5)
        answers = Counter(status for task in flood for status in task.result())
    assert set(others) == {"done"}
    assert answers[303] == HELD
    assert answers[403] > FORMS // 2
    # Its own programs may want the same time, too.
    assert answers[303] + answers[403] + answers[409] == FORMS


async def _flood(server: Server, many: int) -> list[int]:
    """What comes of taking times by a program that solves no puzzle."""
    answers, luck = [], random.Random(many)
    async with _client(server) as http:
        visitor = Visitor(http, {"X-Forwarded-For": "203.0.113.7"})
        for _ in range(many):
            page = await visitor.open(f"{PAGE}harbour")
            start = luck.choice(_starts(page))
            answers.append((await visitor.sent(page, start)).status_code)
    return answers


async def _book(server: Server, address: str) -> Page:
    async with _client(server) as http:
        visitor = Visitor(http, {"X-Forwarded-For": address})
        page = await visitor.open(f"{PAGE}centre")
        page = await visitor.press(page, _starts(page)[0])
        page = await visitor.press(page, page.button("Continue"), TYPED)
        return await visitor.press(page, page.button("Confirm appointment"))


def _starts(page: Page) -> list[Element]:
    return [one for one in page.root.all("button") if one.attributes.get("name") == "start"]


def _client(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, timeout=30)
