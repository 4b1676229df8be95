"""How much waits to leave, for whoever watches over the installation."""

from dataclasses import dataclass

from openslot.delivery.store import delivery_queue
from openslot.storage.transactions import SystemTx


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one channel is not done."""

    channel: str
    rows: int
    oldest_seconds: float  # how long the oldest one that is due waits; 0: none is


def waiting(tx: SystemTx) -> list[Waiting]:
    """Each channel of the installation."""
    rows, due_at = delivery_queue.waiting(tx)
    late_ms = 0 if due_at is None else max(0, tx.real_now - due_at)
    return [Waiting("webhook", rows, late_ms / 1000)]
