"""Dates and times of one property in the value type of another (RFC 5545 §3.8.5.1, §3.8.4.4). Pure.

The contract's section on calendars decides what each means: some programs write a date where an
event has times, a time beside whole days, or wall time beside a zone.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from openslot.calendars.format.time_values import Duration

Ends = date | Duration  # where something ends, or how long it takes
Added = tuple[date, Ends | None]  # a start, and its end if it is a period

_DAY = timedelta(days=1)


def is_floating(value: date) -> bool:
    """Whether it is wall time of no zone."""
    return isinstance(value, datetime) and value.tzinfo is None


def in_type_of(start: date, value: date, branch_zone: tzinfo) -> date:
    """A value beside an event's start, in its value type.

    Beside whole days it is a date. Beside a time it is a time with the zone of the start, if it
    has none of its own; a date stays one, and means all of that day in the start's zone.
    """
    if not isinstance(start, datetime):
        return day_of(value, branch_zone)
    return value.replace(tzinfo=start.tzinfo) if is_floating(value) else value  # type: ignore[call-arg]


def day_of(value: date, branch_zone: tzinfo) -> date:
    """The date that a value means: its date in its own zone.

    What is in UTC is midnight there, or a time of the branch.
    """
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is UTC and value.time() != time():
        value = value.astimezone(branch_zone)
    return date(value.year, value.month, value.day)


def is_midnight(value: date, branch_zone: tzinfo) -> bool:
    """Whether a time is the beginning of a day in its own zone; of UTC also in the branch's."""
    if not isinstance(value, datetime):
        return True
    local = value.astimezone(branch_zone) if value.tzinfo is UTC else value
    return time() in (value.time(), local.time())


def whole_days(start: date, ends: Ends, branch_zone: tzinfo) -> tuple[date, Ends]:
    """Whole days that are written as times, from midnight to midnight; others as they are."""
    if not is_midnight(start, branch_zone):
        return start, ends
    if isinstance(ends, Duration):
        return (day_of(start, branch_zone), ends) if not ends.elapsed % _DAY else (start, ends)
    if not is_midnight(ends, branch_zone):
        return start, ends
    return day_of(start, branch_zone), day_of(ends, branch_zone)


def instant_of(value: datetime, branch_zone: tzinfo) -> datetime:
    """A time in UTC: with the offset before a gap of the clock, and the first of two."""
    return (value if value.tzinfo else value.replace(tzinfo=branch_zone)).astimezone(UTC)
