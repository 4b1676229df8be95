"""A server whose account has a booking page, and somebody who books there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import pytest

from openslot.kernel.clock import instant_of_millis
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE

from ..admin.administrator import Administrator, administrator
from ..site import Site
from ..world import NOW
from .visitor import Page, Visitor

PAGE = {
    "title": {"en_US": "Town of Acme", "nl_NL": "Gemeente Acme"},
    "texts": {"intro": "Bring <b>your</b> passport", "done": "See you there"},
    "contact": {"phone": "+31 15 123 4567", "email": "info@acme.example"},
    "privacyUrl": "https://www.acme.example/privacy",
    "limits": {
        "openAppointmentsPerPerson": 0,
        "holdsPerAddress": 0,
        "bookingsPerAddressAndHour": 0,
    },
}
PERSON = {"firstName": "Wilhelmina", "email": "wilhelmina@oosterschelde.example"}
FAMILY = {
    **PERSON,
    "dateOfBirth-day": "1",
    "dateOfBirth-month": "2",
    "dateOfBirth-year": "1980",
    "question-kids": "Two",
}


@dataclass
class Booking:
    """A server, a visitor of the page of `acme`, and its administrator."""

    site: Site
    visitor: Visitor
    admin: Administrator

    async def open(self, address: str = "") -> Page:
        """A page of the account."""
        return await self.visitor.open(f"/book/acme{address}")

    async def details(
        self, choices: str = "?service=passport&branch=centre&date=2027-01-05"
    ) -> Page:
        """The details of the first free time of some choices."""
        page = await self.open(choices)
        return await self.visitor.press(page, page.id("times").all("button")[0])

    async def check(self, **typed: str) -> Page:
        """The answers of a good form, to be checked."""
        page = await self.details()
        return await self.visitor.press(page, page.button("Continue"), {**PERSON, **typed})

    async def done(self, **typed: str) -> Page:
        """A booked appointment."""
        page = await self.check(**typed)
        return await self.visitor.press(page, page.button("Confirm appointment"))

    async def wait(self, **passed: float) -> None:
        """Lets the account's clock stand so much after NOW."""
        at = instant_of_millis(NOW) + timedelta(**passed)
        body = {"now": at.astimezone(UTC).isoformat(), "frozen": True}
        answer = await self.admin.call("PUT", "/sandbox/clock", body)
        assert answer.status_code == 200, answer.text

    async def appointments(self) -> list[dict[str, Any]]:
        """Every appointment of the account."""
        answer = await self.admin.call("GET", "/appointments?limit=200")
        found: list[dict[str, Any]] = answer.json()
        return found


Open = Callable[..., AbstractAsyncContextManager[Booking]]


@pytest.fixture(scope="session")
def opened(start: Any) -> Open:
    """Starts a server with the page of `acme` on."""

    @asynccontextmanager
    async def opening(
        page: dict[str, Any] | None = None, **settings: Any
    ) -> AsyncIterator[Booking]:
        async with start(**settings) as site:
            admin = await administrator(site, ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE)
            answer = await admin.call("PATCH", "/account", {"bookingPage": page or PAGE})
            assert answer.status_code == 200, answer.text
            yield Booking(site, Visitor(site.http), admin)

    return opening


@pytest.fixture(scope="session")
async def shared_page(opened: Open) -> AsyncIterator[Booking]:
    """One server for tests that mind their own slots and leave the clock alone."""
    async with opened() as booking:
        yield booking


@pytest.fixture
async def booking(opened: Open) -> AsyncIterator[Booking]:
    """A server of the test's own, whose clock it may set."""
    async with opened() as booking:
        yield booking
