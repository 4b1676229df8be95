"""One of two sides that are compared: an installation of its own, and what is asked of it.

Both sides get the same requests in the same order, so that their databases hold the same rows.
Everything here speaks HTTP and the command line, so that it works for any revision.
"""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from benchmarks.python_client import answers
from benchmarks.starts import Starts
from benchmarks.town import SERVICE
from journeys.serving import Installation, Server
from journeys.town import Desk, made, token_request
from journeys.wire import Wire

MONTHS = 22
_CONNECTIONS = 8
_DAYS_LISTED = 31
_APPOINTMENTS = 1000  # before anything is measured


class Side:
    """An installation with appointments, and the requests that it is measured by."""

    def __init__(self, name: str, installation: Installation) -> None:
        """Makes the first appointments, spread over all months."""
        self.name = name
        self.installation = installation
        credentials = installation.clients["acme", "website"]
        self._token = token_request(credentials)
        self._first = datetime.now(UTC).date() + timedelta(days=2)
        with self.serving():
            self._desk = Desk.at(self.wires[0], credentials)
            self._starts = Starts(self._desk, self.wires[0])
            answers(self.wires, self.confirmations(_APPOINTMENTS), 201)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A server in a process of its own, with some connections."""
        with ExitStack() as stack:
            self._months = iter(range(MONTHS))
            self.server: Server = stack.enter_context(self.installation.serving())
            self.wires: Sequence[Wire] = [
                stack.enter_context(self.server.wire()) for _ in range(_CONNECTIONS)
            ]
            yield

    def cpu_seconds(self) -> float:
        """Processor time that the server has taken, by its own clock and not in ticks of 10 ms."""
        # The number that clock_getcpuclockid(3) gives on Linux.
        return time.clock_gettime(~self.server.process.pid << 3 | 2)

    def tokens(self, count: int) -> list[bytes]:
        """Requests for so many tokens."""
        return [self._token] * count

    def months_not_listed(self, count: int) -> list[bytes]:
        """Listings of the slots of the next months, each once after a start."""
        return [self._month(number) for number in itertools.islice(self._months, count)]

    def one_month(self, count: int) -> list[bytes]:
        """Listings of the slots of one month, so often."""
        return [self._month(0)] * count

    def months_booked_since(self, count: int) -> list[bytes]:
        """Listings of so many months, each a few bookings after it was listed last; made now."""
        answers(self.wires, self.reservations(2 * count), 201)
        return [self._month(number % MONTHS) for number in range(count)]

    def reservations(self, count: int) -> list[bytes]:
        """Requests for reservations of free starts, in random order over all months."""
        return [self._desk.reserve(SERVICE, next(self._starts)) for _ in range(count)]

    def confirmations(self, count: int) -> list[bytes]:
        """Requests that confirm reservations; those are made now."""
        reserved = answers(self.wires, self.reservations(count), 201)
        return [self._desk.confirm(made(answer)) for answer in reserved]

    def _month(self, number: int) -> bytes:
        path = f"/branches/{self._desk.branch}/services/{self._desk.services[SERVICE]}/timeslots"
        since = self._first + timedelta(days=_DAYS_LISTED * number)
        until = since + timedelta(days=_DAYS_LISTED)
        return self._desk.call("GET", f"{path}?from={since}&to={until}")
