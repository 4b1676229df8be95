"""What a restored database does not send: it may have left since the backup was made."""

from collections.abc import Set

from openslot.delivery.messages.planning import plan
from openslot.delivery.model.message import TOO_LATE
from openslot.delivery.store import (
    delivery_queue,
    message_queue,
    messages,
    webhooks,
)
from openslot.delivery.webhooks import replaying
from openslot.scheduling.people import search_index
from openslot.storage.transactions import AccountTx


def drop_due(tx: AccountTx, message_channels: Set[str]) -> int:
    """Drops what was due or had no attempt planned yet; returns how many deliveries and messages.

    What replays had not queued yet counts too; whoever lacks some deliveries replays them.
    Reminders that are due later stay, those too of events that nobody had looked at.
    """
    listening = [one.content for one in webhooks.all_webhooks(tx) if one.content.active]
    dropped = 0
    while dispatched := search_index.dispatch(tx):
        dropped += sum(one.wants(event.type) for one in listening for event in dispatched)
        plan(tx, dispatched, message_channels)
    dropped += replaying.give_up(tx)
    dropped += delivery_queue.drop_due(tx) + message_queue.drop_due(tx, TOO_LATE)
    messages.delete_done_codes(tx)
    return dropped
