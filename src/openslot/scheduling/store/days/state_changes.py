"""Rows of history that say how the states of a day's appointments changed lately."""

import json
from collections.abc import Collection

from openslot.kernel.clock import Millis
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# By version; what a change was from and to is not read.
_SINCE = AccountStatement("""
    SELECT appointment_id, version, at, actor_type, actor_id, change, side FROM appointment_history
    WHERE account_id = :account_id AND at >= :since
    AND appointment_id IN (SELECT value FROM json_each(:ids))
    ORDER BY appointment_id, version
""")


def since(
    tx: AccountTx, appointment_ids: Collection[str], first_at: Millis
) -> dict[str, list[AppointmentChange]]:
    """The changes of some appointments from an instant on, oldest first, without details."""
    found: dict[str, list[AppointmentChange]] = {}
    for row in tx.all(_SINCE, ids=json.dumps(list(appointment_ids)), since=first_at):
        change = AppointmentChange(row[1], row[2], row[3], row[4], row[5], None, None, row[6])
        found.setdefault(row[0], []).append(change)
    return found
