"""The properties of a component: name, parameters and value of each (RFC 5545 §3.1, §3.2). Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openslot.calendars.format.components import Component, own_lines
from openslot.calendars.format.content_lines import ContentLine, text_of

# The values of these have no colon, but their parameters may, though they should be quoted then.
_WITHOUT_COLON = frozenset({
    *("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE", "RRULE", "EXRULE"),
    "FREEBUSY",
})  # fmt: skip
_CUT_IS_FINE = frozenset({"SUMMARY", "UID", "ORGANIZER"})
_MOST_LINES = 100_000
_NAME = re.compile(rb"[A-Za-z0-9-]{1,60}(?=[;:])")
_HEAD = re.compile(r'(?:"[^"]*"|[^":])*:')
_PARAMETER = re.compile(r';([^=;"]+)=((?:"[^"]*"|[^;"])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class PropertyFault(Exception):
    """A component cannot be used; `says` is what is wrong with it or one of its properties."""

    def __init__(self, name: str | None, says: str) -> None:
        super().__init__(f"{name}: {says}")
        self.name = name
        self.says = says


@dataclass(frozen=True, slots=True)
class Property:
    """One property."""

    name: str  # in upper case
    parameters: Mapping[str, str]  # by their names in upper case, without quotes
    value: str

    @property
    def text(self) -> str:
        """A value of type TEXT, as people read it (RFC 5545 §3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


def properties_of(
    lines: Iterable[ContentLine], needed: frozenset[str]
) -> Iterator[tuple[Property, bool]]:
    """The properties of some names, each with whether it was too long to be read whole."""
    for line in lines:
        found = _NAME.match(line.text)
        if found is None or (name := found[0].decode().upper()) not in needed:
            continue
        rest = text_of(line.text[found.end() :])
        head = _HEAD.match(rest)
        if name in _WITHOUT_COLON and ":" in rest:
            parameters, _, value = rest.rpartition(":")
        elif head is not None:
            parameters, value = head[0][:-1], rest[head.end() :]
        else:
            parameters, _, value = rest.partition(":")
        pairs = {p.upper().strip(): v.replace('"', "") for p, v in _PARAMETER.findall(parameters)}
        yield Property(name, pairs, value), line.is_cut


PropertyValues = dict[str, list[Property]]  # by name


def values_of(content: bytes, component: Component, needed: frozenset[str]) -> PropertyValues:
    """The properties of some names that a component has itself.

    Raises:
        PropertyFault: one of them is too long to be read, or the component is.
    """
    if content.count(b"\n", component.start, component.end) > _MOST_LINES:
        raise PropertyFault(None, f"has more than {_MOST_LINES} lines")
    found: PropertyValues = {}
    for value, is_cut in properties_of(own_lines(content, component), needed):
        if is_cut and value.name not in _CUT_IS_FINE:
            raise PropertyFault(value.name, "is too long to be read")
        found.setdefault(value.name, []).append(value)
    return found


def single(values: PropertyValues, name: str) -> Property | None:
    """A property that may be there at most one time.

    Raises:
        PropertyFault: it is there several times.
    """
    found = values.get(name, [])
    if len(found) > 1:
        raise PropertyFault(name, "must be present once, with a date or a time")
    return found[0] if found else None


def word(values: PropertyValues, name: str) -> str:
    """A property that is one of a few words, in upper case; empty if it is not there."""
    return values[name][0].value.strip().upper() if name in values else ""


def uid_in(values: PropertyValues) -> str:
    """The UID of a component; empty if it has none."""
    return values["UID"][0].text.strip() if "UID" in values else ""
