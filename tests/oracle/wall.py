"""Wall time and instants (scheduling.md section 3).

Instants inside the oracle are whole UTC minutes since 1970, plain integers, so that walking
through time is counting.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone from the tzdata package; the host's own zone data is never read (section 3)."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def minute_of(instant: datetime) -> int:
    """The whole UTC minute of an aware instant; ValueError if it has seconds."""
    minute, rest = divmod(instant - EPOCH, MINUTE)
    if rest:
        raise ValueError(f"not a whole minute: {instant.isoformat()}")
    return minute


def instant_of(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def local_date(minute: int, zone: ZoneInfo) -> date:
    return instant_of(minute).astimezone(zone).date()


def minute_at(day: date, clock: str, zone: ZoneInfo, *, end: bool) -> int:
    """The UTC minute at which `clock` ("HH:MM", "24:00" included) falls on `day`.

    Section 3: a wall time that does not exist is read with the offset before the gap; one that
    exists twice is its first occurrence at a begin and its last at an end.
    """
    hours, minutes = (int(part) for part in clock.split(":"))
    wall = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
    # Of a wall time in a gap, fold 0 carries the offset before the change; of a doubled wall
    # time fold 0 is the first occurrence and fold 1 the second; otherwise both are the same.
    readings = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    exists = any(
        reading.astimezone(zone).replace(tzinfo=None, fold=0) == wall for reading in readings
    )
    if not exists:
        return minute_of(readings[0])
    return minute_of(max(readings) if end else min(readings))


def day_bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The local day as instants: from local midnight to the next local midnight."""
    return (
        minute_at(day, "00:00", zone, end=False),
        minute_at(day + DAY, "00:00", zone, end=False),
    )
