"""A feed as a file for calendars, made in steps."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from openslot.calendars.feeds import feed_of
from openslot.calendars.objects import MEDIA_TYPE, CalendarObject
from openslot.calendars.uids import CalendarUids
from openslot.scheduling.feeds.feeds import FeedReading
from openslot.scheduling.model.feeds.feed import FULL
from openslot.web.api.calendar_objects import calendar_object, service_names
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.http.response import Response

_HEADERS = {
    "Content-Type": MEDIA_TYPE,
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
}


def feed_file(
    localized: LocalizedCatalogue, uids: CalendarUids, reading: FeedReading
) -> Generator[None, None, Response]:
    """The response to whoever has the feed's token."""
    objects = _objects(localized, uids, reading)
    body = yield from feed_of(_name(localized, reading), objects)
    return Response(200, body, _HEADERS)


def _name(localized: LocalizedCatalogue, reading: FeedReading) -> str:
    """The branch; of a resource that one first."""
    branch = localized.branches[reading.branch_id].name
    resource_id = reading.feed.content.resource_id
    return branch if resource_id is None else f"{localized.resources[resource_id].name}, {branch}"


def _objects(
    localized: LocalizedCatalogue, uids: CalendarUids, reading: FeedReading
) -> Iterator[CalendarObject]:
    is_full = reading.feed.content.detail == FULL
    for revision in reading.revisions:
        one = calendar_object(localized, uids, revision)
        services = service_names(localized, revision.appointment)
        person = revision.appointment.customer if is_full else None
        notes = revision.appointment.notes if is_full else None
        yield replace(
            one,
            summary=", ".join([services, *_full_name(person or {})]),
            description="\n".join([*_reached(person or {}), *([notes] if notes else [])]),
        )


def _full_name(person: Mapping[str, Any]) -> list[str]:
    name = " ".join(person[part] for part in ("firstName", "lastName") if person.get(part))
    return [name] if name else []


def _reached(person: Mapping[str, Any]) -> list[str]:
    return [person[part] for part in ("phoneNumber", "email") if person.get(part)]
