"""The events of an iCalendar file (RFC 5545 §3.6.1), each by itself, or why it cannot be used."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

from openslot.calendars.format.components import Component
from openslot.calendars.format.properties import (
    Property,
    PropertyFault,
    PropertyValues,
    single,
    uid_in,
    values_of,
    word,
)
from openslot.calendars.format.recurrence_rule import Rule, rule_of
from openslot.calendars.format.recurrence_starts import Effort, TooMuchWork
from openslot.calendars.format.time_reader import TimeReader
from openslot.calendars.format.time_values import FIRST_YEAR, Duration, UnreadableValue, duration_of
from openslot.calendars.format.value_types import Added, Ends, is_floating, whole_days
from openslot.calendars.format.zone_lookup import ZoneLookup

_ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
_BUSY_STATUS = "X-MICROSOFT-CDO-BUSYSTATUS"
_NEEDED = frozenset({
    *("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE", "RRULE"),
    *("EXRULE", "STATUS", "TRANSP", "SUMMARY", "SEQUENCE", "LAST-MODIFIED"),
    *(_ALL_DAY, _BUSY_STATUS),
})  # fmt: skip
_AND_LATER = "THISANDFUTURE"  # of a range; RFC 5545 §3.2.13 has no other any more
_MOST_DATES = 200_000  # that the events of a file may leave out and add
TAKES_NO_TIME = "takes no time: it ends when it begins"
_MOST_SUMMARY = 255  # characters of a block's reason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event that was read. A `date` is a whole day, a naive time is of the branch's zone."""

    line: int  # where it begins
    uid: str
    start: date
    ends: Ends
    recurrence_id: date | None  # the occurrence that it changes
    and_later: bool  # and all that come after it
    rules: tuple[Rule, ...]
    added: tuple[Added, ...]
    removed: tuple[date, ...]
    free: tuple[str, str] | None  # the property that says that it takes no time, and why
    summary: str | None
    version: tuple[int, str]  # of versions the highest counts
    remarks: tuple[tuple[str, str], ...]  # (property, what is so)

    @property
    def repeats(self) -> bool:
        """Whether its occurrences need names of their own."""
        return bool(self.rules or self.added or self.recurrence_id is not None)


class EventReader:
    """Reads the events of one file."""

    def __init__(self, content: bytes, zones: ZoneLookup, branch_zone: tzinfo) -> None:
        """Times without a zone are of the branch's."""
        self._content, self._zones, self._branch_zone = content, zones, branch_zone
        self._dates = Effort(_MOST_DATES)

    def read(self, component: Component) -> CalendarEvent:
        """One event.

        Raises:
            PropertyFault: it cannot be used.
        """
        if not component.is_closed:
            raise PropertyFault("END", "is missing: the event is not complete")
        values = values_of(self._content, component, _NEEDED)
        times = TimeReader(self._zones, component.calendar)
        start = _start(values, times)
        recurrence_id = single(values, "RECURRENCE-ID")
        ends = _ends(values, times, start)
        if word(values, _ALL_DAY) == "TRUE":
            start, ends = whole_days(start, ends, self._branch_zone)
        ends = _at_least_a_day(ends, start)
        summary = _summary(values)
        return CalendarEvent(
            line=component.line,
            uid=uid_in(values) or _described(start, ends, summary),
            start=start,
            ends=ends,
            recurrence_id=None if recurrence_id is None else times.read(recurrence_id),
            and_later=recurrence_id is not None
            and recurrence_id.parameters.get("RANGE", "").upper() == _AND_LATER,
            rules=_rules(values),
            added=tuple(self._listed(values, "RDATE", times.read_added)),
            removed=tuple(self._listed(values, "EXDATE", times.read_text)),
            free=_free(values, start, ends),
            summary=summary,
            version=_version(values),
            remarks=(*times.remarks.items(), *_unread(values)),
        )

    def _listed(
        self,
        values: PropertyValues,
        name: str,
        read: Callable[[Property, str], T],
    ) -> Iterator[T]:
        """The dates of a property that has lists of them."""
        for value in values.get(name, ()):
            for text in value.value.split(","):
                try:
                    self._dates.spend(1)
                except TooMuchWork:
                    says = f"the file lists more than {_MOST_DATES} dates with the ones before"
                    raise PropertyFault(name, says) from None
                if text.strip():
                    yield read(value, text)


