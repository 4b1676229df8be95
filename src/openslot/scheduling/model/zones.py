"""Zones, and the instants of their wall times and dates. Pure.

The zone data comes from the `tzdata` package, never from the host.
Source: the contract's section on time.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module, resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openslot.kernel.clock import (
    MINUTE_MS,
    MINUTES_PER_DAY,
    Millis,
    Minute,
    instant_of_minute,
    minute_of,
)
from openslot.kernel.intervals import Interval

_ONE_DAY = timedelta(days=1)


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, written exactly so; links such as `CET` are names too."""
    return _zone(name) if name in zone_names() else None


def is_of_a_place(zone: ZoneInfo) -> bool:
    """Whether a zone has a local time: `Factory` is what a computer has before it is told one."""
    return zone.key != "Factory"


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The names of all zones that there is data for."""
    listing = (resources.files("tzdata") / "zones").read_text(encoding="utf-8")
    return frozenset(listing.split())


def _file_of(name: str) -> tuple[str, str]:
    """The package of a zone's file, and the file's name."""
    package, _, leaf = ("tzdata.zoneinfo." + name.replace("/", ".")).rpartition(".")
    return package, leaf


@cache
def _zone(name: str) -> ZoneInfo:
    package, leaf = _file_of(name)
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


def first_occurrence(day: date, wall_minutes: int, zone: ZoneInfo) -> Minute | None:
    """The first instant at which clocks show a time of a date; None: clocks skip it."""
    minute = instant_at(day, wall_minutes, zone, ends=False)
    shown = instant_of_minute(minute).astimezone(zone)
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=wall_minutes)  # noqa: DTZ001
    return minute if shown.replace(tzinfo=None) == wanted else None


def first_occurrences(minutes: Sequence[Minute], zone: ZoneInfo) -> Sequence[Minute]:
    """Those of some instants in order at which clocks show their time for the first time."""
    if not minutes:
        return minutes
    days = [day_bounds(day, zone) for day in local_dates(minutes[0], minutes[-1] + 1, zone)]
    found = list(minutes)
    for first, last in days:
        if last - first > MINUTES_PER_DAY:  # clocks went back
            begin, end = bisect_left(found, first), bisect_left(found, last)
            found[begin:end] = [m for m in found[begin:end] if not _is_repeated(m, zone)]
    return found


def _is_repeated(minute: Minute, zone: ZoneInfo) -> bool:
    """Whether clocks have shown the time of an instant before."""
    return bool(instant_of_minute(minute).astimezone(zone).fold)


def local_date(minute: Minute, zone: ZoneInfo) -> date:
    """The local date that an instant lies on."""
    return instant_of_minute(minute).astimezone(zone).date()


def today_at(now: Millis, zone: ZoneInfo) -> date:
    """The local date of an instant."""
    return local_date(now // MINUTE_MS, zone)


def wall_time(minute: Minute, zone: ZoneInfo) -> str:
    """The local time of an instant, to find it again when zone data changes: 2027-01-04T09:00."""
    local = instant_of_minute(minute).astimezone(zone)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=1)
def zone_data() -> tuple[str, str]:
    """The zone data in force: a digest of all zones, and what its package calls the version."""
    digest = sha256()
    for name in sorted(zone_names()):
        package, leaf = _file_of(name)
        digest.update(name.encode() + b"\0" + (resources.files(package) / leaf).read_bytes())
    return digest.hexdigest(), str(getattr(import_module("tzdata"), "IANA_VERSION", "unknown"))
