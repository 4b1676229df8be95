"""What a restored database does not send: it may have left since the backup was made."""

from openslot.delivery.store import delivery_queue, webhooks
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx


def drop_due(tx: AccountTx) -> int:
    """Drops what was due or had no attempt planned yet; returns how many deliveries.

    Whoever lacks some of it replays it.
    """
    listening = [one.content for one in webhooks.all_webhooks(tx) if one.content.active]
    dropped = 0
    while dispatched := events.dispatch(tx):
        dropped += sum(one.wants(event.type) for one in listening for event in dispatched)
    return dropped + delivery_queue.drop_due(tx)
