"""A server's life: how soon it answers, and whether it stays as small as it was."""

import itertools
import statistics
from datetime import UTC, datetime, timedelta

from benchmarks.load import expect
from benchmarks.report import Section
from benchmarks.town import DESKS, SERVICE, town
from journeys.ledger import Customer
from journeys.serving import Server
from journeys.town import Desk, token_request
from journeys.wire import Wire

_HOW = (
    "*First answer*: from the start of the process to the answer of `/health/ready`. *Memory*: "
    "anonymous memory of the process after some mixed requests (tokens, slots, reserve, confirm, "
    "move, cancel) and after many more."
)
_WARM_UP = 10_000


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Start and memory", _HOW)
    more = 25_000 * seconds
    with town() as installation:
        credentials = installation.clients["acme", "website"]
        with installation.serving():
            pass  # makes the keys, and reads the files from the disk
        started = []
        for _ in range(2 * times):
            with installation.serving() as server:
                started.append(server.seconds_to_ready)
        section.at_most("first answer after", statistics.median(started), 0.6, "s")
        with installation.serving() as server, server.wire() as wire:
            desk = Desk.at(wire, credentials)
            traffic = Traffic(server, desk, wire, token_request(credentials))
            traffic.flow(_WARM_UP)
            before = server.resident_kib()
            traffic.flow(more)
            after = server.resident_kib()
        section.add(f"memory after {_WARM_UP} requests", f"{before / 1024:.1f} MiB")
        section.add(f"and after {more} more", f"{after / 1024:.1f} MiB")
        section.at_most("growth", 100 * (after / before - 1), 5, "%")
    return section


class Traffic:
    """Eight customers who book, and among them tokens and listings."""

    def __init__(self, server: Server, desk: Desk, wire: Wire, token: bytes) -> None:
        """`wire` lists the starts that are booked."""
        starts = itertools.cycle(_starts(desk, wire))
        self._customers = [Customer(desk, server.wire(), starts, service=SERVICE) for _ in range(8)]
        self._wire = server.wire()
        path = f"/branches/{desk.branch}/services/{desk.services[SERVICE]}/timeslots"
        days = [datetime.now(UTC).date() + timedelta(days=2 + n) for n in range(600)]
        listings = [desk.call("GET", f"{path}?from={day}") for day in days]
        self._others = itertools.cycle([c for listing in listings for c in (token, listing)])

    def flow(self, requests: int) -> None:
        """Sends that many requests, one in nine a token or a listing."""
        for _ in range(requests // 9):
            self._wire.send(next(self._others))
            for customer in self._customers:
                customer.send()
            for customer in self._customers:
                customer.receive()
                customer.bookings.clear()  # nobody asks for them here
            expect(self._wire.answer(), 200)


def _starts(desk: Desk, wire: Wire) -> list[str]:
    first = datetime.now(UTC).date() + timedelta(days=2)
    months = [first + timedelta(days=31 * n) for n in range(22)]
    return [
        start
        for since in months
        for start in desk.slots(wire, SERVICE, str(since), str(since + timedelta(days=31)))[::2]
        for _ in range(DESKS)
    ]
