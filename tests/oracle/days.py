"""The days on which worlds are built: around every clock change, holidays and plain days.

The clock changes are found in the zone data at import, so they stay right when the data changes.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from .wall import DAY, instant_of, minute_at, zone_of

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2028, 12, 31)
MINUTES_PER_DAY = 1440


@dataclass(frozen=True)
class Focus:
    """A local date, and the wall minutes of it worth aiming at."""

    day: date
    edges: tuple[int, ...] = ()


def offset_at(minute: int, zone: ZoneInfo) -> int:
    """Minutes east of UTC."""
    offset = instant_of(minute).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def clock_changes(zone: ZoneInfo) -> list[Focus]:
    """The dates with a gap or a doubled time, each with the wall minutes around its edges."""
    found = []
    minute = minute_at(FIRST_DAY, "00:00", zone, end=False)
    last = minute_at(LAST_DAY, "00:00", zone, end=False)
    while minute < last:
        before, after = offset_at(minute, zone), offset_at(minute + MINUTES_PER_DAY, zone)
        if before != after:
            change = minute
            while offset_at(change, zone) == before:
                change += 1
            found.append(focus_on_change(change, before, after))
        minute += MINUTES_PER_DAY
    return found


def focus_on_change(change: int, before: int, after: int) -> Focus:
    # The wall clock jumps between these two: skipped if the offset grows, doubled if it shrinks.
    low, high = sorted((change + before, change + after))
    days, first = divmod(low, MINUTES_PER_DAY)
    length = high - low
    wanted = (0, length // 2, length, -1, 1, length - 1, length + 1, -30, length + 30)
    edges = (first + offset for offset in wanted)
    return Focus(
        date(1970, 1, 1) + days * DAY,
        tuple(edge for edge in edges if 0 <= edge <= MINUTES_PER_DAY),
    )


# Midweek, a leap day, the turn of a year.
ORDINARY = [Focus(date(2027, 6, 2)), Focus(date(2028, 2, 29)), Focus(date(2026, 12, 31))]

HOLIDAY_CALENDARS = {
    "Europe/Amsterdam": "NL",
    "America/New_York": "US-NY",
    "America/Santiago": "CL",
    "Australia/Lord_Howe": "AU-NSW",
    "Asia/Kathmandu": "NP",
    "Africa/Cairo": "EG",
}

# A feast of the zone's calendar; the days around it are in reach of every world too.
HOLIDAYS = {
    "Europe/Amsterdam": date(2027, 4, 27),
    "America/New_York": date(2027, 7, 5),
    "America/Santiago": date(2027, 9, 18),
    "Australia/Lord_Howe": date(2027, 1, 26),
    "Asia/Kathmandu": date(2027, 1, 11),
    "Africa/Cairo": date(2027, 1, 7),
}

ZONES = list(HOLIDAY_CALENDARS)

CHANGES = {name: clock_changes(zone_of(name)) for name in ZONES}

FOCUSES = {
    name: [*ORDINARY, *CHANGES[name], Focus(HOLIDAYS[name]), Focus(HOLIDAYS[name] - DAY)]
    for name in ZONES
}
