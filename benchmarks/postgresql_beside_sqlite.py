"""Both databases side by side: the same rows, the same requests, in turns."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from benchmarks.load import Load, expect, interleaved, one_by_one, p50, p99, rate, run
from benchmarks.report import Section
from benchmarks.rows import DAYS_LISTED, fill
from benchmarks.starts import Starts
from benchmarks.town import DESKS, SERVICE, town
from benchmarks.twins import twin
from journeys.serving import Installation, Server
from journeys.town import Desk
from postgresql import Server as Postgresql
from postgresql import running

_HOW = (
    "PostgreSQL runs on the same cores as the server and wrk, over a Unix socket, with its own "
    "settings (`fsync` and `synchronous_commit` on); each database holds the same rows. *Slots*: "
    "31 days of ten desks with 720 appointments on each, again and again. *Dates*: 31 days of "
    "1 000 desks with two appointments a day; *changed*: a reservation of any desk before each. "
    "*Spread*: 8 clients reserve free starts in random order on ten desks. *One desk*: 8 clients "
    "ask for the same start of one desk, and then for the next: one is given it, seven are "
    "refused; an answer is a decision."
)
_LIMITS = (
    "processor time of three programs on two cores; what a reservation asks of the database one "
    "after the other, and what limits next, is in docs/explanation/scale.md."
)
_CLIENTS = 8
_MANY = 10_000
_MANY_DESKS = 1000
_CHANGES = 8
_A_MONTH = 62  # two a day
KINDS = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Place:
    """A running server of one database, and what is asked of it."""

    server: Server
    desk: Desk
    starts: Starts


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("PostgreSQL beside SQLite", _HOW, _LIMITS)
    first = datetime.now(UTC).date() + timedelta(days=2)
    times = min(times, 3)
    with running(durable=True) as postgresql:
        _slots(section, postgresql, first, times, seconds)
        _dates(section, postgresql, first, times, seconds)
        _reservations(section, postgresql, times, seconds)
    return section


@contextmanager
def both(
    postgresql: Postgresql,
    desks: int = DESKS,
    fill_in: Callable[[Installation], None] | None = None,
) -> Iterator[dict[str, Installation]]:
    """An installation on each database, with the same rows."""
    with town(desks=desks) as installation:
        if fill_in is not None:
            fill_in(installation)
        with postgresql.database() as url:
            yield {"SQLite": installation, "PostgreSQL": twin(installation, url)}


def _slots(section: Section, postgresql: Postgresql, first: date, times: int, seconds: int) -> None:
    """The same month with few and with many appointments around it."""
    with ExitStack() as stack:
        contenders: dict[str, Callable[[], Load]] = {}
        for each in (720, _MANY):
            pair = both(postgresql, fill_in=lambda town, each=each: fill(town, first, each))
            for kind, installation in stack.enter_context(pair).items():
                server = stack.enter_context(installation.serving())
                request = listing(installation, server, first, "timeslots")
                contenders[f"{kind} {each}"] = _again(server, request, seconds)
        loads = interleaved(contenders, times)
    _time_rows(section, "slots of 31 days, ten desks, p50", loads, "720", 1.5)
    for kind in KINDS:
        ratio = p50(loads[f"{kind} {_MANY}"]) / p50(loads[f"{kind} 720"])
        section.at_most(f"… {_MANY} appointments a desk against 720, {kind}", ratio, 1.1, "×")


def _dates(section: Section, postgresql: Postgresql, first: date, times: int, seconds: int) -> None:
    def month(town: Installation) -> None:
        fill(town, first, _A_MONTH, _A_MONTH)

    with ExitStack() as stack:
        contenders: dict[str, Callable[[], Load]] = {}
        pair = stack.enter_context(both(postgresql, _MANY_DESKS, month))
        for kind, installation in pair.items():
            server = stack.enter_context(installation.serving())
            request = listing(installation, server, first, "dates")
            contenders[f"{kind} again"] = _again(server, request, seconds)
            with server.wire() as wire:
                place = Desk.at(wire, installation.clients["acme", "website"])
            contenders[f"{kind} changed"] = _changed(server, place, request, first)
        loads = interleaved(contenders, times)
    _time_rows(section, "dates of 1 000 desks, p50", loads, "again", 50)
    _time_rows(section, "dates of 1 000 desks, changed, p50", loads, "changed", 50)


def _reservations(section: Section, postgresql: Postgresql, times: int, seconds: int) -> None:
    with ExitStack() as stack:
        spread = stack.enter_context(both(postgresql))
        single = stack.enter_context(both(postgresql, desks=1))
        # What one worker has booked is not free for two: the starts go on where they were.
        starts: dict[str, Starts] = {}
        for workers in (1, 2):
            with ExitStack() as serving:
                contenders: dict[str, Callable[[], Load]] = {}
                for kind in KINDS:
                    place = serving.enter_context(_place(spread[kind], workers, DESKS, starts))
                    contenders[f"{kind} spread"] = _spread(place, seconds)
                    place = serving.enter_context(_place(single[kind], workers, 1, starts))
                    contenders[f"{kind} one desk"] = _contest(place, seconds)
                loads = interleaved(contenders, times)
            of = "one worker" if workers == 1 else "two workers"
            _rate_rows(section, f"reserve, 8 clients spread, {of}", loads, "spread", 700)
            _rate_rows(section, f"decided, 8 clients on one desk, {of}", loads, "one desk", 300)
        for installation in (*spread.values(), *single.values()):
            installation.verify()


@contextmanager
def _place(
    installation: Installation, workers: int, desks: int, starts: dict[str, Starts]
) -> Iterator[Place]:
    with installation.serving(workers=workers) as server, server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        where = installation.environment["OPENSLOT_DATABASE_URL"]
        if where not in starts:
            starts[where] = Starts(desk, wire, desks)
        place = Place(server, desk, starts[where])
        warm_up = place.starts.contest if desks == 1 else place.starts.load
        warm_up(server.port, desk, _CLIENTS, 1)
        yield place


def _again(server: Server, request: bytes, seconds: int) -> Callable[[], Load]:
    return lambda: run(server.port, 1, seconds, request)


def _spread(place: Place, seconds: int) -> Callable[[], Load]:
    return lambda: place.starts.load(place.server.port, place.desk, _CLIENTS, seconds)


def _contest(place: Place, seconds: int) -> Callable[[], Load]:
    return lambda: place.starts.contest(place.server.port, place.desk, _CLIENTS, seconds)


def listing(installation: Installation, server: Server, first: date, what: str) -> bytes:
    """A request for the slots or the dates of 31 days, that has been answered once."""
    with server.wire() as wire:
        desk = Desk.at(wire, installation.clients["acme", "website"])
        path = f"/branches/{desk.branch}/services/{desk.services[SERVICE]}/{what}"
        last = first + timedelta(days=DAYS_LISTED)
        request = desk.call("GET", f"{path}?from={first}&to={last}")
        expect(wire.ask(request), 200)
    return request


def _changed(server: Server, place: Desk, request: bytes, first: date) -> Callable[[], Load]:
    """The listing, each time after somebody has reserved one of the desks."""
    moments = (
        f"{first + timedelta(days=day)}T{hour}:{minute:02}:00Z"
        for hour, minute, day in itertools.product(range(10, 16), (0, 30), range(28))
    )

    def listed() -> Load:
        taken = []
        with server.wire() as wire:
            for _ in range(_CHANGES):
                expect(wire.ask(place.reserve(SERVICE, next(moments))), 201)
                began = time.perf_counter()
                answer = wire.ask(request)
                taken.append((time.perf_counter() - began) * 1000)
                expect(answer, 200)
        return one_by_one(taken)

    return listed


def _time_rows(
    section: Section, what: str, loads: Mapping[str, list[Load]], of: str, aim: float
) -> None:
    section.add(f"{what}: SQLite", f"{p50(loads[f'SQLite {of}']):.2f} ms")
    section.at_most(f"{what}: PostgreSQL", p50(loads[f"PostgreSQL {of}"]), aim, "ms")


def _rate_rows(
    section: Section, what: str, loads: Mapping[str, list[Load]], of: str, aim: float
) -> None:
    sqlite = loads[f"SQLite {of}"]
    section.add(f"{what}: SQLite", f"{rate(sqlite):.0f} /s, p99 {p99(sqlite):.0f} ms")
    postgresql = loads[f"PostgreSQL {of}"]
    section.at_least(f"{what}: PostgreSQL", rate(postgresql), aim, "/s")
    section.add("… its p99", f"{p99(postgresql):.0f} ms")
    section.add("… against SQLite", f"{rate(postgresql) / rate(sqlite):.2f} ×")
