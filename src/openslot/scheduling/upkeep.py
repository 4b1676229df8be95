"""Forgetting what no longer says anything. Nothing waits for it: an expiry needs no job."""

from openslot.scheduling import idempotency, reservations
from openslot.scheduling.store import idempotency as idempotency_store
from openslot.scheduling.store import reservations as reservation_store
from openslot.storage.database import AccountTx


def forget_old(tx: AccountTx) -> int:
    """Removes some reservations and kept answers that are past their time; returns how many."""
    forgotten = reservation_store.forget(tx, tx.now - reservations.REMEMBERED_MS)
    return forgotten + idempotency_store.forget(tx, tx.now - idempotency.KEPT_MS)
