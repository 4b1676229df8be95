"""A server's life: how soon it answers, and whether it stays as small as it was."""

import itertools
import statistics
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from benchmarks.load import expect
from benchmarks.report import Section
from benchmarks.town import DESKS, SERVICE, town
from journeys.ledger import Customer
from journeys.town import Desk, token_request
from journeys.wire import Wire

_HOW = (
    "*First answer*: from the start of the process to the answer of `/health/ready`. *Memory*: "
    "what the process holds (RSS) after 10 000 mixed requests, and after many more: reservations, "
    "confirmations, moves and cancellations, one request in nine a token or the slots of a month."
)
_LIMITS = (
    "what is kept in memory: SQLite's page caches (4 MiB a connection) and the day sheets that "
    "were looked at (128 MiB at most), which fill and then stay full."
)
_WARM_UP = 10_000


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Start and memory", _HOW, _LIMITS)
    with town() as installation:
        credentials = installation.clients["acme", "website"]
        with installation.serving():
            pass  # makes the keys, and reads the files from the disk
        started = []
        for _ in range(2 * times):
            with installation.serving() as server:
                started.append(server.seconds_to_ready)
        section.at_most("first answer after", statistics.median(started), 0.6, "s")
        with installation.serving() as server, ExitStack() as stack:
            wires = [stack.enter_context(server.wire()) for _ in range(9)]
            desk = Desk.at(wires[0], credentials)
            traffic = _Traffic(desk, wires, token_request(credentials))
            more = 100_000 if seconds > 1 else 20_000
            sizes = []
            for count in (_WARM_UP, more, more // 2):
                traffic.flow(count)
                sizes.append(server.resident_kib())
        mib = [f"{size / 1024:.0f} MiB" for size in sizes]
        section.add(f"memory after {_WARM_UP}, {more} more, {more // 2} more", " / ".join(mib))
        section.at_most(f"growth over {more}", 100 * (sizes[1] / sizes[0] - 1), 5, "%")
        section.at_most(
            f"growth over {more // 2} that follow", 100 * (sizes[2] / sizes[1] - 1), 5, "%"
        )
    return section


class _Traffic:
    """Eight customers who book, and among them tokens and listings."""

    def __init__(self, desk: Desk, wires: list[Wire], token: bytes) -> None:
        self._other, *wires = wires
        first = datetime.now(UTC).date() + timedelta(days=2)
        months = [(first + timedelta(31 * n), first + timedelta(31 * n + 31)) for n in range(22)]
        starts = [
            start
            for since, until in months
            for start in desk.slots(self._other, SERVICE, str(since), str(until))[::2]
            for _ in range(DESKS)
        ]
        shared = itertools.cycle(starts)
        self._customers = [Customer(desk, wire, shared, service=SERVICE) for wire in wires]
        path = f"/branches/{desk.branch}/services/{desk.services[SERVICE]}/timeslots"
        listings = [desk.call("GET", f"{path}?from={s}&to={u}") for s, u in months]
        self._others = itertools.cycle([c for listing in listings for c in (token, listing)])

    def flow(self, requests: int) -> None:
        """Sends that many requests, one in nine a token or a listing."""
        for _ in range(requests // 9):
            self._other.send(next(self._others))
            for customer in self._customers:
                customer.send()
            for customer in self._customers:
                customer.receive()
                customer.bookings.clear()  # nobody asks for them here
            expect(self._other.answer(), 200)
