"""The route of the list of events."""

from openslot.kernel.errors import Invalid
from openslot.scheduling.event_actions import LIST_BOOKING_EVENTS, CursorExpired
from openslot.web.admin_api.events import event_list
from openslot.web.admin_api.events.responses import EventResponse
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", event_list.PATH, LIST_BOOKING_EVENTS,
        event_list.read_listing, event_list.respond_page,
        "List what happened to bookings",
        "The events of the last 30 days, in the order of their commits. Whoever goes on from the "
        "last id that it saw misses nothing and sees nothing twice.",
        Accepts(query=event_list.EventsQuery),
        Returns(
            list[EventResponse],
            headers={
                "Link": "The next page, if there is one (RFC 8288)",
                "Cache-Control": "It must not be stored",
            },
        ),
        (Invalid, CursorExpired),
        prepare=dispatch_first,
    ),
)  # fmt: skip
