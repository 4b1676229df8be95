"""Calendar objects of appointments, as programs of calendars read them. Pure.

RFC 5545; text is written and folded by the library `icalendar`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openslot.kernel.clock import Millis, Minute, instant_of_millis, instant_of_minute

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Openslot//Openslot//EN"


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One appointment in a calendar. Nothing in it is about a person: calendars are shared."""

    uid: str  # RFC 7986 §5.3
    sequence: int  # RFC 5545 §3.8.7.4
    changed_at: Millis
    start: Minute
    end: Minute
    is_cancelled: bool
    summary: str
    location: str
    description: str


def calendar_of(objects: Sequence[CalendarObject]) -> bytes:
    """A calendar of these objects: CRLF, lines of at most 75 octets (RFC 5545 §3.1)."""
    # The library takes a tenth of a start, and most processes never write a calendar.
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    for one in objects:
        calendar.add_component(_event(one))
    text: bytes = calendar.to_ical()
    return text


def _event(one: CalendarObject) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    # RFC 5545 §3.8.7.2: without METHOD it says when the object was last revised
    event.add("dtstamp", instant_of_millis(one.changed_at).replace(microsecond=0))
    event.add("dtstart", instant_of_minute(one.start))
    event.add("dtend", instant_of_minute(one.end))
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("summary", one.summary)
    if one.location:
        event.add("location", one.location)
    event.add("description", one.description)
    return event
