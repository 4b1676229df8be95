"""Clients that go on while the database fails, and keep account of what they were told.

Every answer has to be the right one or 503 with `Retry-After`; nobody hangs up, nobody is told
500. What carries an idempotency key is sent again until it is answered, as a careful client does;
moves and cancellations are sent once, and may then have happened or not.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from .ledger import CANCELLED, CONFIRMED, HELD, USED, Booking, check
from .serving import Installation, Server
from .town import Desk, made
from .wire import Answer, Wire

PATIENCE_SECONDS = 20.0  # longer than most faults last
PAUSE_SECONDS = 0.05


class _Refused(Exception):
    """503, for something that is not sent again."""


class Booker(threading.Thread):
    """Books, moves and cancels until it is stopped, at starts that nobody else asks for."""

    def __init__(
        self, desk: Desk, server: Server, starts: Iterator[str], service: str, patience: float
    ) -> None:
        """Does nothing before `start`. `patience`: seconds for which 503 is taken."""
        super().__init__(daemon=True)
        self.bookings: list[Booking] = []
        self.failures: list[str] = []
        self.acknowledged_at: list[float] = []  # of successes, by the monotonic clock
        self.refused = 0  # answers 503
        self.desk, self._server, self._starts = desk, server, starts
        self._service = service
        self._patience = patience
        self._over = threading.Event()

    def stop(self) -> None:
        """Lets it finish what it does, and waits for the end."""
        self._over.set()
        self.join(2 * self._patience)
        assert not self.is_alive(), "it got no answer"

    def run(self) -> None:
        """Until `stop`, or until an answer is wrong."""
        try:
            with self._server.wire() as wire:
                for turn in itertools.count():
                    if self._over.is_set():
                        return
                    try:
                        self._book(wire, cancels=turn % 3 == 0)
                    except _Refused:
                        time.sleep(PAUSE_SECONDS)
        except Exception as error:  # told by the test, in its own thread
            self.failures.append(repr(error))

    def _book(self, wire: Wire, *, cancels: bool) -> None:
        booking, to = self._held(wire), self._held(wire)
        key = {"Idempotency-Key": str(uuid4())}
        booking.on_its_way = (CONFIRMED, booking.start, 1)
        self._surely(wire, self.desk.confirm(booking.id, key))
        booking.arrive()
        booking.on_its_way = (CONFIRMED, to.start, 2)
        to.on_its_way = (USED, to.start, 0)
        self._once(wire, self.desk.move(booking.id, to.id), 200)
        booking.arrive()
        to.arrive()
        if cancels:
            booking.on_its_way = (CANCELLED, booking.start, 3)
            self._once(wire, self.desk.cancel(booking.id), 204)
            booking.arrive()

    def _held(self, wire: Wire) -> Booking:
        start = next(self._starts)
        key = {"Idempotency-Key": str(uuid4())}
        answer = self._surely(wire, self.desk.reserve(self._service, start, key))
        booking = Booking(made(answer), HELD, start)
        self.bookings.append(booking)
        return booking

    def _surely(self, wire: Wire, content: bytes) -> Answer:
        """Sends again and again until it is done, which is then done once."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            try:
                return self._once(wire, content, 201)
            except _Refused:
                time.sleep(PAUSE_SECONDS)
        raise TimeoutError("still 503")

    def _once(self, wire: Wire, content: bytes, status: int) -> Answer:
        answer = wire.ask(content)
        if answer.status == 503:
            assert int(answer.header("Retry-After") or 0) > 0, answer
            self.refused += 1
            raise _Refused
        assert answer.status == status, answer
        self.acknowledged_at.append(time.monotonic())
        return answer


class Crowd:
    """Bookers at one account, some at each of its servers."""

    def __init__(self, bookers: list[Booker]) -> None:
        """They work already."""
        self.bookers = bookers

    @property
    def refused(self) -> int:
        """How often one of them was told 503."""
        return sum(booker.refused for booker in self.bookers)

    @property
    def acknowledged(self) -> int:
        """How many changes they were told of."""
        return sum(len(booker.acknowledged_at) for booker in self.bookers)

    def await_success(self, seconds: float = 10) -> float:
        """Waits until each has a success from now on; returns how long the last one took.

        Raises:
            AssertionError: one has none in time.
        """
        now = time.monotonic()
        for booker in self.bookers:
            while not booker.acknowledged_at or booker.acknowledged_at[-1] < now:
                assert time.monotonic() < now + seconds, f"no success in time {booker.failures}"
                time.sleep(0.01)
        return time.monotonic() - now

    def await_refusal(self, seconds: float = 10) -> None:
        """Waits until somebody is told 503 from now on.

        Raises:
            AssertionError: nobody is in time.
        """
        before, deadline = self.refused, time.monotonic() + seconds
        while self.refused == before:
            assert time.monotonic() < deadline, "nobody was refused"
            time.sleep(0.01)

    def await_standstill(self, seconds: float = 30) -> None:
        """Waits until all that anybody is told for a second is 503.

        Raises:
            AssertionError: there is no such second in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            before = self.acknowledged
            self.await_refusal()
            time.sleep(1)
            if self.acknowledged == before:
                return
            assert time.monotonic() < deadline, "something is written again and again"

    def check(self, installation: Installation, server: Server, *, before: int = 0) -> int:
        """What was acknowledged is there, once, and nothing else; returns how many bookings.

        `before` is how many appointments there were when the crowd came.

        Raises:
            AssertionError: something is lost, half-written or there twice.
        """
        bookings = [booking for booker in self.bookers for booking in booker.bookings]
        desk = self.bookers[0].desk
        with server.wire() as wire:
            for booking in bookings:
                check(desk, wire, booking)
        (report,) = installation.verify()
        confirmed = sum(booking.state == CONFIRMED for booking in bookings)
        assert report["counts"]["appointments"] == before + confirmed
        return len(bookings)


@contextmanager
def working(
    installation: Installation,
    *servers: Server,
    each: int = 8,
    service: str = "four",
    patience: float = PATIENCE_SECONDS,
) -> Iterator[Crowd]:
    """So many bookers at each server while the block runs; none may fail."""
    with servers[0].wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        free = list(itertools.islice(desk.starts(wire, service), 6000))
    number = each * len(servers)
    bookers = [
        Booker(desk, servers[n % len(servers)], iter(free[n::number]), service, patience)
        for n in range(number)
    ]
    for booker in bookers:
        booker.start()
    try:
        yield Crowd(bookers)
    finally:
        for booker in bookers:
            booker.stop()
    assert not any(booker.failures for booker in bookers), [b.failures for b in bookers]
