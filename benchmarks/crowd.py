"""Eight customers of one town, each on a connection of his own, who ask in step."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

from benchmarks.load import expect
from benchmarks.starts import Starts
from benchmarks.town import SERVICE
from journeys.serving import Installation, Server
from journeys.town import Desk, made, token_request
from journeys.wire import Answer, all_at_once

CLIENTS = 8
_MONTHS = 22


class Crowd:
    """Eight connections of one client of the town."""

    def __init__(self, installation: Installation, server: Server, stack: ExitStack) -> None:
        self._wires = [stack.enter_context(server.wire()) for _ in range(CLIENTS)]
        credentials = installation.clients["acme", "website"]
        wire = self._wires[0]
        self.desk = Desk.at(wire, credentials)
        self.starts = Starts(self.desk, wire)
        self.token = token_request(credentials)
        self._first = datetime.now(UTC).date() + timedelta(days=2)

    def ask(self, requests: Sequence[bytes], status: int) -> list[Answer]:
        """Sends them, eight at a time."""
        return [expect(answer, status) for answer in self.answers(requests)]

    def answers(self, requests: Sequence[bytes]) -> list[Answer]:
        """As `ask`, for answers that have different statuses.

        Raises:
            Failed: one is no success.
        """
        answers: list[Answer] = []
        for n in range(0, len(requests), CLIENTS):
            some = requests[n : n + CLIENTS]
            answers += all_at_once(self._wires[: len(some)], some)
        return [expect(a, 201 if a.status == 201 else 200) for a in answers]

    def reserve(self, count: int) -> list[str]:
        """Reserves so many; their ids."""
        return [made(answer) for answer in self.ask(self.reservations(count), 201)]

    def reservations(self, count: int) -> list[bytes]:
        """Requests for so many."""
        return [self.reservation(next(self.starts)) for _ in range(count)]

    def reservation(self, start: str) -> bytes:
        """A request for one."""
        return self.desk.reserve(SERVICE, start)

    def confirm(self, reserved: Sequence[str]) -> None:
        """Confirms reservations."""
        self.ask([self.desk.confirm(reservation) for reservation in reserved], 201)

    def months(self) -> list[bytes]:
        """A listing of each month that the starts lie in."""
        return [self._month(n) for n in range(_MONTHS)]

    def month_of(self, start: str) -> bytes:
        """A listing of the month that a start lies in."""
        return self._month((date.fromisoformat(start[:10]) - self._first).days // 31)

    def _month(self, number: int) -> bytes:
        path = f"/branches/{self.desk.branch}/services/{self.desk.services[SERVICE]}/timeslots"
        since = self._first + timedelta(days=31 * number)
        return self.desk.call("GET", f"{path}?from={since}&to={since + timedelta(days=31)}")
