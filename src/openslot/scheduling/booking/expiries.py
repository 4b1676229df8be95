"""Reservations that have expired: nothing waits for it, but somebody may want to hear of it."""

from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.scheduling.booking.reservations import free
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.record import record_expiry
from openslot.scheduling.store import reservations as store
from openslot.storage.transactions import AccountTx

_MOST_AT_ONCE = 100


def note_expiries(tx: AccountTx) -> int:
    """Ends reservations as expired, each with its event, at most 100; returns how many.

    Nobody else may write in the account meanwhile (`Database.write`).
    """
    found = store.expired(tx, tx.now, _MOST_AT_ONCE)
    if not found:
        return 0
    of_account = current_catalogue(tx)
    store.expire(tx, [reservation.id for reservation in found])
    actor = Actor(tx.account.id, "operator", "expiry", frozenset())
    for reservation in found:
        placement = reservation.placement
        # Branch and resources may have been deleted since it expired, and their sheets with them.
        there = tuple(id_ for id_ in placement.resource_ids if id_ in of_account.resources)
        free(tx, replace(reservation, placement=replace(placement, resource_ids=there)))
        branch = of_account.branches.get(placement.branch_id)
        record_expiry(tx, actor, reservation, branch.time_zone if branch else "UTC")
    return len(found)
