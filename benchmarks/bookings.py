"""Reservations and confirmations: how long one takes, how many there can be, and beside what."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from benchmarks.contenders import raw_asgi
from benchmarks.load import BLANK, Load, Run, expect, interleaved, p50, p99, rate, run
from benchmarks.report import Section
from benchmarks.starts import Starts
from benchmarks.town import SERVICE, town
from journeys.serving import Installation, Server
from journeys.town import Desk, made

_HOW = (
    "One branch with ten desks, open every day from 8 to 20, 30 minutes each; starts are asked "
    "for in random order over 680 days, with no desk named, each free. Every answer is durable "
    "(`synchronous=FULL`). The listings beside it are of 31 days of the same branch: either always "
    "the same 31, so that most answers come from memory, or from any day on, so that "
    "reservations have changed nearly every one since it was listed last."
)
_LIMITS = (
    "processor time, not the disk: by py-spy half of it is the operation (reading ten sheets and "
    "choosing the least booked desk 22 %, writing 8 %, the answer 7 %), a quarter the request "
    "around it (checks 13 %, the write to the socket 6 %, the log line 4 %). Beside listings a "
    "reservation needs about five turns of the event loop, each as long as one slice of a "
    "listing. Two workers share two cores with wrk, and each needs 1.5 × the processor time for a "
    "reservation: SQLite forgets the pages of a process when another has committed (4.3 reads of "
    "a page a reservation against 0.5), their batches are half as large (a wait for the disk for "
    "8 reservations, not 16), and they ask for locks 2.4 × as often, all by strace. Taking turns "
    "in line instead of asking again and again gave 1.18 × here and 0.4 × for small writes, and "
    "was left out. Pauses count in p99 for every request that would have come meanwhile (wrk "
    "corrects for them)."
)


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Reservations and confirmations", _HOW, _LIMITS)
    with town() as installation:
        credentials = installation.clients["acme", "website"]
        with installation.serving() as server, server.wire() as wire:
            desk = Desk.at(wire, credentials)
            starts = Starts(desk, wire)
            canned = expect(wire.ask(desk.reserve(SERVICE, next(starts))), 201)
            starts.load(server.port, desk, 4, 1)  # warms up
            with raw_asgi(canned) as bare:
                _alone(section, server, desk, starts, bare, times, seconds)
            _beside_listings(section, server, desk, starts, times, seconds)
            with town() as other, other.serving(workers=2) as two:
                _two_workers(section, (server, desk, starts), _asking(other, two), times, seconds)
        installation.verify()
    return section


def _alone(
    section: Section,
    server: Server,
    desk: Desk,
    starts: Starts,
    bare: int,
    times: int,
    seconds: int,
) -> None:
    request = desk.reserve(SERVICE, starts.example)
    processor: list[float] = []

    def sixteen() -> Load:
        before = server.cpu_seconds()
        load = starts.load(server.port, desk, 16, seconds)
        processor.append(1000 * (server.cpu_seconds() - before) / load.requests)
        return load

    loads = interleaved(
        {
            "reserve": lambda: starts.load(server.port, desk, 1, seconds),
            "confirm": lambda: _confirm(server, desk, starts, seconds),
            "bare": lambda: run(bare, 1, seconds, request),
            "reserve 16": sixteen,
            "bare 16": lambda: run(bare, 16, seconds, request),
        },
        times,
    )
    section.at_most("reserve, one client, p50", p50(loads["reserve"]), 0.8, "ms")
    section.at_most("confirm, one client, p50", p50(loads["confirm"]), 0.8, "ms")
    section.add("bare, one client, p50", f"{p50(loads['bare']):.2f} ms")
    section.at_least("reserve, 16 clients", rate(loads["reserve 16"]), 3000, "/s")
    section.at_most("reserve, 16 clients, p99", p99(loads["reserve 16"]), 20, "ms")
    section.add("processor time a reservation, 16 clients", f"{median(processor):.2f} ms")
    section.add("bare, 16 clients", f"{rate(loads['bare 16']):.0f} /s")


def _confirm(server: Server, desk: Desk, starts: Starts, seconds: int) -> Load:
    """Confirms what is reserved beforehand, by eight connections that take turns."""
    reserved: list[str] = []
    wires = [server.wire() for _ in range(8)]
    for _ in range(300 * seconds):
        for wire in wires:
            wire.send(desk.reserve(SERVICE, next(starts)))
        reserved += [made(wire.answer()) for wire in wires]
    for wire in wires:
        wire.close()
    return run(server.port, 1, seconds, desk.confirm(BLANK * len(reserved[0])), reserved)


def _beside_listings(
    section: Section, server: Server, desk: Desk, starts: Starts, times: int, seconds: int
) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    days = [str(tomorrow + timedelta(days=n)) for n in range(680)]
    random.Random(2).shuffle(days)
    listed: dict[str, list[Load]] = {"one month": [], "any month": []}

    def beside(which: str, days: list[str]) -> Load:
        lister = Run(server.port, 4, seconds + 1, _listing(desk), days)
        load = starts.load(server.port, desk, 1, seconds)
        listed[which].append(lister.result())
        return load

    loads = interleaved(
        {
            "one month": lambda: beside("one month", [str(tomorrow)]),
            "any month": lambda: beside("any month", days),
        },
        times,
    )
    for which, lists in listed.items():
        section.at_most(
            f"reserve, one client beside four that list {which}, p50", p50(loads[which]), 2.5, "ms"
        )
        section.add(
            f"the listings of {which} beside it",
            f"{rate(lists):.0f} /s, p50 {p50(lists):.2f} ms",
        )


def _listing(desk: Desk) -> bytes:
    """31 days, which is the default, from a date to be filled in."""
    path = f"/branches/{desk.branch}/services/{desk.services[SERVICE]}/timeslots"
    return desk.call("GET", f"{path}?from={BLANK * 10}")


Asked = tuple[Server, Desk, Starts]


def _asking(installation: Installation, server: Server) -> Asked:
    """A server, and what it is asked for."""
    with server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        starts = Starts(desk, wire)
        starts.load(server.port, desk, 16, 1)  # warms up
    return server, desk, starts


def _two_workers(section: Section, one: Asked, two: Asked, times: int, seconds: int) -> None:
    def load(asked: Asked) -> Load:
        server, desk, starts = asked
        return starts.load(server.port, desk, 16, seconds)

    loads = interleaved({"one": partial(load, one), "two": partial(load, two)}, times)
    section.at_most("two workers, 16 clients, p99", p99(loads["two"]), 20, "ms")
    section.add("two workers, 16 clients", f"{rate(loads['two']):.0f} /s")
    section.at_least("two workers against one", rate(loads["two"]) / rate(loads["one"]), 1.3, "×")