def _start(values: PropertyValues, times: TimeReader) -> date:
    found = single(values, "DTSTART")
    if found is None:
        raise PropertyFault("DTSTART", "must be present once, with a date or a time")
    start = times.read(found)
    if int(found.value.strip()[:4]) < FIRST_YEAR:
        raise PropertyFault("DTSTART", f"lies before {FIRST_YEAR}")
    return start


def _ends(values: PropertyValues, times: TimeReader, start: date) -> Ends:
    end, duration = single(values, "DTEND"), single(values, "DURATION")
    if end is not None:
        return _checked_end(times.read(end), start)
    if duration is None:
        return Duration(0, timedelta())
    try:
        length = duration_of(duration.value)
    except UnreadableValue as fault:
        raise PropertyFault("DURATION", str(fault)) from None
    if length.is_negative:
        raise PropertyFault("DURATION", "lies before DTSTART")
    return length


def _checked_end(end: date, start: date) -> date:
    if isinstance(start, datetime) != isinstance(end, datetime):
        says = "must be a date where DTSTART is one, and a time where it is a time"
        raise PropertyFault("DTEND", says)
    if is_floating(start) != is_floating(end):
        says = "has a time zone where DTSTART has none, or DTSTART has one and this has none"
        raise PropertyFault("DTEND", says)
    if end < start:
        raise PropertyFault("DTEND", "lies before DTSTART")
    return end


def _at_least_a_day(ends: Ends, start: date) -> Ends:
    """A whole day that ends when it begins is that day."""
    if isinstance(start, datetime):
        return ends
    if isinstance(ends, Duration):
        return Duration(max(1, ends.days - (-ends.elapsed // timedelta(days=1))), timedelta())
    return Duration(max(1, (ends - start).days), timedelta())


def _free(values: PropertyValues, start: date, ends: Ends) -> tuple[str, str] | None:
    if word(values, "STATUS") == "CANCELLED":
        return "STATUS", "is cancelled"
    if word(values, "TRANSP") == "TRANSPARENT":
        return "TRANSP", "takes no time: it is marked as free"
    if "TRANSP" not in values and word(values, _BUSY_STATUS) == "FREE":
        return _BUSY_STATUS, "takes no time: it is marked as free"
    if ends in (start, Duration(0, timedelta())):
        return "DTEND", TAKES_NO_TIME
    return None


def _rules(values: PropertyValues) -> tuple[Rule, ...]:
    try:
        return tuple(rule_of(value.value) for value in values.get("RRULE", ()))
    except UnreadableValue as fault:
        raise PropertyFault("RRULE", str(fault)) from None


def _unread(values: PropertyValues) -> Iterator[tuple[str, str]]:
    """What an event says and nobody reads, though it changes when it takes place."""
    if "EXRULE" in values:
        yield "EXRULE", "is obsolete and not read; the times that it leaves out are taken"
    if "RECURRENCE-ID" in values and "RRULE" in values:
        yield "RRULE", "is not read in an event that changes an occurrence of another"
    for found in values.get("RECURRENCE-ID", ()):
        if found.parameters.get("RANGE", _AND_LATER).upper() != _AND_LATER:
            yield "RECURRENCE-ID", "has a range that is not read; this occurrence alone is changed"


def _version(values: PropertyValues) -> tuple[int, str]:
    sequence = word(values, "SEQUENCE")
    number = int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0
    return number, word(values, "LAST-MODIFIED")[:20].removesuffix("Z")


def _summary(values: PropertyValues) -> str | None:
    text = values["SUMMARY"][0].text if "SUMMARY" in values else ""
    text = "".join(c if c.isprintable() else " " for c in text[: 2 * _MOST_SUMMARY]).strip()
    return text[:_MOST_SUMMARY] or None


def event_uid(content: bytes, component: Component) -> str:
    """The UID of an event; empty if it has none."""
    return uid_in(values_of(content, component, frozenset({"UID"})))


def _described(start: date, ends: Ends, summary: str | None) -> str:
    """What an event without a UID is known by: its start, end and title."""
    at = start.astimezone(UTC) if isinstance(start, datetime) and start.tzinfo else start
    until = ends.astimezone(UTC) if isinstance(ends, datetime) and ends.tzinfo else ends
    return f"no UID: {at!r} {until!r} {summary}"
