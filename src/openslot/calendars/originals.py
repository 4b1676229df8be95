"""The original starts of an event that repeats, in a stretch of time (RFC 5545 §3.8.5). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from openslot.calendars.events import CalendarEvent
from openslot.calendars.format.recurrence_rule import Rule
from openslot.calendars.format.recurrence_starts import Effort, starts
from openslot.calendars.format.value_types import Ends, in_type_of, instant_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Original:
    """One occurrence as its event gives it, before exceptions."""

    start: date
    ends: Ends | None  # of its own, if it was added as a period


@dataclass(frozen=True, slots=True)
class Pattern:
    """An event that repeats, and the zone of times without one."""

    event: CalendarEvent
    branch_zone: tzinfo

    def identity(self, start: date) -> date:
        """What an occurrence is recognised by: its date, or its instant."""
        return instant_of(start, self.branch_zone) if isinstance(start, datetime) else start

    def originals(self, first: datetime, last: datetime, effort: Effort) -> dict[date, Original]:
        """Its occurrences by identity; those from `first` to `last` (naive), perhaps others too.

        Raises:
            TooMuchWork: a rule takes too long.
        """
        event = self.event
        found = {self.identity(event.start): Original(event.start, None)}
        for start in self._by_rules(event.rules, first, last, effort):
            found.setdefault(self.identity(start), Original(start, None))
        for value, ends in event.added:
            start = self._added_start(value)
            found[self.identity(start)] = Original(start, ends)
        days = set()
        for value in event.removed:
            day = self.whole_day(value)
            if day is None:
                found.pop(self.identity(in_type_of(event.start, value, self.branch_zone)), None)
            else:
                days.add(day)
        if days:
            found = {i: one for i, one in found.items() if self.own_day(one.start) not in days}
        return found

    def own_day(self, start: date) -> date:
        """The date that an occurrence begins on, in its own zone."""
        return date(start.year, start.month, start.day)

    def whole_day(self, value: date) -> date | None:
        """The day that a date means beside times: whatever begins on it; else None."""
        typed = in_type_of(self.event.start, value, self.branch_zone)
        is_day = isinstance(self.event.start, datetime) and not isinstance(typed, datetime)
        return typed if is_day else None

    def original_start(self, value: date) -> date:
        """The start that a value names: as wall time of the event's zone, where it has times."""
        start = self.event.start
        typed = in_type_of(start, value, self.branch_zone)
        if not isinstance(start, datetime):
            return typed
        if not isinstance(typed, datetime):
            return datetime.combine(typed, start.timetz())
        if start.tzinfo is None:
            return (
                typed.astimezone(self.branch_zone).replace(tzinfo=None) if typed.tzinfo else typed
            )
        return typed.astimezone(start.tzinfo)

    def _added_start(self, value: date) -> date:
        if not isinstance(value, datetime):
            return self.original_start(value)
        return in_type_of(self.event.start, value, self.branch_zone)

    def _by_rules(
        self, rules: Iterable[Rule], first: datetime, last: datetime, effort: Effort
    ) -> Iterator[date]:
        start = self.event.start
        zone = start.tzinfo if isinstance(start, datetime) else None
        wall = datetime.combine(start, time())
        if isinstance(start, datetime):
            wall = start.replace(tzinfo=None)
        for rule in rules:
            end = self._end_of(rule)
            latest = last if end is None else min(last, end.replace(tzinfo=None) + 2 * _DAY)
            for found in starts(rule, wall, first, latest, effort):
                if found < first and found != wall:
                    continue
                is_timed = isinstance(start, datetime)
                value = found.replace(tzinfo=zone) if is_timed else found.date()
                if end is not None and found != wall and self._is_after(value, end):
                    break
                yield value

    def _end_of(self, rule: Rule) -> datetime | None:
        """The last instant of a rule; that of whole days is the beginning of the last one."""
        if rule.until is None:
            return None
        start = self.event.start
        typed = in_type_of(start, rule.until, self.branch_zone)
        if isinstance(typed, datetime):
            return instant_of(typed, self.branch_zone)
        if not isinstance(start, datetime):
            return datetime.combine(typed, time())
        # RFC 5545 §3.3.10 bounds a rule inclusively: beside times a date is all of its day.
        day_end = datetime.combine(typed + _DAY, time(), start.tzinfo)
        return instant_of(day_end, self.branch_zone) - timedelta(seconds=1)

    def _is_after(self, value: date, end: datetime) -> bool:
        if isinstance(value, datetime):
            return instant_of(value, self.branch_zone) > end
        return datetime.combine(value, time()) > end
