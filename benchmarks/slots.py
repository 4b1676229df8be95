"""Listing the slots of a month: again, for the first time, and with years of appointments."""

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

from benchmarks.contenders import raw_asgi
from benchmarks.load import expect, interleaved, p50, run
from benchmarks.report import Section
from benchmarks.rows import DAYS_LISTED, fill
from benchmarks.town import SERVICE, town
from journeys.serving import Installation
from journeys.town import API, Desk
from journeys.wire import Wire

_HOW = (
    "31 days of one service on ten desks, half hours from 8 to 20 on a grid of 15 minutes, with "
    "720 appointments on each desk (97 % of the time), one client. *Warm*: the same request again. "
    "*Cold*: each of several equal branches for the first time after a start of the server. The "
    "other database has 20 000 appointments on each desk, 720 of them in the same 31 days."
)
_LIMITS = (
    "the computation, all in Python: 2.7 ms in a process that has listed other branches before "
    "(310 sheets: 0.4 ms for reading them, 1.4 ms for their masks, 0.8 ms for combining those and "
    "for the texts); a process that has just started is slower for its first listings."
)
_BRANCHES = 8
_MANY = 20_000


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Slots of a month", _HOW, _LIMITS)
    first = datetime.now(UTC).date() + timedelta(days=2)
    with town(branches=_BRANCHES) as few, town() as many:
        fill(few, first, 720)
        fill(many, first, _MANY)
        _warm(section, few, many, first, times, seconds)
        _cold(section, few, many, first, restarts=3 * times)
        few.verify()
    return section


def _warm(
    section: Section, few: Installation, many: Installation, first: date, times: int, seconds: int
) -> None:
    with ExitStack() as stack:
        requests, ports = [], []
        for installation in (few, many):
            server = stack.enter_context(installation.serving())
            wire = stack.enter_context(server.wire())
            requests.append(_requests(installation, wire, first)[0])
            ports.append(server.port)
            answer = expect(wire.ask(requests[-1]), 200)
        bare = stack.enter_context(raw_asgi(answer))
        loads = interleaved(
            {
                "few": lambda: run(ports[0], 1, seconds, requests[0]),
                "many": lambda: run(ports[1], 1, seconds, requests[1]),
                "bare": lambda: run(bare, 1, seconds, requests[0]),
            },
            times,
        )
    section.at_most("warm, p50", p50(loads["few"]), 1, "ms")
    section.add("bare, p50", f"{p50(loads['bare']):.2f} ms")
    ratio = p50(loads["many"]) / p50(loads["few"])
    section.at_most("warm, 20 000 appointments a desk against 720", ratio, 1.1, "×")
    section.add("an answer", f"{len(answer.json())} slots, {len(answer.body) // 1000} kB")


def _cold(
    section: Section, few: Installation, many: Installation, first: date, restarts: int
) -> None:
    """Every first listing after a start; the two databases in turn."""
    of_few: list[list[float]] = []
    of_many: list[list[float]] = []
    for _ in range(restarts):
        of_few.append(_first_listings(few, first))
        of_many.append(_first_listings(many, first))
    every = [ms for listed in of_few for ms in listed[1:]]
    section.at_most("cold, p50", statistics.median(every), 2.6, "ms")
    section.add("cold, the very first after a start, p50", f"{_median_first(of_few):.2f} ms")
    ratio = _median_first(of_many) / _median_first(of_few)
    section.at_most("the very first, 20 000 appointments a desk against 720", ratio, 1.1, "×")


def _median_first(listings: Sequence[Sequence[float]]) -> float:
    return statistics.median(listed[0] for listed in listings)


def _first_listings(installation: Installation, first: date) -> list[float]:
    """Milliseconds that the listing of each branch takes after a start."""
    times = []
    with installation.serving() as server, server.wire() as wire:
        for request in _requests(installation, wire, first):
            began = time.perf_counter()
            answer = wire.ask(request)
            times.append((time.perf_counter() - began) * 1000)
            expect(answer, 200)
            expect(wire.get("/"), 200)  # a page: once it is there, nothing is loaded beside us
    return times


def _requests(installation: Installation, wire: Wire, first: date) -> list[bytes]:
    """A listing of the same 31 days for each branch."""
    desk = Desk.at(wire, installation.clients["acme", "website"])
    branches = wire.get(f"{API}/branches", desk.token).json()
    last = first + timedelta(days=DAYS_LISTED)
    query = f"from={first}&to={last}"
    return [
        desk.call("GET", f"/branches/{b['id']}/services/{desk.services[SERVICE]}/timeslots?{query}")
        for b in branches
    ]
