"""Opening hours: weekly periods, breaks, overrides and holidays, as instants of a zone. Pure.

Source: the contract's section on time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel import intervals
from openslot.kernel.bounded_cache import BoundedCache
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.intervals import Interval
from openslot.scheduling.model.masks import Mask, ones, smear, stretches
from openslot.scheduling.model.public_holidays import is_holiday
from openslot.scheduling.model.zones import instant_at, local_dates

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class WallPeriod:
    """A stretch of a local date, in wall minutes after its midnight; past 1440 is the next date."""

    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class WeeklyPeriod:
    """A wall period of one weekday (0 is Monday), between two dates (both included) if given."""

    weekday: int
    period: WallPeriod
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a date of its weekday."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class DateOverride:
    """What a date has in place of its weekly hours and breaks; no hours is closed."""

    hours: tuple[WallPeriod, ...]
    breaks: tuple[WallPeriod, ...]


@dataclass(frozen=True)
class Timetable:
    """The hours of a branch, or of a service or resource that narrows them.

    `hours` None is no narrowing: always open, except the breaks.
    """

    hours: tuple[WeeklyPeriod, ...] | None
    breaks: tuple[WeeklyPeriod, ...] = ()
    overrides: Mapping[date, DateOverride] | None = None
    holiday_calendar: str | None = None
    _days: BoundedCache = field(
        default_factory=lambda: BoundedCache(6_000), compare=False, repr=False
    )

    def periods_on(self, day: date, zone: ZoneInfo) -> list[Interval]:
        """The opening periods that begin on a local date, as instants, merged; breaks not cut."""
        key = "periods", day, zone.key
        periods: list[Interval] | None = self._days.get(key)
        if periods is None:
            periods = intervals.union(_interval(p, day, zone) for p in self._hours_on(day))
            self._days.store(key, periods)
        return periods

    def breaks_on(self, day: date, zone: ZoneInfo) -> list[Interval]:
        """The breaks of a local date, as instants."""
        key = "breaks", day, zone.key
        breaks: list[Interval] | None = self._days.get(key)
        return self._days.store(key, self._breaks_on(day, zone)) if breaks is None else breaks

    def grid_on(self, day: date, step: int, zone: ZoneInfo) -> list[Minute]:
        """The starts on the grid of a date's periods: `p + k × step` in elapsed minutes, sorted."""
        key = "grid", day, step, zone.key
        grid: list[Minute] | None = self._days.get(key)
        if grid is None:
            periods = self.periods_on(day, zone)
            grid = [start for begin, end in periods for start in range(begin, end, step)]
            self._days.store(key, grid)
        return grid

    def closed_starts(self, first: Minute, last: Minute, duration: int, zone: ZoneInfo) -> Mask:
        """The starts in `[first, last)`, bit 0 first, not followed by `duration` open minutes."""
        # Cached for each UTC day, so that ranges that overlap share what was computed.
        days = range(first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY + 1)
        keys = [("closed", day, duration, zone.key) for day in days]
        masks: list[bytes] = [self._days.get(key, b"") for key in keys]
        if not all(masks):
            masks = self._masks_of_closed_starts(days, duration, zone)
            for key, mask in zip(keys, masks, strict=True):
                self._days.store(key, mask)
        joined = int.from_bytes(b"".join(masks), "little")
        return joined >> (first - days[0] * MINUTES_PER_DAY) & ones(last - first)

    def _masks_of_closed_starts(self, days: range, duration: int, zone: ZoneInfo) -> list[bytes]:
        """Of each UTC day one mask."""
        size = MINUTES_PER_DAY // 8
        first, last = days[0] * MINUTES_PER_DAY, (days[-1] + 1) * MINUTES_PER_DAY
        closed = self._closed_starts(first, last, duration, zone)
        joined = closed.to_bytes(size * len(days), "little")
        return [joined[at : at + size] for at in range(0, len(joined), size)]

    def _closed_starts(self, first: Minute, last: Minute, duration: int, zone: ZoneInfo) -> Mask:
        open_minutes = stretches(self.open_time(first, last + duration, zone), first)
        closed_minutes = ones(last + duration - first) ^ open_minutes
        return smear(closed_minutes, duration) & ones(last - first)

    def _breaks_on(self, day: date, zone: ZoneInfo) -> list[Interval]:
        override = (self.overrides or {}).get(day)
        if override is not None:
            periods: Iterable[WallPeriod] = override.breaks
        else:
            periods = (b.period for b in self.breaks if b.holds_on(day))
        return intervals.union(_interval(period, day, zone) for period in periods)

    def _hours_on(self, day: date) -> Iterable[WallPeriod]:
        override = (self.overrides or {}).get(day)
        if override is not None:
            return override.hours
        if self.holiday_calendar is not None and is_holiday(self.holiday_calendar, day):
            return ()
        return (h.period for h in self.hours or () if h.holds_on(day))

    def open_time(self, first: Minute, last: Minute, zone: ZoneInfo) -> list[Interval]:
        """Open time in `[first, last)`, breaks cut, as instants that neither touch nor overlap."""
        # A period of the day before may run into the first date, one past midnight.
        days = local_dates(first, last, zone, before=2)
        periods = [(first, last)]
        if self.hours is not None:
            periods = intervals.union(p for day in days for p in self.periods_on(day, zone))
        breaks = intervals.union(b for day in days for b in self.breaks_on(day, zone))
        return intervals.intersect(intervals.subtract(periods, breaks), [(first, last)])


def _interval(period: WallPeriod, day: date, zone: ZoneInfo) -> Interval:
    return (
        instant_at(day, period.starts, zone, ends=False),
        instant_at(day, period.ends, zone, ends=True),
    )
