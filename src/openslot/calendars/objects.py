"""Calendar objects of appointments, as programs of calendars read them. Pure.

RFC 5545; text is written and folded by the library `icalendar`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openslot.kernel.clock import Millis, Minute, instant_of_millis, instant_of_minute

if TYPE_CHECKING:
    from icalendar import Calendar, Event

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
    description: str  # "": none


@dataclass(frozen=True, slots=True)
class CalendarInvitation:
    """An appointment as its organiser sends it to the one who comes; RFC 5546 §3.2."""

    content: CalendarObject
    visibility: str  # RFC 5545 §3.8.1.3: PUBLIC, PRIVATE or CONFIDENTIAL
    organizer_name: str
    organizer: str  # an address
    attendee: str  # another address


def method_of(invitation: CalendarInvitation) -> str:
    """What a calendar is asked to do, in upper case as RFC 6047 §2.4 wants it beside the type."""
    return "CANCEL" if invitation.content.is_cancelled else "REQUEST"


def invitation_of(invitation: CalendarInvitation) -> bytes:
    """The calendar that a mail carries."""
    from icalendar import vCalAddress, vText  # noqa: PLC0415

    calendar = empty_calendar()
    calendar.add("method", method_of(invitation))
    event = event_of(invitation.content)
    event.add("class", invitation.visibility)
    organizer = vCalAddress(f"mailto:{invitation.organizer}")
    organizer.params["CN"] = vText(_parameter(invitation.organizer_name))
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{invitation.attendee}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _parameter(text: str) -> str:
    """RFC 5545 §3.1: the value of a parameter has no quotation mark and no control character."""
    return "".join(" " if ord(one) < 32 or ord(one) == 127 else one for one in text).replace(
        '"', "'"
    )


def calendar_of(objects: Sequence[CalendarObject]) -> bytes:
    """A calendar of these objects: CRLF, lines of at most 75 octets (RFC 5545 §3.1)."""
    calendar = empty_calendar()
    for one in objects:
        calendar.add_component(event_of(one))
    text: bytes = calendar.to_ical()
    return text


def empty_calendar() -> "Calendar":
    """A calendar of ours without anything in it."""
    # The library takes a tenth of a start, and most processes never write a calendar.
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    return calendar


def event_of(one: CalendarObject) -> "Event":
    """An object as a component of a calendar."""
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
    if one.description:
        event.add("description", one.description)
    return event
