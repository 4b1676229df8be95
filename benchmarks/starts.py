"""Free starts of half an hour, each given out once for every desk, and the loads that book them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.load import BLANK, Load, Run, run
from benchmarks.town import DESKS, SERVICE
from journeys.town import Desk
from journeys.wire import Wire

_MOST_PER_SECOND = 9000  # more than any run will need; those that are not sent are used later


class Starts:
    """What nobody has asked for yet, in random order over 680 days."""

    def __init__(self, desk: Desk, wire: Wire, desks: int = DESKS) -> None:
        """Lists what is free at a branch with so many equal desks."""
        day = datetime.now(UTC).date() + timedelta(days=2)
        weeks = [day + timedelta(days=31 * n) for n in range(22)]
        found = [
            start
            for first in weeks
            for start in desk.slots(wire, SERVICE, str(first), str(first + timedelta(days=30)))[::2]
        ]
        self.example = found[0]
        self._left = found * desks
        random.Random(1).shuffle(self._left)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return self._left.pop()

    def load(self, port: int, desk: Desk, connections: int, seconds: int) -> Load:
        """Reserves as fast as the server can."""
        values = self._left[-_MOST_PER_SECOND * seconds :]
        load = run(port, connections, seconds, self._blank(desk), values)
        # wrk starts from the front of what it was given, and asks for a few that it never sends.
        used = load.requests + connections + 4
        self._left[-len(values) :] = values[used:]
        return load

    def contest(self, port: int, desk: Desk, clients: int, seconds: int) -> Load:
        """As many ask for each start as there are clients, one after the other and at once.

        One is to get it and the others are to be refused with 409. For one desk alone: another
        would still have room for a start that counts as taken here.
        """
        starts = self._left[-_MOST_PER_SECOND * seconds // clients :]
        values = [start for start in starts for _ in range(clients)]
        blank = self._blank(desk)
        load = Run(port, clients, seconds, blank, values, conflicts=True).result()
        used = -(-(load.requests + clients + 4) // clients)
        self._left[-len(starts) :] = starts[used:]
        return load

    def _blank(self, desk: Desk) -> bytes:
        return desk.reserve(SERVICE, BLANK * len(self.example))
