"""Floods: what one address and one person may hold and book."""

import asyncio
import base64
import hashlib
import json
import re
from typing import Any

import pytest

from .conftest import PAGE, PERSON, Booking, Open
from .visitor import Element, Page

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

OFF = {"openAppointmentsPerPerson": 0, "holdsPerAddress": 0, "bookingsPerAddressAndHour": 0}


def limited(**limits: int) -> dict[str, Any]:
    """A page with some limits."""
    return {**PAGE, "limits": {**OFF, **limits}}


def solution(page: Page) -> str:
    """The answer to the puzzle of a page, found by trying."""
    [form] = [form for form in page.root.all("form") if "data-challenge" in form.attributes]
    puzzle = json.loads(form.attributes["data-challenge"])
    assert puzzle["maxnumber"] <= 100_000
    for number in range(puzzle["maxnumber"] + 1):
        tried = hashlib.sha256(f"{puzzle['salt']}{number}".encode()).hexdigest()
        if tried == puzzle["challenge"]:
            names = ("algorithm", "challenge", "salt", "signature")
            answer = {**{name: puzzle[name] for name in names}, "number": number}
            return base64.b64encode(json.dumps(answer).encode()).decode()
    raise AssertionError("no number solves it")


async def solve(booking: Booking, page: Page, answer: str | None = None) -> Page:
    """What comes of sending an answer, the right one if none is given."""
    [form] = [form for form in page.root.all("form") if "data-challenge" in form.attributes]
    form.one("input", name="altcha").attributes["value"] = answer or solution(page)
    button = Element("button", {}, form)
    return await booking.visitor.press(page, button)


async def hold(booking: Booking, number: int) -> Page:
    """What comes of taking one of the starts of a day."""
    page = await booking.open("?service=passport&branch=centre&date=2027-01-06")
    return await booking.visitor.press(page, page.id("times").all("button")[number])


async def test_an_address_that_holds_much_solves_a_puzzle(opened: Open) -> None:
    async with opened(limited(holdsPerAddress=2)) as booking:
        assert [(await hold(booking, number)).step for number in (0, 1)] == ["details"] * 2
        asked = await hold(booking, 2)
        assert (asked.status, asked.step, asked.heading) == (403, "challenge", "One more check")
        assert "+31 15 123 4567" in asked.root.one("main").text
        endless = b'{"salt":"s","challenge":"c","number":1e999,"signature":"s"}'
        for junk in (b"nothing", endless, b"[" * 3000):
            wrong = await solve(booking, asked, base64.b64encode(junk).decode())
            assert (wrong.status, wrong.step) == (403, "challenge")
        answer = solution(asked)
        assert (await solve(booking, asked, answer)).step == "details"
        # It is good once, for this start alone.
        other = await hold(booking, 3)
        assert (await solve(booking, other, answer)).step == "challenge"
        assert (await hold(booking, 3)).step == "challenge"
        assert (await booking.open()).status == 200


async def test_without_scripts_a_code_is_mailed(opened: Open) -> None:
    async with opened(limited(holdsPerAddress=1)) as booking:
        visitor = booking.visitor
        assert (await hold(booking, 0)).step == "details"
        asked = await hold(booking, 1)
        send = asked.button("Send me a code")
        bad = await visitor.press(asked, send, {"challengeEmail": "nobody"})
        assert (bad.status, bad.id("challengeEmail-error").text[:5]) == (403, "Enter")
        sent = await visitor.press(asked, send, {"challengeEmail": "jo@example.org"})
        assert (sent.status, sent.step) == (403, "challenge")
        digits = await mailed_code(booking, "jo@example.org")
        wrong = f"{(int(digits) + 1) % 1_000_000:06}"
        again = await visitor.press(sent, sent.button("Continue"), {"challengeCode": wrong})
        assert again.id("challengeCode-error").text == "This code is wrong or too old"
        right = await visitor.press(again, again.button("Continue"), {"challengeCode": digits})
        assert right.step == "details"
        # It was for that start alone.
        other = await hold(booking, 2)
        form = await visitor.press(
            other, other.button("Send me a code"), {"challengeEmail": "a@a.example"}
        )
        form.root.one("input", name="challengeId").attributes["value"] = sent.root.one(
            "input", name="challengeId"
        ).attributes["value"]
        stolen = await visitor.press(form, form.button("Continue"), {"challengeCode": digits})
        assert (stolen.status, stolen.has("challengeEmail")) == (403, True)


async def mailed_code(booking: Booking, recipient: str) -> str:
    """The digits in the last mail to somebody, which the sandbox has recorded."""
    for _ in range(100):
        await booking.site.app.look_for_messages()
        answer = await booking.admin.call("GET", "/sandbox/deliveries?limit=200")
        # Of the text alone: an id may hold six digits, too.
        found = [one["text"] for one in answer.json() if one["to"] == recipient]
        digits = [code for text in found for code in re.findall(r"(?<!\d)\d{6}(?!\d)", text)]
        if digits:
            return digits[-1]
        await asyncio.sleep(0.05)
    raise AssertionError(f"no code for {recipient}: {answer.text[:500]}")


async def test_far_beyond_no_puzzle_helps(opened: Open) -> None:
    async with opened(limited(holdsPerAddress=1)) as booking:
        assert (await hold(booking, 0)).step == "details"
        for number in range(1, 5):
            assert (await solve(booking, await hold(booking, number))).step == "details"
        flood = await hold(booking, 5)
        assert flood.status == 429
        assert int(flood.response.headers["retry-after"]) > 0
        await booking.wait(minutes=16)
        assert (await hold(booking, 6)).step == "details"


async def test_an_address_that_books_much_solves_a_puzzle(opened: Open) -> None:
    async with opened(limited(bookingsPerAddressAndHour=1)) as booking:
        assert (await booking.done()).step == "done"
        asked = await booking.done()
        assert (asked.status, asked.step) == (403, "challenge")
        assert (await solve(booking, asked)).step == "done"
        await booking.wait(minutes=61)
        assert (await booking.done()).step == "done"


async def test_one_person_has_so_many_ahead(opened: Open) -> None:
    async with opened(limited(openAppointmentsPerPerson=2)) as booking:
        assert (await booking.done()).step == "done"
        late = await booking.check(email="Wilhelmina@OOSTERSCHELDE.example")
        other = {"phoneNumber": "+31 15 765 4321", "email": "other@example.org"}
        assert (await booking.done(**other)).step == "done"
        assert (
            await booking.visitor.press(late, late.button("Confirm appointment"))
        ).step == "done"
        page = await booking.details()
        limit = await booking.visitor.press(page, page.button("Continue"), PERSON)
        assert (limit.status, limit.step) == (422, "limit")
        assert limit.heading == "You have reached the limit"
        assert (await booking.done(**other)).step == "done"
        by_phone = {**other, "email": "third@example.org"}
        assert (await booking.check(**by_phone)).step == "limit"
