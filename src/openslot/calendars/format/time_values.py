"""Dates, times, durations and periods as iCalendar writes them, read (RFC 5545 §3.3). Pure.

A time is a `datetime`: aware where it has a zone, naive where it is wall time of whoever reads it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_TIME = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.IGNORECASE)
_DURATION = re.compile(
    r"([+-]?)P(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_LEAP_SECOND = "60"
# Leap years both. Others are read as these, so that there is room for any arithmetic.
FIRST_YEAR, LAST_YEAR = 1600, 9988


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something takes: days of the calendar, and then elapsed time (RFC 5545 §3.3.6)."""

    days: int
    elapsed: timedelta

    @property
    def is_negative(self) -> bool:
        """Whether it goes back in time."""
        return timedelta(self.days) + self.elapsed < timedelta()


class UnreadableValue(ValueError):
    """A text is no value of its type; the message says what is wrong, without the text."""


def time_of(text: str, zone: tzinfo | None) -> date:
    """A date, or a time: that of its own zone if it is in UTC, else of `zone`.

    Raises:
        UnreadableValue: it is neither, or does not exist.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UnreadableValue("cannot be read")
    day, clock, utc = found.groups()
    try:
        year = min(max(int(day[:4]), FIRST_YEAR), LAST_YEAR)
        on = date(year, int(day[4:6]), int(day[6:]))
        if clock is None:
            return on
        # RFC 5545 §3.3.12: a leap second is read as the second before it
        seconds = 59 if clock[4:] == _LEAP_SECOND else int(clock[4:])
        minutes = timedelta(days=1) if clock[:4] == "2400" else timedelta()
        hour = 0 if minutes else int(clock[:2])
        at = datetime(on.year, on.month, on.day, hour, int(clock[2:4]), seconds)  # noqa: DTZ001
    except ValueError:
        raise UnreadableValue("is no date or time that exists") from None
    return (at + minutes).replace(tzinfo=UTC if utc else zone)


def duration_of(text: str) -> Duration:
    """A duration.

    Raises:
        UnreadableValue: it is none.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()[1:]):
        raise UnreadableValue("cannot be read")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    elapsed = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Duration(sign * (weeks * 7 + days), sign * elapsed)


def period_of(text: str, zone: tzinfo | None) -> tuple[datetime, datetime | Duration]:
    """The start of a period, and its end or duration (RFC 5545 §3.3.9).

    Raises:
        UnreadableValue: it is none.
    """
    begins, _, rest = text.partition("/")
    start = time_of(begins, zone)
    end = duration_of(rest) if rest.strip()[:1] in ("P", "p", "+", "-") else time_of(rest, zone)
    if not isinstance(start, datetime) or not isinstance(end, datetime | Duration):
        raise UnreadableValue("is no period of time")
    return start, end
