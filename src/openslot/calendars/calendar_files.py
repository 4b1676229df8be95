"""iCalendar files, read: the time that they take in a window, and what is wrong with the rest.

Every event and every free/busy component is taken or told, by the line that it begins on.
Source: RFC 5545, and the contract's section on calendars.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from openslot.calendars.events import CalendarEvent, EventReader, event_uid
from openslot.calendars.format.components import EVENT, FREE_BUSY, Component, Outline, outline_of
from openslot.calendars.format.content_lines import uniform
from openslot.calendars.format.properties import PropertyFault
from openslot.calendars.format.zone_lookup import ZoneLookup
from openslot.calendars.free_busy import busy_periods, free_busy_uid
from openslot.calendars.occurrences import ImportWindow, Occurrences
from openslot.calendars.series import series_of
from openslot.kernel.clock import instant_of_minute
from openslot.kernel.remarks import Remark, UnreadableFile

MOST_BYTES = 16 * 1024 * 1024
MOST_COMPONENTS = 40_000
_MISSED = "was passed over, which is a fault of this program; please report it"


class UnreadableCalendar(UnreadableFile):
    """It is not an iCalendar file that can be read."""


class CalendarFile:
    """One file, and what it gives in a window."""

    def __init__(self, content: bytes, file: str, window: ImportWindow) -> None:
        """Reads it.

        Raises:
            UnreadableCalendar: it is no iCalendar file, or is too large.
        """
        if len(content) > MOST_BYTES:
            says = f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB; split it"
            raise UnreadableCalendar(Remark(file, 1, None, says))
        self._content = uniform(content)
        self._outline = outline_of(self._content, MOST_COMPONENTS)
        if not self._outline.calendar_lines:
            says = "is not an iCalendar file: one begins with BEGIN:VCALENDAR"
            raise UnreadableCalendar(Remark(file, 1, None, says))
        last = instant_of_minute(window.last).replace(tzinfo=None)
        self._zones = ZoneLookup(self._content, self._outline.components, last)
        self.found = Occurrences(file, window)
        self.uid_lines: dict[str, int] = {}  # where the first event of each UID begins
        self._read(EventReader(self._content, self._zones, window.zone))
        self._tell_the_rest()

    @property
    def first_line(self) -> int:
        """Where its first calendar begins."""
        return self._outline.calendar_lines[0]

    @property
    def is_whole(self) -> bool:
        """Whether all of it was read, so that an event that it does not have is gone."""
        outline = self._outline
        all_closed = all(component.is_closed for component in _timed(outline))
        return outline.is_complete and outline.left_from is None and all_closed

    def _read(self, reader: EventReader) -> None:
        events = []
        for component in _timed(self._outline):
            try:
                if component.name == EVENT:
                    events.append(reader.read(component))
                    continue
                events += self._busy(component)
            except PropertyFault as fault:
                self.found.refuse(component.line, fault.name, fault.says)
            self._know(component)
        series, replaced = series_of(events)
        for line, says in replaced:
            self.found.leave_to_another(line, says)
        for one in series:
            line = min(event.line for event in (*one.mains, *one.exceptions))
            self.uid_lines.setdefault(one.uid, line)
            self.found.add(one)

    def _know(self, component: Component) -> None:
        """The file has a component's UID, even if nothing is taken of it."""
        uid_of = event_uid if component.name == EVENT else free_busy_uid
        with suppress(PropertyFault):  # of a component that is too long it is not known
            if component.is_closed and (uid := uid_of(self._content, component)):
                self.uid_lines.setdefault(uid, component.line)

    def _busy(self, component: Component) -> list[CalendarEvent]:
        tell = partial(self.found.refuse, component.line)
        return list(busy_periods(self._content, component, self._zones, tell))

    def _tell_the_rest(self) -> None:
        """What concerns the whole file, and any event of which nothing was said."""
        outline, found = self._outline, self.found
        for line, says in self._zones.remarks:
            found.remark(line, "TZID", says)
        if not any(_timed(outline)):
            found.refuse(self.first_line, None, "nothing in the file is an event or a busy period")
        if outline.left_from is not None:
            says = (
                f"this and what follows was not read: split the file after {MOST_COMPONENTS} parts"
            )
            found.refuse(outline.left_from, None, says)
        elif not outline.is_complete:
            says = "the file ends here, before END:VCALENDAR; export the calendar again"
            found.refuse(outline.last_line, None, says)
        for component in _timed(outline):
            if not found.has(component.line):
                found.refuse(component.line, None, _MISSED)


def _timed(outline: Outline) -> Iterator[Component]:
    """The components that say when somebody is busy."""
    return (each for each in outline.components if each.name in (EVENT, FREE_BUSY))
