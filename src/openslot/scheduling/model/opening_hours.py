"""Wall time to instants: opening periods, breaks, overrides and holidays of a zone.

The only module, beside the pages, that knows wall time. Pure: the zone data comes from the
`tzdata` package and the holidays from the `holidays` package, never from the host.
Source: the contract's section on time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openslot.kernel import intervals
from openslot.kernel.bounded_cache import BoundedCache
from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute, minute_of
from openslot.kernel.intervals import Interval
from openslot.scheduling.model.masks import Mask, ones, smear, stretches

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ONE_DAY = timedelta(days=1)


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

    `hours` None is no narrowing: always open, but for the breaks.
    """

    hours: tuple[WeeklyPeriod, ...] | None
    breaks: tuple[WeeklyPeriod, ...] = ()
    overrides: Mapping[date, DateOverride] | None = None
    holiday_calendar: str | None = None
    _days: BoundedCache = field(
        default_factory=lambda: BoundedCache(3_000), compare=False, repr=False
    )
    _ranges: BoundedCache = field(
        default_factory=lambda: BoundedCache(50), compare=False, repr=False
    )

    def periods_on(self, day: date, zone: ZoneInfo) -> list[Interval]:
        """The opening periods that begin on a local date, as instants, merged; breaks not cut."""
        return self._days.get(
            ("periods", day, zone.key),
            lambda: intervals.union(_interval(p, day, zone) for p in self._hours_on(day)),
        )

    def breaks_on(self, day: date, zone: ZoneInfo) -> list[Interval]:
        """The breaks of a local date, as instants."""
        return self._days.get(("breaks", day, zone.key), lambda: self._breaks_on(day, zone))

    def grid_on(self, day: date, step: int, zone: ZoneInfo) -> list[Minute]:
        """The starts on the grid of a date's periods: `p + k × step` in elapsed minutes, sorted."""
        return self._days.get(
            ("grid", day, step, zone.key),
            lambda: [
                start
                for begin, end in self.periods_on(day, zone)
                for start in range(begin, end, step)
            ],
        )

    def closed_starts(self, first: Minute, last: Minute, duration: int, zone: ZoneInfo) -> Mask:
        """The starts in `[first, last)`, bit 0 first, not followed by `duration` open minutes."""
        # BoundedCache by whole UTC days, whatever part of them is asked for.
        base = first - first % MINUTES_PER_DAY
        end = last + -last % MINUTES_PER_DAY
        kept = self._days if end - base <= MINUTES_PER_DAY else self._ranges
        mask = kept.get(
            ("closed", base, end, duration, zone.key),
            lambda: self._closed_starts(base, end, duration, zone),
        )
        return mask >> (first - base) & ones(last - first)

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
        if self.holiday_calendar is not None and _is_holiday(self.holiday_calendar, day):
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


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, written exactly so; links such as `CET` are names too."""
    return _zone(name) if name in _zone_names() else None


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    listing = (resources.files("tzdata") / "zones").read_text(encoding="utf-8")
    return frozenset(listing.split())


@cache
def _zone(name: str) -> ZoneInfo:
    package, _, leaf = ("tzdata.zoneinfo." + name.replace("/", ".")).rpartition(".")
    try:
        with (resources.files(package) / leaf).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        raise ZoneInfoNotFoundError(name) from error


def instant_at(day: date, wall_minutes: int, zone: ZoneInfo, *, ends: bool) -> Minute:
    """The instant of a wall time, in minutes after a date's midnight (1440 is the next midnight).

    One that does not exist is read with the offset before the gap: 02:30 becomes 03:30. One
    that exists twice is its first occurrence where a period begins, its last where one `ends`.
    """
    # PEP 495: fold=0 reads a gap with the offset before it and a doubled hour as its first
    # occurrence; fold=1 is the second occurrence, but reads a gap with the offset after it.
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=wall_minutes)  # noqa: DTZ001
    first = minute_of(wall.replace(tzinfo=zone, fold=0).astimezone(UTC))
    if not ends:
        return first
    # In a gap fold=1 lies before fold=0, in a doubled hour after it.
    return max(first, minute_of(wall.replace(tzinfo=zone, fold=1).astimezone(UTC)))


def _interval(period: WallPeriod, day: date, zone: ZoneInfo) -> Interval:
    return (
        instant_at(day, period.starts, zone, ends=False),
        instant_at(day, period.ends, zone, ends=True),
    )


def local_date(minute: Minute, zone: ZoneInfo) -> date:
    """The local date that an instant lies on."""
    return instant_of_minute(minute).astimezone(zone).date()


def days_later(minute: Minute, days: int, zone: ZoneInfo) -> Minute:
    """The same wall time so many dates later; the last one where it exists twice."""
    wall = instant_of_minute(minute).astimezone(zone)
    later = wall.date() + days * _ONE_DAY
    return instant_at(later, wall.hour * 60 + wall.minute, zone, ends=True)


@lru_cache(maxsize=4096)
def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """A local date as instants: from its midnight to the next one."""
    return (
        instant_at(day, 0, zone, ends=False),
        instant_at(day, MINUTES_PER_DAY, zone, ends=False),
    )


def local_dates(first: Minute, last: Minute, zone: ZoneInfo, *, before: int = 0) -> list[date]:
    """The local dates that `[first, last)` touches, and `before` more in front of them."""
    start = local_date(first, zone) - before * _ONE_DAY
    end = local_date(max(first, last - 1), zone)
    return [start + n * _ONE_DAY for n in range((end - start).days + 1)]


@lru_cache(maxsize=512)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  (35 ms that a server without holidays need not pay)

    country, _, subdivision = calendar.partition("-")
    return frozenset(
        day
        for day in holidays.country_holidays(country, subdiv=subdivision or None, years=year)
        if day.year == year
    )


def _is_holiday(calendar: str, day: date) -> bool:
    return day in _holidays(calendar, day.year)


def is_holiday_calendar(calendar: str) -> bool:
    """Whether a country or country-subdivision code has a holiday calendar."""
    try:
        _holidays(calendar, 2024)
    except (NotImplementedError, KeyError, AttributeError):
        return False
    return True
