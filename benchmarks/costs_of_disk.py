"""What things take on the disk, and whether that adds up."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.crowd import Crowd
from benchmarks.disk import rows, sizes
from benchmarks.postgresql_beside_sqlite import KINDS, both
from benchmarks.report import Section
from benchmarks.rows import fill
from benchmarks.town import account_file
from journeys.serving import Installation
from postgresql import Server as Postgresql
from postgresql import running

_HOW = (
    "Tables with their indexes. Two towns are filled by the stores in the order of time, one with "
    "23 bookings a desk and day and one with 2: *an appointment* is everything but its place in "
    "a sheet, *a sheet* the row of a desk and a day, *a booking in a sheet* what each adds to it. "
    "*An account* has one branch, ten desks, one service and one client. *Foretold* is what those "
    "add up to for two towns that they were not taken from: one of ten bookings a desk and day, "
    "and one that is booked through HTTP, over 680 days in random order."
)
_LIMITS = "see docs/explanation/scale.md."
_ACCOUNTS = 200
_SHEETS, _CATALOGUE = "day_sheets", "catalogue_items"


class _Bytes:
    """What an appointment, a sheet and a booking in a sheet take."""

    def __init__(self, empty: Counter[str], dense: "_Filled", thin: "_Filled") -> None:
        self._empty = _but_sheets(empty)
        self.appointment = (dense.others - self._empty) / dense.bookings
        # Two towns, two unknowns.
        across = dense.sheets * thin.bookings - thin.sheets * dense.bookings
        self.sheet = (dense.of_sheets * thin.bookings - thin.of_sheets * dense.bookings) / across
        self.in_sheet = (dense.of_sheets - self.sheet * dense.sheets) / dense.bookings

    def foretold(self, bookings: int, sheets: int) -> float:
        """For so many appointments on so many sheets."""
        return bookings * (self.appointment + self.in_sheet) + sheets * self.sheet

    def taken(self, filled: "_Filled") -> float:
        """What they did take."""
        return filled.others - self._empty + filled.of_sheets


class _Filled:
    """A database with appointments: how many there are, and what they take."""

    def __init__(self, installation: Installation) -> None:
        size = sizes(installation)
        self.of_sheets = size[_SHEETS]
        self.others = _but_sheets(size)
        self.sheets = rows(installation, _SHEETS)
        self.bookings = rows(installation, "appointments")


def _but_sheets(size: Counter[str]) -> int:
    return size.total() - size[_SHEETS] - size[_CATALOGUE]


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("What things cost: disk", _HOW, _LIMITS)
    more = 1 if seconds > 1 else 4
    with running(durable=True) as postgresql:
        empty = _accounts(section, postgresql)
        dense = _filled(postgresql, 10, 720)
        thin = _filled(postgresql, 200 // more, 62)
        middle = _filled(postgresql, 40 // more, 310)
        booked = _booked(postgresql, 6400 // more)
    for kind in KINDS:
        cost = _Bytes(empty[kind], dense[kind], thin[kind])
        section.add(f"{kind}: an appointment", f"{cost.appointment:.0f} B")
        section.add(f"{kind}: a sheet", f"{cost.sheet:.0f} B")
        section.add(f"{kind}: a booking in a sheet", f"{cost.in_sheet:.0f} B")
        for which, filled in {"ten a day": middle[kind], "through HTTP": booked[kind]}.items():
            foretold = cost.foretold(filled.bookings, filled.sheets)
            town = f"{which}, {filled.bookings} appointments on {filled.sheets} sheets"
            section.add(f"{kind}: {town}, foretold", f"{foretold / 1e6:.2f} MB")
            section.add("… measured", f"{cost.taken(filled) / 1e6:.2f} MB")
            section.add("… measured against foretold", f"{cost.taken(filled) / foretold:.2f} ×")
    return section


def _accounts(section: Section, postgresql: Postgresql) -> dict[str, Counter[str]]:
    """What an account takes; returns what an installation with nothing booked takes."""
    empty = {}
    with both(postgresql) as pair:
        for kind, installation in pair.items():
            empty[kind] = sizes(installation)
            files = [{**account_file(), "account": f"town-{n}"} for n in range(_ACCOUNTS)]
            installation.apply(*files)
            each = (sizes(installation).total() - empty[kind].total()) / _ACCOUNTS
            section.add(f"{kind}: an account", f"{each / 1000:.1f} kB")
    return empty


def _filled(postgresql: Postgresql, desks: int, each: int) -> dict[str, _Filled]:
    """Ever so many appointments on each desk in 31 days."""
    first = datetime.now(UTC).date() + timedelta(days=2)
    fill_in = partial(fill, first=first, each=each, in_them=each)
    with both(postgresql, desks, fill_in) as pair:
        return {kind: _Filled(installation) for kind, installation in pair.items()}


def _booked(postgresql: Postgresql, count: int) -> dict[str, _Filled]:
    """Reservations that are confirmed, over HTTP."""
    filled = {}
    with both(postgresql) as pair:
        for kind, installation in pair.items():
            with installation.serving() as server, ExitStack() as stack:
                crowd = Crowd(installation, server, stack)
                for _ in range(count // 400):
                    crowd.confirm(crowd.reserve(400))
            filled[kind] = _Filled(installation)
    return filled
