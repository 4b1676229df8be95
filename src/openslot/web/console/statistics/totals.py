"""The sums of the API's rows that the tables show. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass
class Bookings:
    """What was booked, and what became of it."""

    booked: int = 0
    cancelled: int = 0
    no_show: int = 0
    _lead: float = 0  # minutes, of all together

    def add(self, row: Row) -> None:
        """Adds the appointments of a service's day."""
        self.booked += row["booked"]
        self.cancelled += row["cancelled"]
        self.no_show += row["noShow"]
        self._lead += row["leadMinutes"] * row["booked"]

    @property
    def lead_minutes(self) -> int:
        """From booking to the start, on average."""
        return round(self._lead / self.booked) if self.booked else 0


@dataclass
class TimeUse:
    """How much of the open time is taken."""

    booked: int = 0
    open: int = 0

    def add(self, row: Row) -> None:
        """Adds the minutes of a row."""
        self.booked += row["bookedMinutes"]
        self.open += row["openMinutes"]

    @property
    def per_cent(self) -> int | None:
        """The part of the open time that is taken; None where nothing was open."""
        return round(100 * self.booked / self.open) if self.open else None


@dataclass
class Totals:
    """Everything that the page shows."""

    services: dict[str, Bookings] = field(default_factory=lambda: defaultdict(Bookings))
    days: dict[str, Bookings] = field(default_factory=lambda: defaultdict(Bookings))
    branches: dict[str, TimeUse] = field(default_factory=lambda: defaultdict(TimeUse))
    resources: dict[str, TimeUse] = field(default_factory=lambda: defaultdict(TimeUse))
    hours: dict[tuple[str, int], TimeUse] = field(default_factory=lambda: defaultdict(TimeUse))

    def take(self, part: str, rows: Iterable[Row]) -> None:
        """Adds some rows of a part."""
        for row in rows:
            match part:
                case "services":
                    self.services[row["serviceId"]].add(row)
                    self.days[row["date"]].add(row)
                case "branches":
                    self.branches[row["branchId"]].add(row)
                case "resources":
                    self.resources[row["resourceId"]].add(row)
                case "hours":
                    self.hours[row["weekday"], row["hour"]].add(row)
