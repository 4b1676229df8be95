"""How much waits to leave, for whoever watches over the installation."""

from dataclasses import dataclass

from openslot.delivery.model.message_kinds import MESSAGE_CHANNELS
from openslot.delivery.store import delivery_queue, message_queue
from openslot.storage.transactions import SystemTx


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one channel is not done."""

    channel: str
    rows: int
    oldest_seconds: float  # how long the oldest one that is due waits; 0: none is


def waiting(tx: SystemTx) -> list[Waiting]:
    """Each channel of the installation."""
    found = {"webhook": delivery_queue.waiting(tx)}
    found |= {channel: message_queue.waiting(tx, channel) for channel in MESSAGE_CHANNELS}
    return [
        Waiting(channel, rows, 0 if due_at is None else max(0, tx.real_now - due_at) / 1000)
        for channel, (rows, due_at) in found.items()
    ]
