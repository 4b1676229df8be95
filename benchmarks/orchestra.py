"""The Orchestra Calendar API beside the booking API: the same questions, in one run."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.load import expect
from benchmarks.python_client import latencies
from benchmarks.report import Section
from benchmarks.rows import fill
from benchmarks.starts import Starts
from benchmarks.town import SERVICE, account_file
from journeys.serving import Installation, installed
from journeys.town import Desk, made
from journeys.wire import Wire, request

_HOW = (
    "One branch with ten desks, 720 appointments on each in the next 31 days. Both interfaces are "
    "asked in slices that alternate, by one client; a figure is the median of the slices' ratios, "
    "time of the Orchestra Calendar API ÷ time of the booking API. *Again*: the same request, "
    "from memory. *After a booking*: each after a reservation on one of its dates. *Book*: an "
    "appointment at once, against a reservation."
)
_LIMITS = (
    "a booking writes what a reservation writes and what its confirmation writes: the appointment, "
    "where it is listed, its history and its event. It computes the allocation once."
)
_CALENDAR = "/calendar-backend/public/api/v1"
_DATES = 366

Listing = Callable[[date], bytes]


@dataclass(frozen=True)
class Both:
    """The two interfaces of one server."""

    wire: Wire
    desk: Desk
    key: str

    def calendar(self, method: str, path: str, body: object = None) -> bytes:
        """A request of the Orchestra Calendar API for the service that is measured."""
        service = f"{_CALENDAR}/branches/{self.desk.branch}/services/{self.desk.services[SERVICE]}"
        return request(method, service + path, body=body, headers={"X-Api-Key": self.key})

    def booking(self, path: str) -> bytes:
        """A listing of the booking API for it."""
        service = f"/branches/{self.desk.branch}/services/{self.desk.services[SERVICE]}"
        return self.desk.call("GET", service + path)


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("The Orchestra Calendar API", _HOW, _LIMITS)
    slices = 6 * times if seconds > 1 else 6
    with _town() as installation:
        fill(installation, datetime.now(UTC).date() + timedelta(days=2), 720)
        key = _api_key(installation)
        with installation.serving() as server, server.wire() as wire:
            desk = Desk.at(wire, installation.clients["acme", "website"])
            both = Both(wire, desk, key)
            starts = Starts(desk, wire)
            _listings(section, both, starts, slices)
            _bookings(section, both, starts, slices)
        installation.verify()
    return section


def _listings(section: Section, both: Both, starts: Starts, slices: int) -> None:
    today = datetime.now(UTC).date()
    day = today + timedelta(days=3)
    pairs: dict[str, tuple[Listing, Listing]] = {
        "times of a date": (
            lambda day: both.calendar("GET", f"/dates/{day}/times"),
            lambda day: both.booking(f"/timeslots?from={day}&to={day + timedelta(days=1)}"),
        ),
        "dates to the horizon": (
            lambda _: both.calendar("GET", "/dates"),
            lambda _: both.booking(f"/dates?from={today}&to={today + timedelta(days=_DATES)}"),
        ),
    }
    for name, sides in pairs.items():
        again = [partial(_again, both, day, listing) for listing in sides]
        section.at_most(f"{name}, again", _ratio(*again, slices), 1.2, "×")
        after = [partial(_after_bookings, both, starts, listing) for listing in sides]
        section.at_most(f"{name}, after a booking", _ratio(*after, slices), 1.2, "×")


def _again(both: Both, day: date, listing: Listing) -> list[float]:
    return latencies(both.wire, [listing(day)] * 40, 200)


def _after_bookings(both: Both, starts: Starts, listing: Listing) -> list[float]:
    """Times of listings, each right after a reservation on a date that is listed."""
    taken = []
    last = datetime.now(UTC).date() + timedelta(days=_DATES - 1)
    near = (start for start in starts if date.fromisoformat(start[:10]) < last)
    for start in itertools.islice(near, 10):
        expect(both.wire.ask(both.desk.reserve(SERVICE, start)), 201)
        taken += latencies(both.wire, [listing(date.fromisoformat(start[:10]))], 200)
    return taken


def _bookings(section: Section, both: Both, starts: Starts, slices: int) -> None:
    customer = {"firstName": "Noor", "lastName": "Visser", "email": "noor@example.org"}

    def booked() -> list[float]:
        wanted = [next(starts) for _ in range(20)]
        return latencies(both.wire, [
            both.calendar("POST", f"/dates/{s[:10]}/times/{s[11:16]}/book", {"customer": customer})
            for s in wanted
        ], 202)  # fmt: skip

    def reserved() -> list[float]:
        return latencies(
            both.wire, [both.desk.reserve(SERVICE, next(starts)) for _ in range(20)], 201
        )

    def confirmed() -> list[float]:
        taken = []
        for _ in range(20):
            held = both.wire.ask(both.desk.reserve(SERVICE, next(starts)))
            taken += latencies(both.wire, [both.desk.confirm(made(held))], 201)
        return taken

    section.at_most("book, against a reservation", _ratio(booked, reserved, slices), 1.3, "×")
    confirmation = _ratio(booked, confirmed, slices)
    section.add("book, against a confirmation", f"{confirmation:.2f} ×")


def _ratio(
    ours: Callable[[], Sequence[float]], published: Callable[[], Sequence[float]], slices: int
) -> float:
    """The median over slices that alternate; the first two warm up."""
    ratios = [median(ours()) / median(published()) for _ in range(slices + 2)]
    return median(ratios[2:])


@contextmanager
def _town() -> Iterator[Installation]:
    file = {**account_file(), "orchestra": {"enabled": True}}
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        yield installed(Path(folder), file)


def _api_key(installation: Installation) -> str:
    printed = installation.run("client", "make-api-key", "acme", "website", "bench", "--json")
    (made,) = json.loads(printed)["apiKeys"]
    text: str = made["apiKey"]
    return text
