"""A calendar that other programs fetch again and again. Pure.

RFC 5545 and RFC 7986; text is written and folded by the library `icalendar`.
"""

from collections.abc import Generator, Iterable

from openslot.calendars.objects import CalendarObject, empty_calendar, event_of
from openslot.kernel.clock import instant_of_millis

_REFRESH = "PT1H"
_END = b"END:VCALENDAR\r\n"


def feed_of(name: str, objects: Iterable[CalendarObject]) -> Generator[None, None, bytes]:
    """A calendar of some objects, in steps, each of one object: a year of a branch is thousands."""
    from icalendar import vText  # noqa: PLC0415  (see `empty_calendar`)

    calendar = empty_calendar()
    # RFC 7986 §5.1, and what programs from before it read
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    # RFC 7986 §5.7, and what programs from before it read
    calendar.add("refresh-interval", vText(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(_REFRESH))
    parts = [calendar.to_ical().removesuffix(_END)]
    for one in objects:
        event = event_of(one)
        # RFC 5545 §3.8.7.3: when it was last revised
        event.add("last-modified", instant_of_millis(one.changed_at).replace(microsecond=0))
        parts.append(event.to_ical())
        yield
    return b"".join([*parts, _END])
