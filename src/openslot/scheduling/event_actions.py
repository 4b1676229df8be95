"""The list of what happened to bookings, read from any event on."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.errors import Gone
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import EVENTS_READ
from openslot.storage.action import Action
from openslot.storage.journal import events
from openslot.storage.journal.events import Event, EventFilter
from openslot.storage.transactions import AccountTx


class CursorExpired(Gone):
    """The event after which the list should go on is not there, or no longer.

    Events are kept for 30 days. Begin again without `after`.
    """

    code = "cursor_expired"
    title = "There is no such event any more; begin again without `after`"


@dataclass(frozen=True, slots=True)
class EventListing:
    """Which events, in the order of commits."""

    after_id: str | None  # the event after which the page begins; None: the first one
    types: tuple[str, ...]  # empty: every type
    booking_id: str  # "": every booking
    since: Millis
    limit: int


def _list(tx: AccountTx, _: Actor, wanted: EventListing) -> Page[Event]:
    position = 0
    if wanted.after_id is not None:
        found = events.position_of(tx, wanted.after_id)
        if found is None:
            raise CursorExpired()
        position = found
    since = max(wanted.since, tx.now - events.RETENTION_MS)
    filter_ = EventFilter(wanted.types, wanted.booking_id, since)
    return read_page(wanted.limit, lambda most: events.after(tx, position, most, filter_))


LIST_BOOKING_EVENTS: Action[EventListing, Page[Event]] = Action(
    "list events", (EVENTS_READ,), _list
)
