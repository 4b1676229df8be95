"""The busy periods of VFREEBUSY components (RFC 5545 §3.6.4), each as an event."""

from collections.abc import Callable, Iterator

from openslot.calendars.events import CalendarEvent
from openslot.calendars.format.components import Component
from openslot.calendars.format.properties import (
    Property,
    PropertyFault,
    PropertyValues,
    uid_in,
    values_of,
    word,
)
from openslot.calendars.format.time_reader import TimeReader
from openslot.calendars.format.zone_lookup import ZoneLookup

_NEEDED = frozenset({"UID", "FREEBUSY", "ORGANIZER"})
_FREE = "takes no time: it is marked as free"
_MOST_PERIODS = 50_000  # of one component

Tell = Callable[[str | None, str], None]  # of a property, what is wrong with it


def busy_periods(
    content: bytes, component: Component, zones: ZoneLookup, tell: Tell
) -> Iterator[CalendarEvent]:
    """The busy periods of a component; `tell` hears of those that cannot be used.

    Raises:
        PropertyFault: the component has no periods, or is not complete.
    """
    if not component.is_closed:
        raise PropertyFault("END", "is missing: the component is not complete")
    values = values_of(content, component, _NEEDED)
    uid = _uid(values)
    times = TimeReader(zones, component.calendar)
    found: dict[CalendarEvent, None] = {}
    for value in values.get("FREEBUSY", ()):
        # RFC 5545 §3.2.9: what nobody knows is busy, too
        if value.parameters.get("FBTYPE", "").upper() == "FREE":
            tell("FREEBUSY", _FREE)
            continue
        texts = [text for text in value.value.split(",") if text.strip()]
        if len(texts) + len(found) > _MOST_PERIODS:
            raise PropertyFault("FREEBUSY", f"has more than {_MOST_PERIODS} periods")
        for text in texts:
            try:
                found[_busy(component.line, uid, times, value, text)] = None
            except PropertyFault as fault:
                tell(fault.name, fault.says)
    if "FREEBUSY" not in values:
        raise PropertyFault("FREEBUSY", "is missing, so it has no busy period")
    yield from found


def free_busy_uid(content: bytes, component: Component) -> str:
    """What the periods of a component are known by."""
    return _uid(values_of(content, component, frozenset({"UID", "ORGANIZER"})))


def _uid(values: PropertyValues) -> str:
    # A published calendar has one without a UID, and it is the same at the next export.
    return f"VFREEBUSY {uid_in(values) or word(values, 'ORGANIZER')}"


def _busy(line: int, uid: str, times: TimeReader, value: Property, text: str) -> CalendarEvent:
    start, ends = times.read_period(value, text)
    return CalendarEvent(
        line=line,
        uid=uid,
        start=start,
        ends=ends,
        recurrence_id=None,
        and_later=False,
        rules=(),
        added=(),
        removed=(),
        free=None,
        summary=None,
        version=(0, ""),
        remarks=(),
    )
