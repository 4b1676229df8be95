"""Thousands of races for one place each: who wins, and what is left afterwards."""

import time
from collections import Counter
from contextlib import ExitStack

from benchmarks.disk import rows
from benchmarks.load import Failed, expect
from benchmarks.postgresql_beside_sqlite import both
from benchmarks.report import Section
from benchmarks.starts import Starts
from benchmarks.town import SERVICE
from benchmarks.twins import cpu_seconds
from journeys.serving import Installation, Server
from journeys.town import Desk
from journeys.wire import Answer, Wire, all_at_once
from postgresql import deadlocks, running

_HOW = (
    "Over HTTP, with two workers: 8 connections send a reservation of the same start of the only "
    "desk before any answer is read, again and again, each time for another start; after every "
    "hundred races there are new connections, so that they fall to the workers in many ways. One "
    "has to be answered 201 and seven 409 `slot_unavailable`; anything else ends the run. "
    "Afterwards `openslot verify` rebuilds every sheet from the rows and compares, and the rows "
    "are counted."
)
_LIMITS = "the client too, in Python on the same cores."
_CLIENTS = 8
_RACES = 10_000
_RACES_OF_ONE_CONNECTION = 100


def measure(times: int, seconds: int) -> Section:
    """Runs the subject; a quick round has fewer races."""
    section = Section("Races", _HOW, _LIMITS)
    races = _RACES if seconds > 1 else 300
    with running(durable=True) as postgresql, both(postgresql, desks=1) as pair:
        for kind, installation in pair.items():
            _race(section, kind, installation, races)
    return section


def _race(section: Section, kind: str, installation: Installation, races: int) -> None:
    url = installation.environment["OPENSLOT_DATABASE_URL"]
    waits_in_circles = deadlocks(url) if kind == "PostgreSQL" else 0
    with installation.serving(workers=2) as server, server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        starts = Starts(desk, wire, 1)
        taken, reasons = _raced(server, desk, starts, races)
        shares = [cpu_seconds(pid) for pid in server.pids()]
    (report,) = installation.verify()
    held = rows(installation, "reservations")
    if held != races:
        raise Failed(f"{races} races left {held} reservations")
    section.add(f"{kind}: races, winners", f"{races}, {races}")
    refusals = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    section.add(f"{kind}: refusals by reason", refusals)
    looked_at = f"{held} reservations, {report['counts']['sheets']} sheets"
    section.add(f"{kind}: verify", f"{looked_at}, {len(report['differences'])} differences")
    if kind == "PostgreSQL":
        section.add(f"{kind}: deadlocks", f"{deadlocks(url) - waits_in_circles}")
    worker = " / ".join(f"{100 * share / sum(shares):.0f} %" for share in shares)
    section.add(f"{kind}: processor time by worker", worker)
    section.add(f"{kind}: races a second", f"{races / taken:.0f}")


def _raced(server: Server, desk: Desk, starts: Starts, races: int) -> tuple[float, Counter[str]]:
    """Seconds that the races took, and how often each reason was given."""
    reasons: Counter[str] = Counter()
    began = time.perf_counter()
    for done in range(0, races, _RACES_OF_ONE_CONNECTION):
        with ExitStack() as stack:
            wires = [stack.enter_context(server.wire()) for _ in range(_CLIENTS)]
            for _ in range(min(_RACES_OF_ONE_CONNECTION, races - done)):
                _one(wires, desk.reserve(SERVICE, next(starts)), reasons)
    return time.perf_counter() - began, reasons


def _one(wires: list[Wire], asked: bytes, reasons: Counter[str]) -> None:
    """One race.

    Raises:
        Failed: not exactly one has won, or one was refused for another reason than that.
    """
    answers = all_at_once(wires, [asked] * len(wires))
    winners = [answer for answer in answers if answer.status == 201]
    if len(winners) != 1:
        raise Failed(f"{len(winners)} winners of {[answer.status for answer in answers]}")
    reasons.update(_reason(answer) for answer in answers if answer.status != 201)


def _reason(answer: Answer) -> str:
    problem = expect(answer, 409).json()
    if problem["code"] != "slot_unavailable":
        raise Failed(f"refused with {problem['code']}")
    return str(problem["reason"])
