"""From the outbox of events to whoever is told of them, in one transaction.

A booking writes its event and nothing else. What follows from it, deliveries above all, is worked
out here right after the commit: nothing is lost in between, and no booking waits for it.
"""

from collections.abc import Set

from openslot.calendars.uids import CalendarUids
from openslot.delivery.messages.planning import plan
from openslot.delivery.webhooks.fan_out import fan_out
from openslot.scheduling.people import search_index
from openslot.storage.transactions import AccountTx


def dispatch(
    tx: AccountTx,
    uids: CalendarUids,
    webhook_key: bytes,
    message_channels: Set[str] = frozenset(),
) -> int:
    """Gives events of the outbox their positions and queues what they lead to; returns how many.

    At most 10 at once. `webhook_key` opens the secrets of webhooks; by `message_channels` the
    installation can send to customers.
    """
    dispatched = search_index.dispatch(tx)
    fan_out(tx, dispatched, uids, webhook_key)
    plan(tx, dispatched, message_channels)
    return len(dispatched)
