"""Deleting what was sent long ago."""

import json
from collections.abc import Sequence

from openslot.delivery.store import webhook_deliveries
from openslot.delivery.webhooks import deliveries
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx


def due(tx: SystemTx, accounts: Sequence[Account]) -> set[str]:
    """The ids of those of some accounts where `delete_expired` would find something."""
    limits = [(one.id, one.now(tx.real_now) - deliveries.RETENTION_MS) for one in accounts]
    return webhook_deliveries.with_expired(tx, json.dumps(limits))


def delete_expired(tx: AccountTx) -> int:
    """Removes some deliveries of over 30 days ago; returns how many, 0 when none is left."""
    return deliveries.delete_expired(tx)
