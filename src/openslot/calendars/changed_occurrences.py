"""The occurrences of a series, with what its exceptions change (RFC 5545 §3.8.4.4). Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from openslot.calendars.events import CalendarEvent
from openslot.calendars.originals import Original, Pattern
from openslot.calendars.series import Series, current
from openslot.calendars.spans import Length


@dataclass(frozen=True, slots=True)
class Planned:
    """One occurrence as it is to take place."""

    event: CalendarEvent  # which says when, and whether it takes time
    original: date  # the start that it is known by
    start: date
    length: Length


class Exceptions:
    """What changes the occurrences of some events of one UID."""

    def __init__(
        self, series: Series, branch_zone: tzinfo, replaced: list[tuple[int, str]]
    ) -> None:
        """Tells in `replaced` which of them are older versions of others."""
        of_series = (*series.mains, *series.exceptions)
        self._pattern = pattern = Pattern(of_series[0], branch_zone)
        by_identity: dict[tuple[bool, date], list[CalendarEvent]] = {}
        for event in series.exceptions:
            named = (event.and_later, pattern.identity(self._original(event)))
            by_identity.setdefault(named, []).append(event)
        counted = [current(versions, replaced) for versions in by_identity.values()]
        self.all = [event for events in counted for event in events]
        later = [(pattern.identity(self._original(e)), e) for e in self.all if e.and_later]
        later.sort(key=lambda named: named[0])
        self._later = [event for _, event in later]
        self._later_from = [identity for identity, _ in later]
        self._changed: dict[tzinfo | None, tuple[set[date], set[date]]] = {}

    def _original(self, event: CalendarEvent) -> date:
        assert event.recurrence_id is not None  # noqa: S101  (exceptions are what has one)
        return self._pattern.original_start(event.recurrence_id)

    def planned(self) -> Iterator[Planned]:
        """The occurrences that are changed by name, each once: a change of one alone wins."""
        identity = self._pattern.identity
        alone = {identity(self._original(e)) for e in self.all if not e.and_later}
        for event in self.all:
            original = self._original(event)
            if not event.and_later or identity(original) not in alone:
                yield Planned(event, original, event.start, Length(event.start, event.ends))

    def applied(
        self, pattern: Pattern, originals: Mapping[date, Original]
    ) -> tuple[list[Planned], int]:
        """The occurrences of one event that are not changed by name, and how many are."""
        identities, days = self._named(pattern)
        # A date names one occurrence, the first of its day, if an event has several on a day.
        first_of_day: dict[date, date] = {}
        for identity, original in sorted(originals.items()) if days else ():
            first_of_day.setdefault(pattern.own_day(original.start), identity)
        changed = identities | {first_of_day[day] for day in days if day in first_of_day}
        planned = [
            self._moved(pattern, identity, original)
            for identity, original in originals.items()
            if identity not in changed
        ]
        return planned, len(originals) - len(planned)

    def _named(self, pattern: Pattern) -> tuple[set[date], set[date]]:
        """The occurrences that are changed by name: single ones, and all of some days."""
        start = pattern.event.start
        zone = start.tzinfo if isinstance(start, datetime) else None
        if zone not in self._changed:
            self._changed[zone] = identities, days = set[date](), set[date]()
            for event in self.all:
                assert event.recurrence_id is not None  # noqa: S101  (exceptions have one)
                day = pattern.whole_day(event.recurrence_id)
                if day is None:
                    original = pattern.original_start(event.recurrence_id)
                    identities.add(pattern.identity(original))
                else:
                    days.add(day)
        return self._changed[zone]

    def reach(self) -> int:
        """By how many days occurrences are moved at most."""
        days = (
            abs(event.start.toordinal() - self._original(event).toordinal())
            for event in self._later
        )
        return max(days, default=0)

    def _moved(self, pattern: Pattern, identity: date, original: Original) -> Planned:
        """An occurrence, changed as the last exception before it says of all that come later."""
        event = pattern.event
        earlier = bisect_right(self._later_from, identity) if self._later else 0
        if earlier:
            event = self._later[earlier - 1]
        start = original.start
        if event is not pattern.event:
            start = _shifted(start, self._original(event), event.start)
        elif original.ends is not None:
            return Planned(event, original.start, start, Length(start, original.ends))
        return Planned(event, original.start, start, Length(event.start, event.ends))


def _shifted(start: date, original: date, changed: date) -> date:
    """A start, moved as an occurrence was, of which this is the original and the changed start."""
    if not isinstance(changed, datetime):
        days = start.toordinal() - original.toordinal()
        return date.fromordinal(changed.toordinal() + days)
    return changed + (_wall(start) - _wall(original))


def _wall(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time())


def original_name(original: date) -> str:
    """How an occurrence is named: its original start, in UTC where it has a zone."""
    if isinstance(original, datetime) and original.tzinfo is not None:
        return original.astimezone(UTC).isoformat()
    return original.isoformat()
