"""Which zone a TZID means in a calendar of a file: what the file says, else a known name."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from openslot.calendars.format.components import ZONE, Component, inner_lines, own_lines
from openslot.calendars.format.described_zones import DescribedZone, described_zone
from openslot.calendars.format.properties import properties_of
from openslot.calendars.format.recurrence_starts import Effort
from openslot.calendars.format.time_values import UnreadableValue
from openslot.calendars.format.zone_names import known_zone

_MOST_WORK = 400_000  # days looked at for all zones of a file
_MOST_SHOWN = 80  # characters of a zone's name in a report


class ZoneLookup:
    """The zones of one file. What is described in one of its calendars is not known in another."""

    def __init__(self, content: bytes, components: Iterable[Component], last: datetime) -> None:
        """Zones are right up to `last`, which is naive."""
        self._content, self._last = content, last
        self._described: dict[tuple[int, str], list[Component]] = {}
        self._found: dict[tuple[int, str], tzinfo] = {}
        self._by_text: dict[bytes, DescribedZone | None] = {}  # many calendars describe the same
        self._effort = Effort(_MOST_WORK)
        self.remarks: list[tuple[int, str]] = []  # (line, what is so) of descriptions
        for component in components:
            if component.name == ZONE:
                name = (component.calendar, _name_of(content, component))
                self._described.setdefault(name, []).append(component)

    def zone(self, calendar: int, tzid: str) -> tzinfo:
        """The zone of a name in one of the file's calendars.

        Raises:
            UnreadableValue: the calendar does not describe it, and nobody knows the name.
        """
        name = (calendar, _plain(tzid))
        if name not in self._found:
            self._found[name] = self._read(*name)
        return self._found[name]

    def _read(self, calendar: int, tzid: str) -> tzinfo:
        described = self._described.get((calendar, tzid), [])
        for component in described:
            found = self._described_by(component)
            if found is not None:
                return found
        known = known_zone(tzid)
        if known is None:
            reason = (
                "its description cannot be read" if described else "the file does not describe it"
            )
            raise UnreadableValue(f"the time zone {shown(tzid)} is unknown, and {reason}")
        if described:
            says = f"cannot be read; the known time zone {known.key} was taken in its place"
            self.remarks.append((described[0].line, says))
        return known

    def _described_by(self, component: Component) -> DescribedZone | None:
        if not component.is_closed:
            return None
        text = self._content[component.start : component.end]
        if text not in self._by_text:
            lines = inner_lines(self._content, component)
            try:
                self._by_text[text] = described_zone(lines, self._last, self._effort)
            except UnreadableValue:
                self._by_text[text] = None
        return self._by_text[text]


def shown(tzid: str) -> str:
    """A zone's name as a report shows it."""
    name = "".join(c if c.isprintable() else " " for c in tzid)
    return name if len(name) <= _MOST_SHOWN else f"{name[:_MOST_SHOWN]}…"


def _name_of(content: bytes, component: Component) -> str:
    lines = own_lines(content, component)
    names = (found.text for found, _ in properties_of(lines, frozenset({"TZID"})))
    return _plain(next(names, ""))


def _plain(tzid: str) -> str:
    """A name as it is compared: parameters and texts are escaped in different ways."""
    return " ".join(tzid.replace("\\", "").replace('"', "").split())
