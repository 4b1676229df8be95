"""Forgetting what no longer says anything. Nothing waits for it: an expiry needs no job."""

from openslot.scheduling import erasing, idempotency, reservations
from openslot.scheduling.store import idempotency as idempotency_store
from openslot.scheduling.store import reservations as reservation_store
from openslot.storage.database import AccountTx


def forget_old(tx: AccountTx) -> int:
    """Removes some reservations and kept answers, and erases some people, past their time.

    Returns how many; 0 when nothing is left to do.
    """
    forgotten = reservation_store.forget(tx, tx.now - reservations.REMEMBERED_MS)
    forgotten += idempotency_store.forget(tx, tx.now - idempotency.KEPT_MS)
    return forgotten + erasing.erase_old(tx)
