"""Wall time of tables and calendars to instants, where the clock may skip or repeat an hour.

Only the person who booked knows what a time that does not exist meant, so a table's is refused. A
calendar's is read with the offset before the gap: somebody is away then. One that exists twice is
taken as the first. Source: PEP 495, RFC 5545 §3.3.5.
"""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute, minute_of

TWICE = "this time exists twice that night; the first was taken"
SKIPPED = "this time does not exist that night; it was read as if the clocks had not gone forward"
_START = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{1,2}):([0-9]{2})(:00)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


class NoSuchTime(ValueError):
    """A text is no time, or one that the clock never shows; the message says what to change."""


def start_of(text: str, zone: ZoneInfo) -> tuple[Minute, bool]:
    """The minute that a cell names, and whether it is the first of two: `2027-01-04 09:00`.

    With an offset (`2027-01-04T09:00+01:00`, RFC 3339) it is that instant, whatever the zone.

    Raises:
        NoSuchTime: it is written in another way, or does not exist.
    """
    found = _START.fullmatch(text)
    if found is None:
        raise NoSuchTime("must be a date and a time, written YYYY-MM-DD HH:MM")
    day, hour, minutes, _, offset = found.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{hour:0>2}:{minutes}{offset or ''}")
        return (minute_of(wall), False) if offset else minute_at(wall, zone)
    except NoSuchTime:
        raise
    except (ValueError, OverflowError):
        raise NoSuchTime(f"must be a date and a time that exist; {text} does not") from None


def minute_at(wall: datetime, zone: tzinfo) -> tuple[Minute, bool]:
    """The minute of a naive wall time, and whether it is the first of two.

    Raises:
        NoSuchTime: the clocks skip it.
    """
    there = wall.replace(tzinfo=zone, fold=0)
    doubt = doubt_of(there)
    if doubt == SKIPPED:
        raise NoSuchTime(f"{wall:%Y-%m-%d %H:%M} does not exist: the clocks go forward over it")
    return minute_of(there), doubt == TWICE


def doubt_of(there: datetime) -> str | None:
    """What is to be said of an aware wall time that exists twice, or never; else None."""
    # PEP 495: the two readings differ; of a time that never is shown neither comes back as it was
    if there.replace(fold=0).utcoffset() == there.replace(fold=1).utcoffset():
        return None
    shown = there.astimezone(UTC).astimezone(there.tzinfo)
    return TWICE if shown.replace(tzinfo=None, fold=0) == there.replace(tzinfo=None) else SKIPPED
