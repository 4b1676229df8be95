"""iCalendar files, read: the events that can be used, and what is wrong with the others.

Source: RFC 5545. `icalendar` reads the lines and knows the zones, those of VTIMEZONE too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

from icalendar import Calendar, Component, use_zoneinfo

from openslot.kernel.remarks import Remark, UnreadableFile

_FIRST_YEAR = 1970  # repetition from long before takes long to compute, and is a mistake
MOST_BYTES = 16 * 1024 * 1024
_BROKEN = "is not an iCalendar file, or broken beyond its events; export the calendar again"
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_RULES = (*_TIMES, "DURATION", "RRULE")
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})


class UnreadableCalendar(UnreadableFile):
    """It is not an iCalendar file that can be read."""


@dataclass(frozen=True, slots=True)
class Series:
    """The events of one UID: a single one, or one that repeats and its exceptions."""

    uid: str
    events: Sequence[tuple[int, Component]]  # with the line that each begins on

    @property
    def repeats(self) -> bool:
        """Whether it can have several occurrences, so that each needs a name of its own."""
        repeating = ("RRULE", "RDATE", "RECURRENCE-ID")
        return any(name in event for _, event in self.events for name in repeating)


def series_of(content: bytes, file: str) -> tuple[list[Series], list[Remark]]:
    """What a file holds, and the events that cannot be used.

    Raises:
        UnreadableCalendar: it is no iCalendar file.
    """
    by_uid: dict[str, list[tuple[int, Component]]] = {}
    not_taken = []
    for line, event in _events(content, file):
        faults = list(_faults(event))
        not_taken += [Remark(file, line, name, says) for name, says in faults]
        if not faults:
            by_uid.setdefault(str(event["UID"]), []).append((line, event))
    return [Series(uid, events) for uid, events in by_uid.items()], not_taken


def when(event: Component, name: str) -> date | None:
    """The date or time of a property that occurs once."""
    value: Any = event.get(name)
    found = getattr(value, "dt", None)
    return found if isinstance(found, date) else None


def _events(content: bytes, file: str) -> Iterator[tuple[int, Component]]:
    """Every event with the line that it begins on."""
    if len(content) > MOST_BYTES:
        says = f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB; split it"
        raise _unreadable(file, 1, says)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(file, line, "is not UTF-8; export the calendar again as UTF-8") from None
    # Forgets the zones that another file has described, perhaps by the same names.
    use_zoneinfo()  # type: ignore[no-untyped-call]
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # What the library says of a line may have the line in it, with whom it is about.
        raise _unreadable(file, 1, _BROKEN) from None
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):
        raise _unreadable(file, 1, "is not an iCalendar file: one begins with BEGIN:VCALENDAR")
    lines = (
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip().upper() == "BEGIN:VEVENT"
    )
    events = chain.from_iterable(calendar.walk("VEVENT") for calendar in calendars)
    return zip(chain(lines, repeat(1)), events, strict=False)


def _faults(event: Component) -> Iterator[tuple[str, str]]:
    """Why an event cannot be used: each property, and what is wrong with it."""
    unreadable = [name for name, _ in event.errors if name in _RULES]
    yield from ((name, "cannot be read") for name in unreadable)
    if not str(event.get("UID", "")).strip():
        yield "UID", "is missing; without it the next import could not recognise the event"
    if unreadable:
        return
    start = when(event, "DTSTART")
    if start is None:
        yield "DTSTART", "must be present once, with a date or a time"
        return
    if start.year < _FIRST_YEAR:
        yield "DTSTART", f"lies before {_FIRST_YEAR}"
    for rule in _values(event, "RRULE"):
        if not _TOO_OFTEN.isdisjoint(rule.get("FREQ", ())):
            yield "RRULE", "repeats more often than once an hour"
    yield from _zone_faults(event)
    yield from _end_faults(event, start)


def _zone_faults(event: Component) -> Iterator[tuple[str, str]]:
    for name in _TIMES:
        for value in _values(event, name):
            zone = value.params.get("TZID")
            if zone is not None and any(_is_floating(each) for each in _instants(value)):
                yield name, f"the time zone {zone} is unknown, and the file does not describe it"


def _end_faults(event: Component, start: date) -> Iterator[tuple[str, str]]:
    end = when(event, "DTEND")
    if end is not None:
        if isinstance(start, datetime) != isinstance(end, datetime):
            yield "DTEND", "must be a date where DTSTART is one, and a time where it is a time"
        elif _is_floating(start) != _is_floating(end):
            yield (
                "DTEND",
                "has a time zone where DTSTART has none, or DTSTART has one and this has none",
            )
        elif end < start:
            yield "DTEND", "lies before DTSTART"
    elif "DTEND" in event:
        yield "DTEND", "must be present once, with a date or a time"


def _values(event: Component, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _instants(value: Any) -> list[Any]:
    return [each.dt for each in value.dts] if hasattr(value, "dts") else [value.dt]


def _is_floating(value: object) -> bool:
    """Whether it is wall time of no zone."""
    return isinstance(value, datetime) and value.tzinfo is None


def _unreadable(file: str, line: int, says: str) -> UnreadableCalendar:
    return UnreadableCalendar(Remark(file, line, None, says))
