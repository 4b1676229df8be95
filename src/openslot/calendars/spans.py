"""When an occurrence begins and ends, in minutes. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from openslot.calendars.format.time_values import Duration
from openslot.calendars.format.value_types import Ends, instant_of
from openslot.kernel.clock import Minute, minute_of
from openslot.scheduling.model.zones import day_bounds

_ALMOST_A_MINUTE = timedelta(seconds=59)


@dataclass(frozen=True, slots=True)
class Length:
    """How long the occurrences of an event take.

    With an end that is as much elapsed time as it takes to get there from the event's start, with
    a duration days of the calendar and then elapsed time (RFC 5545 §3.8.5.3).
    """

    start: date  # of the event that has it
    ends: Ends

    def after(self, start: date, zone: ZoneInfo) -> datetime:
        """When an occurrence ends, in UTC; `zone` is that of whole days and wall time."""
        ends = self.ends
        if not isinstance(start, datetime):
            days = ends.days if isinstance(ends, Duration) else 1
            return _midnight(start + timedelta(days), zone)
        if isinstance(ends, Duration):
            return instant_of(start + timedelta(ends.days), zone) + ends.elapsed
        if isinstance(ends, datetime) and isinstance(self.start, datetime):
            length = instant_of(ends, zone) - instant_of(self.start, zone)
            return instant_of(start, zone) + length
        return instant_of(start, zone)

    @property
    def most(self) -> timedelta:
        """No less than any occurrence takes."""
        if isinstance(self.ends, Duration):
            return timedelta(self.ends.days + 1) + self.ends.elapsed
        days = self.ends.toordinal() - self.start.toordinal()
        return timedelta(max(0, days) + 3)


def start_of_occurrence(start: date, zone: ZoneInfo) -> datetime:
    """When an occurrence begins, in UTC."""
    return instant_of(start, zone) if isinstance(start, datetime) else _midnight(start, zone)


def whole_minutes(start: datetime, end: datetime) -> tuple[Minute, Minute]:
    """The minutes that a stretch of time touches."""
    return minute_of(start), minute_of(end + _ALMOST_A_MINUTE)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(day_bounds(day, zone)[0] * 60, UTC)
