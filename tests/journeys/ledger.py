"""What clients were told: every acknowledged change, and what was on its way when the server died.

A booking is looked at afterwards: it has to be as the last acknowledged change left it, or as
the one that was on its way would leave it.
"""

import itertools
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from .town import Desk, made
from .wire import Answer, Wire

T = TypeVar("T")
Steps = Generator[bytes, Answer, T]  # requests out, answers in

HELD, CONFIRMED, CANCELLED, USED, UNKNOWN = "held", "confirmed", "cancelled", "used", "unknown"


@dataclass
class Booking:
    """A reservation or appointment as its client knows it."""

    id: str
    state: str  # the last that was acknowledged
    start: str
    version: int = 0
    on_its_way: tuple[str, str, int] | None = None  # state, start and version it may have got

    def arrive(self) -> None:
        """What was on its way is acknowledged."""
        assert self.on_its_way is not None
        self.state, self.start, self.version = self.on_its_way
        self.on_its_way = None


@dataclass
class Customer:
    """Books, moves and cancels without end, one request at a time."""

    desk: Desk
    wire: Wire
    starts: Iterator[str]
    service: str = "four"
    bookings: list[Booking] = field(default_factory=list)
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self._steps = self._book_for_ever()
        self._next = next(self._steps)

    def send(self) -> None:
        """Sends the next request."""
        self.wire.send(self._next)

    def receive(self) -> None:
        """Reads the answer, which acknowledges the change, and gets the next request ready."""
        answer = self.wire.answer()
        self.acknowledged += 1
        self._next = self._steps.send(answer)

    def _book_for_ever(self) -> Steps[None]:
        for turn in itertools.count():
            booked = yield from self._confirmed()
            to = yield from self._reserved()
            yield from self._moved(booked, to)
            if turn % 3:
                yield from self._cancelled(booked)

    def _reserved(self) -> Steps[Booking]:
        start = next(self.starts)
        answer = yield self.desk.reserve(self.service, start)
        booking = Booking(made(answer), HELD, start)
        self.bookings.append(booking)
        return booking

    def _confirmed(self) -> Steps[Booking]:
        booking = yield from self._reserved()
        booking.on_its_way = (CONFIRMED, booking.start, 1)
        answer = yield self.desk.confirm(booking.id)
        assert answer.status == 201, answer
        booking.arrive()
        return booking

    def _moved(self, booking: Booking, to: Booking) -> Steps[None]:
        booking.on_its_way = (CONFIRMED, to.start, booking.version + 1)
        to.on_its_way = (USED, to.start, 0)
        answer = yield self.desk.move(booking.id, to.id)
        assert answer.status == 200, answer
        booking.arrive()
        to.arrive()

    def _cancelled(self, booking: Booking) -> Steps[None]:
        booking.on_its_way = (CANCELLED, booking.start, booking.version + 1)
        answer = yield self.desk.cancel(booking.id)
        assert answer.status == 204, answer
        booking.arrive()


def check(desk: Desk, wire: Wire, booking: Booking) -> None:
    """Passes when the server still knows a booking as its client was told.

    Raises:
        AssertionError: an acknowledged change is lost, or there is one that nobody asked for.
    """
    found = _found(desk, wire, booking)
    allowed = {(booking.state, booking.start, booking.version), booking.on_its_way}
    assert found in allowed, f"{found} is not among {allowed}"
    booking.state, booking.start, booking.version = found
    booking.on_its_way = None


def _found(desk: Desk, wire: Wire, booking: Booking) -> tuple[str, str, int]:
    answer = wire.ask(desk.call("GET", f"/appointments/{booking.id}"))
    if answer.status == 200:
        said = answer.json()
        state = {"CONFIRMED": CONFIRMED, "CANCELLED": CANCELLED}.get(said["status"], UNKNOWN)
        return state, said["timeSlot"]["startTime"], said["version"]
    answer = wire.ask(desk.call("GET", f"/reservations/{booking.id}"))
    said = answer.json()
    if answer.status == 200:
        return HELD, said["timeSlot"]["startTime"], 0
    return USED if said["code"] == "already_used" else UNKNOWN, booking.start, 0
