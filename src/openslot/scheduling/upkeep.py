"""Forgetting what no longer says anything. Nothing waits for it: an expiry needs no job."""

from collections.abc import Sequence

from openslot.scheduling.booking import idempotency, reservations
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
            expired_rows.Limits(
                account.id,
                now - reservations.REMEMBERED_MS,
                now - idempotency.KEPT_MS,
                erasure.retained_from(account, now),
            )
        )
        events_before.append((account.id, now - events.RETENTION_MS))
    return expired_rows.due(tx, limits) | events.due(tx, events_before)


def delete_expired(tx: AccountTx) -> int:
    """Removes some reservations and kept answers, and erases some people, past their time.

    Returns how many; 0 when nothing is left to do.
    """
    forgotten = reservation_store.forget(tx, tx.now - reservations.REMEMBERED_MS)
    forgotten += idempotency_store.forget(tx, tx.now - idempotency.KEPT_MS)
    forgotten += events.delete_expired(tx)
    return forgotten + erasure.erase_old(tx)
