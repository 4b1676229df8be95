"""The one place that reads the clock, and the units in which the product counts time.

Two integers carry every instant: `Millis` (milliseconds since 1970-01-01T00:00Z) for what
happened, `Minute` (minutes since then) for what is booked, since slots begin on whole minutes.
Integers compare, subtract and pack without a zone to get wrong; wall time exists in
`scheduling.model.opening_hours` and at the edges alone.
"""

import time
from datetime import UTC, datetime, timedelta

Millis = int
Minute = int

MINUTE_MS = 60_000
MINUTES_PER_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ms() -> Millis:
    """The real time, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def now_text() -> str:
    """The real time in UTC, to the microsecond: for the log."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def minute_of(instant: datetime) -> Minute:
    """The minute that an aware instant lies in."""
    return (instant - _EPOCH) // timedelta(minutes=1)


def millis_of(instant: datetime) -> Millis:
    """The millisecond that an aware instant lies in."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def instant_of_minute(minute: Minute) -> datetime:
    """The aware UTC instant at which a minute begins."""
    return _EPOCH + timedelta(minutes=minute)


def instant_of_millis(millis: Millis) -> datetime:
    """The aware UTC instant of a millisecond."""
    return _EPOCH + timedelta(milliseconds=millis)


def instant_text(millis: Millis) -> str:
    """RFC 3339 in UTC, to the millisecond: for what has no place and so no zone."""
    return instant_of_millis(millis).isoformat(timespec="milliseconds")
