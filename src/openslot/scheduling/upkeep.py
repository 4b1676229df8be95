"""Deleting what has expired. Nothing waits for it: an expiry needs no job."""

from collections.abc import Sequence

from openslot.scheduling.booking import idempotency, reservations, visitors
from openslot.scheduling.booking.expiries import note_expiries
from openslot.scheduling.privacy import erasure
from openslot.scheduling.store import expired_rows
from openslot.scheduling.store import idempotency as idempotency_store
from openslot.scheduling.store import reservations as reservation_store
from openslot.storage.accounts import Account
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx, SystemTx


def due(tx: SystemTx, accounts: Sequence[Account]) -> set[str]:
    """The ids of those of some accounts where `delete_expired` would find something."""
    limits = []
    events_before = []
    for account in accounts:
        now = account.now(tx.real_now)
        limits.append(
            expired_rows.ExpiryLimits(
                account.id,
                now,
                now - reservations.REMEMBERED_MS,
                now - idempotency.STORED_MS,
                erasure.retained_from(account, now),
            )
        )
        events_before.append((account.id, now - events.RETENTION_MS))
    return expired_rows.due(tx, limits) | events.due(tx, events_before)


def delete_expired(tx: AccountTx) -> int:
    """Removes some expired reservations and stored responses, and erases some people.

    What has expired without anybody looking is noted first. Returns how many; 0 when nothing is
    left to do.
    """
    deleted = note_expiries(tx)
    deleted += reservation_store.delete_expired(tx, tx.now - reservations.REMEMBERED_MS)
    deleted += idempotency_store.delete_expired(tx, tx.now - idempotency.STORED_MS)
    deleted += visitors.delete_old(tx)
    deleted += events.delete_expired(tx)
    return deleted + erasure.erase_old(tx)
