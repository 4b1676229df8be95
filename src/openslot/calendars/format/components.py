"""The components of an iCalendar file that say when somebody is busy, one by one (RFC 5545 §3.6).

A fault ends its component, not its file: what is not closed, is closed twice or lies in a
component that nobody knows changes nothing for the others. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from openslot.calendars.format.content_lines import ContentLine, content_lines

CALENDAR, EVENT, FREE_BUSY, ZONE = "VCALENDAR", "VEVENT", "VFREEBUSY", "VTIMEZONE"
OBSERVANCES = ("STANDARD", "DAYLIGHT")
_MOST_NESTED = 50
_NESTED_MARK = re.compile(rb"(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]{1,40})[ \t]*", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]")
# None of these stands in another of them, but in a calendar: where one begins, another ends.
_TOP = (EVENT, FREE_BUSY, ZONE, "VTODO", "VJOURNAL")


_MAYBE_FOLD = r"(?:\r?\n[ \t])?"


def _folded(*words: str) -> str:
    """A pattern of words that may be folded anywhere (RFC 5545 §3.1)."""
    return "|".join(_MAYBE_FOLD.join(word) for word in words)


# All names begin with V, so that BEGINs and ENDs of other components are soon passed over.
_MARK = re.compile(
    rf"^({_folded('BEGIN', 'END')}){_MAYBE_FOLD}[ \t]*:[ \t]*{_MAYBE_FOLD}"
    rf"(V{_MAYBE_FOLD}(?:{_folded(*(name[1:] for name in (CALENDAR, *_TOP)))}))"
    r"(?:\r?\n[ \t]|[ \t])*(?=\r*$)".encode(),
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Component:
    """An event, a free/busy component or the description of a zone, and where it stands."""

    name: str
    line: int  # of its BEGIN
    start: int  # the offset of its BEGIN
    end: int  # the offset of its END, or of what stands in its place
    calendar: int  # which of the file's calendars has it
    is_closed: bool  # by an END of its own


@dataclass(slots=True)
class Outline:
    """What a file holds."""

    calendar_lines: list[int] = field(default_factory=list)  # of each BEGIN:VCALENDAR
    components: list[Component] = field(default_factory=list)
    last_line: int = 1
    is_complete: bool = True  # every calendar has an end
    left_from: int | None = None  # the line from which on nothing was looked at


def outline_of(content: bytes, most: int) -> Outline:
    """What a file holds, at most so many components."""
    outline = Outline()
    reader = _Reader(outline)
    number, counted_to = 1, 0
    for found in _MARK.finditer(content):
        number += content.count(b"\n", counted_to, found.start())
        counted_to = found.start()
        if len(outline.components) >= most:
            outline.left_from = number
            return outline
        name = _FOLD.sub(b"", found[2]).decode().upper()
        reader.read(found[1][:1] in b"Bb", name, number, counted_to)
    reader.finish(len(content))
    outline.last_line = number + content.count(b"\n", counted_to, len(content.rstrip()))
    return outline


def own_lines(content: bytes, component: Component) -> Iterator[ContentLine]:
    """The lines of a component, without those of components in it."""
    nesting = _Nesting()
    for line in _lines_of(content, component):
        mark = _mark_of(line)
        if mark is not None:
            nesting.follow(*mark)
        elif not nesting.depth:
            yield line


def inner_lines(content: bytes, component: Component) -> Iterator[tuple[str, list[ContentLine]]]:
    """The components in another, each with its name and lines."""
    name, lines = "", list[ContentLine]()
    for line in _lines_of(content, component):
        mark = _mark_of(line)
        if mark is None:
            lines.append(line)
            continue
        if name:
            yield name, lines
        name, lines = (mark[1] if mark[0] else ""), []
    if name:
        yield name, lines


def _mark_of(line: ContentLine) -> tuple[bool, str] | None:
    """Whether a line begins a component or ends one, and its name; None: it does neither."""
    if line.text[:1] not in b"BbEe":
        return None
    found = _NESTED_MARK.fullmatch(line.text)
    return (found[1][:1] in b"Bb", found[2].decode().upper()) if found else None


def _lines_of(content: bytes, component: Component) -> Iterator[ContentLine]:
    return islice(content_lines(content, component.start, component.end), 1, None)


class _Nesting:
    """Which components are open in another."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._deeper = 0  # how many more than are told apart by name

    @property
    def depth(self) -> int:
        """How many."""
        return len(self._names) + self._deeper

    def follow(self, begins: bool, name: str) -> None:
        if begins and len(self._names) < _MOST_NESTED:
            self._names.append(name)
        elif begins:
            self._deeper += 1
        elif self._deeper:
            self._deeper -= 1
        elif name in self._names:
            while self._names.pop() != name:
                pass


class _Reader:
    """Goes through the BEGINs and ENDs of a file."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: tuple[str, int, int] | None = None
        self._calendar_is_open = False

    def read(self, begins: bool, name: str, line: int, offset: int) -> None:
        """A component begins or ends."""
        is_own_end = self._open is not None and self._open[0] == name
        if name == CALENDAR:
            self._close(offset, is_closed=False)
            self._calendar_is_open = begins
            if begins:
                self._outline.calendar_lines.append(line)
        elif begins and name in _TOP:
            self._close(offset, is_closed=False)
            self._open = name, line, offset
        elif not begins and is_own_end:
            self._close(offset, is_closed=True)

    def finish(self, offset: int) -> None:
        """The file ends."""
        self._outline.is_complete = self._open is None and not self._calendar_is_open
        self._close(offset, is_closed=False)

    def _close(self, offset: int, *, is_closed: bool) -> None:
        if self._open is None:
            return
        (name, line, start), self._open = self._open, None
        if name in (EVENT, FREE_BUSY, ZONE):
            calendar = len(self._outline.calendar_lines) - 1
            self._outline.components.append(
                Component(name, line, start, offset, calendar, is_closed)
            )
