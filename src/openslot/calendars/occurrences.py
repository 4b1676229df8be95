"""The stretches of time that a calendar's events take in a window, and why others take none.

`recurring_ical_events` works repetition out (RFC 5545 §3.8.5). Whole days, and wall time without
a zone, are those of the branch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Component

from openslot.calendars.calendar_files import Series, when
from openslot.calendars.wall_times import TWICE, NoSuchTime, minute_at
from openslot.kernel.clock import Minute, instant_of_minute, minute_of
from openslot.kernel.remarks import Remark
from openslot.scheduling.model.zones import day_bounds, zone_named

_MOST_REASON = 255  # characters of a block's reason
_ALMOST_A_MINUTE = timedelta(seconds=59)


@dataclass(frozen=True, slots=True)
class Window:
    """What is imported: all that ends after `first` and begins before `last`."""

    first: Minute
    last: Minute
    zone: ZoneInfo  # of the branch


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One stretch `[start, end)` that an event takes."""

    line: int  # where its event begins
    name: str  # the event's UID and which of its occurrences: the same in every export
    start: Minute
    end: Minute
    summary: str | None


@dataclass
class Occurrences:
    """What was found of a file's events, and what is to be told of them."""

    file: str
    window: Window
    found: list[Occurrence] = field(default_factory=list)
    not_taken: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    free: list[tuple[int, str]] = field(default_factory=list)  # of those that take no time
    _lines: dict[str, int] = field(default_factory=dict)  # of the occurrences, by name
    _told: set[Remark] = field(default_factory=set)

    def add(self, series: Series) -> None:
        """Adds the occurrences of a series in the window, or says why there are none."""
        main_line = series.events[0][0]
        own = {_instance(event): (line, event) for line, event in series.events}
        told = len(self.not_taken)
        inside, late = 0, False
        try:
            for occurrence in self._unfolded(series):
                instance = _instance(occurrence)
                line, event = own.get(instance, series.events[0])
                begins, ends = self._outside(occurrence)
                late = late or begins
                if begins or ends:
                    continue
                inside += 1
                name = f"{series.uid} {instance}" if series.repeats else series.uid
                self._add(line, name, occurrence, event)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Whatever the library makes of a rule that nobody should have written.
            self._refuse(main_line, None, f"cannot be worked out: {str(error)[:200]}")
            return
        if not inside and len(self.not_taken) == told:
            says = "begins after the last day that is imported" if late else "is over"
            if series.repeats:
                says = "does not take place between now and the last day that is imported"
            self._refuse(main_line, None, says)

    def _unfolded(self, series: Series) -> Iterator[Component]:
        calendar = Calendar()
        for _, event in series.events:
            calendar.add_component(event)
        query = recurring_ical_events.of(calendar)
        if not series.repeats:
            yield from query.all()
            return
        # Two days more: whole days and wall time lie elsewhere in the branch's zone.
        first, last = (instant_of_minute(m) for m in (self.window.first, self.window.last))
        yield from query.between(first - timedelta(days=2), last + timedelta(days=2))

    def _outside(self, occurrence: Component) -> tuple[bool, bool]:
        """Whether it begins after the window, and whether it ends before."""
        (start, end), zone = _span(occurrence), self.window.zone
        return (
            _leniently(start, zone) >= self.window.last,
            _leniently(end, zone, rounded_up=True) <= self.window.first,
        )

    def _add(self, line: int, name: str, occurrence: Component, event: Component) -> None:
        if str(occurrence.get("STATUS", "")).upper() == "CANCELLED":
            self._refuse(line, "STATUS", "is cancelled")
            self.free.append((line, name))
        elif str(occurrence.get("TRANSP", "")).upper() == "TRANSPARENT":
            self._refuse(line, "TRANSP", "takes nobody's time: it is marked as free")
            self.free.append((line, name))
        elif self._lines.setdefault(name, line) != line:
            self._refuse(line, "UID", "another event of the file has the same")
        else:
            self._take(line, name, occurrence, event)

    def _take(self, line: int, name: str, occurrence: Component, event: Component) -> None:
        starts, ends = _span(occurrence)
        zone, twice = self.window.zone, False
        try:
            if isinstance(starts, datetime):
                wall = starts.replace(tzinfo=None, second=0, microsecond=0)
                start, twice = minute_at(wall, _zone_of(starts, zone))
            else:
                start = _leniently(starts, zone)
        except NoSuchTime as refusal:
            self._refuse(line, "DTSTART", str(refusal))
            return
        end = _end(starts, ends, event, zone)
        if end <= start:
            self._refuse(line, "DTEND", "takes no time: it ends when it begins")
            return
        if twice:
            self.remarks.append(Remark(self.file, line, "DTSTART", TWICE))
        self.found.append(Occurrence(line, name, start, end, _summary(occurrence)))

    def _refuse(self, line: int, column: str | None, says: str) -> None:
        remark = Remark(self.file, line, column, says)
        if remark not in self._told:  # a series says the same of all its occurrences
            self._told.add(remark)
            self.not_taken.append(remark)


def _span(event: Component) -> tuple[date, date]:
    """Where it starts and ends; occurrences have both, events that were looked at a start."""
    start = when(event, "DTSTART")
    assert start is not None  # noqa: S101  (`series_of` has left out events without)
    return start, when(event, "DTEND") or start


def _end(starts: date, ends: date, event: Component, zone: ZoneInfo) -> Minute:
    """When an occurrence is over: hours of a DURATION are elapsed time (RFC 5545 §3.3.6)."""
    duration = getattr(event.get("DURATION"), "dt", None)
    if not isinstance(duration, timedelta) or ends - starts != duration:
        return _leniently(ends, zone, rounded_up=True)
    days = timedelta(days=duration.days)
    elapsed = duration - days + timedelta(seconds=getattr(starts, "second", 0))
    return _leniently(starts + days, zone) + (elapsed + _ALMOST_A_MINUTE) // timedelta(minutes=1)


def _zone_of(value: datetime, floating: ZoneInfo) -> tzinfo:
    """The zone of a time; zone data of the product's own where the name is known."""
    if isinstance(value.tzinfo, ZoneInfo):
        return zone_named(value.tzinfo.key) or value.tzinfo
    return value.tzinfo or floating


def _leniently(value: date, zone: ZoneInfo, *, rounded_up: bool = False) -> Minute:
    """The minute of a date's midnight or of a time; one in a gap by the offset before it."""
    if not isinstance(value, datetime):
        return day_bounds(value, zone)[0]
    instant = value.replace(tzinfo=_zone_of(value, zone)).astimezone(UTC)
    return minute_of(instant + _ALMOST_A_MINUTE if rounded_up else instant)


def _instance(event: Component) -> str:
    """Which occurrence of its series this is: its original start, in UTC where it has a zone."""
    value = when(event, "RECURRENCE-ID") or _span(event)[0]
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return value.isoformat()


def _summary(event: Component) -> str | None:
    text = str(event.get("SUMMARY", ""))
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    return text[:_MOST_REASON] or None
