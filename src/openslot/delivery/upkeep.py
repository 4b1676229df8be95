"""Deleting what was sent long ago.

Messages go with the people of their appointments, when these are erased by retention; those of
people who were erased on request before, when it would have been.
"""

import json
from collections.abc import Sequence

from openslot.delivery import sandbox
from openslot.delivery.store import messages, sandbox_deliveries, webhook_deliveries
from openslot.delivery.webhooks import deliveries
from openslot.scheduling.privacy.erasure import retained_from
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx

_MOST_AT_ONCE = 500


def due(tx: SystemTx, accounts: Sequence[Account]) -> set[str]:
    """The ids of those of some accounts where `delete_expired` would find something."""
    limits = [(one.id, one.now(tx.real_now) - deliveries.RETENTION_MS) for one in accounts]
    of_sandboxes = [
        (one.id, one.now(tx.real_now) - sandbox.RETENTION_MS) for one in accounts if one.sandbox
    ]
    ends = [(one.id, retained_from(one, one.now(tx.real_now))) for one in accounts]
    expired = webhook_deliveries.with_expired(tx, json.dumps(limits))
    expired |= sandbox_deliveries.with_expired(tx, json.dumps(of_sandboxes))
    return expired | messages.with_expired(tx, ends)


def delete_expired(tx: AccountTx) -> int:
    """Removes some of it; returns how many, 0 when none is left."""
    ended_by = retained_from(tx.account, tx.now)
    count = deliveries.delete_expired(tx) + sandbox.delete_expired(tx)
    return count + messages.delete_expired(tx, ended_by, _MOST_AT_ONCE)
