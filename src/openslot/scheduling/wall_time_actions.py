"""What programs can do that know the wall time of a branch alone, and ask customers no questions.

A service with a question that must be answered is not there for them. Of a time that clocks show
twice they mean the first; one that clocks skip is never bookable.
"""

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import BOOK, RESCHEDULE
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.views import listings
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.action import Action
from openslot.storage.transactions import AccountTx

_LOOK = (BOOK, RESCHEDULE)


def unasked_service(tx: AccountTx, service_id: str) -> Service:
    """An active service that can be booked without an answer.

    Raises:
        NotFound: unknown or inactive, or it asks.
    """
    service = current_catalogue(tx).service(service_id)
    if service.asks:
        raise NotFound("There is no such service")
    return service


def _find_service(tx: AccountTx, _: Actor, service_id: str) -> Service:
    return unasked_service(tx, service_id)


def _list_dates(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    for service_id in listing.service_ids:
        unasked_service(tx, service_id)
    return listings.horizon_snapshot(tx, actor, listing)


def _list_times(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    for service_id in listing.service_ids:
        unasked_service(tx, service_id)
    return listings.snapshot(tx, actor, listing)


FIND_UNASKED_SERVICE: Action[str, Service] = Action("find service", _LOOK, _find_service)
# What is computed of the snapshots in steps: `listings.dates_of_times`, `listings.bookable_times`.
LIST_DATES: Action[SlotListingQuery, Snapshot] = Action(
    "list dates", _LOOK, _list_dates, in_steps=True
)
LIST_TIMES: Action[SlotListingQuery, Snapshot] = Action(
    "list times", _LOOK, _list_times, in_steps=True
)
