"""What things cost in processor time, and whether the costs add up."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import fmean

from benchmarks.crowd import CLIENTS, Crowd
from benchmarks.postgresql_beside_sqlite import both
from benchmarks.report import Section
from benchmarks.twins import database_cpu_seconds
from journeys.serving import Installation, Server
from journeys.town import made
from postgresql import running

_HOW = (
    "Processor time that the server and the database's processes took together (in brackets each "
    "of them), read from /proc before and after some hundred requests of 8 connections at a time, "
    "one worker. *A changed month*: 31 days of ten desks of which some were booked since they "
    "were listed last. *A mixture*: three reservations, three confirmations, a changed month and "
    "a token at once, over and over; *foretold* is the sum of their single costs."
)
_LIMITS = "see docs/explanation/scale.md."
_COUNT = 400
_MIXTURE = "a request of a mixture"
_BETWEEN_LISTINGS = 88  # reservations in 22 months: hardly one stays as it was


@dataclass(frozen=True)
class Spent:
    """Milliseconds of processor time."""

    server: float
    database: float

    @property
    def both(self) -> float:
        """Of the server and the database together."""
        return self.server + self.database

    def __str__(self) -> str:
        if not self.database:
            return f"{self.server:.2f} ms"
        return f"{self.both:.2f} ms ({self.server:.2f} + {self.database:.2f})"


class Meter:
    """Reads how much processor time a server and its database have taken."""

    def __init__(self, installation: Installation, server: Server) -> None:
        url = installation.environment["OPENSLOT_DATABASE_URL"]
        self._database = url if url.startswith("postgresql") else None
        self._server = server

    def of(self, count: int, work: Callable[[], object]) -> Spent:
        """What each of `count` things took that `work` did."""
        server, database = self._read()
        work()
        server_after, database_after = self._read()
        return Spent(
            1000 * (server_after - server) / count, 1000 * (database_after - database) / count
        )

    def _read(self) -> tuple[float, float]:
        database = database_cpu_seconds(self._database) if self._database else 0.0
        return self._server.cpu_seconds(), database


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("What things cost: processor time", _HOW, _LIMITS)
    with running(durable=True) as postgresql, both(postgresql) as pair:
        for kind, installation in pair.items():
            _costs(section, kind, installation, 12 if seconds > 1 else 2)
    return section


def _costs(section: Section, kind: str, installation: Installation, rounds: int) -> None:
    """Everything once a round, so that what else goes on here hits all of it alike."""
    with installation.serving() as server, ExitStack() as stack:
        crowd = Crowd(installation, server, stack)
        meter = Meter(installation, server)
        crowd.confirm(crowd.reserve(200))  # warms up
        spent: dict[str, list[Spent]] = {}
        for _ in range(rounds):
            for what, cost in _round(crowd, meter).items():
                spent.setdefault(what, []).append(cost)
    costs = {what: _mean(each) for what, each in spent.items()}
    mixture = costs.pop(_MIXTURE)
    for what, cost in costs.items():
        section.add(f"{kind}: {what}", str(cost))
    token, _, changed, reserve, confirm = (cost.both for cost in costs.values())
    foretold = (3 * reserve + 3 * confirm + changed + token) / CLIENTS
    section.add(f"{kind}: {_MIXTURE}, foretold", f"{foretold:.2f} ms")
    section.add("… measured", str(mixture))
    section.add("… measured against foretold", f"{mixture.both / foretold:.2f} ×")


def _round(crowd: Crowd, meter: Meter) -> dict[str, Spent]:
    months, asked = crowd.months(), crowd.reservations(_COUNT)
    reserved: list[str] = []
    costs = {
        "a token": meter.of(_COUNT, lambda: crowd.ask([crowd.token] * _COUNT, 200)),
        "a month, again": meter.of(_COUNT, lambda: crowd.ask([months[0]] * _COUNT, 200)),
    }
    crowd.reserve(_BETWEEN_LISTINGS)
    costs["a changed month"] = meter.of(len(months), lambda: crowd.ask(months, 200))
    costs["a reservation"] = meter.of(
        _COUNT, lambda: reserved.extend(map(made, crowd.ask(asked, 201)))
    )
    costs["a confirmation"] = meter.of(_COUNT, lambda: crowd.confirm(reserved))
    costs[_MIXTURE] = meter.of(_COUNT, lambda: _mix(crowd, _COUNT // CLIENTS))
    return costs


def _mean(spent: Sequence[Spent]) -> Spent:
    return Spent(fmean(one.server for one in spent), fmean(one.database for one in spent))


def _mix(crowd: Crowd, steps: int) -> None:
    """Each step confirms what the one before has reserved, and lists a month that it changed."""
    reserved = crowd.reserve(3)
    listed = crowd.months()[0]
    for _ in range(steps):
        starts = [next(crowd.starts) for _ in range(3)]
        answers = crowd.answers(
            [
                *(crowd.reservation(start) for start in starts),
                *(crowd.desk.confirm(reservation) for reservation in reserved),
                listed,
                crowd.token,
            ]
        )
        reserved = [made(answer) for answer in answers[:3]]
        listed = crowd.month_of(starts[0])
