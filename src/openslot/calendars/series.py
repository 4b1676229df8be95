"""The events of one UID: what repeats, what changes occurrences, what replaces what. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from openslot.calendars.events import CalendarEvent


@dataclass(frozen=True, slots=True)
class Series:
    """The events of one UID that count."""

    uid: str
    mains: Sequence[CalendarEvent]  # without RECURRENCE-ID; most often one
    exceptions: Sequence[CalendarEvent]

    @property
    def lines(self) -> list[int]:
        """Where its events begin."""
        return [event.line for event in (*self.mains, *self.exceptions)]

    @property
    def is_single(self) -> bool:
        """Whether it is one event that takes place at one time, so that its UID names it."""
        return len(self.mains) == 1 and not self.exceptions and not self.mains[0].repeats


def series_of(events: Iterable[CalendarEvent]) -> tuple[list[Series], list[tuple[int, str]]]:
    """The series of a file, and the lines of the events that do not count, each with the reason."""
    by_uid: dict[str, list[CalendarEvent]] = defaultdict(list)
    for event in events:
        by_uid[event.uid].append(event)
    found, replaced = [], list[tuple[int, str]]()
    for uid, of_uid in by_uid.items():
        mains = [event for event in of_uid if event.recurrence_id is None]
        exceptions = [event for event in of_uid if event.recurrence_id is not None]
        found.append(Series(uid, current(mains, replaced), exceptions))
    return found, replaced


def current(
    versions: Sequence[CalendarEvent], replaced: list[tuple[int, str]]
) -> list[CalendarEvent]:
    """Those with the highest version, equal ones once; tells what they replace.

    The contract's section on calendars: the highest SEQUENCE wins, then the latest LAST-MODIFIED.
    """
    newest = max((event.version for event in versions), default=None)
    latest = [event for event in versions if event.version == newest]
    first_lines: dict[CalendarEvent, int] = {}
    counted = []
    for event in latest:
        anywhere = replace(event, line=0)
        first = first_lines.setdefault(anywhere, event.line)
        if first == event.line:
            counted.append(event)
        else:
            replaced.append((event.line, f"is the same as the event at line {first}"))
    replaced += [
        (event.line, f"is an older version of the event at line {latest[0].line}, which was read")
        for event in versions
        if event.version != newest
    ]
    return counted
