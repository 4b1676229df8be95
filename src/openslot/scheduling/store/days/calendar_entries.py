"""Appointments as a calendar shows them: the few columns that it needs of hundreds of rows."""

import json
from collections.abc import Iterable, Mapping

from openslot.scheduling.model.appointment import CalendarEntry
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_NAMES = ("firstName", "lastName")

_BY_IDS = AccountStatement("""
    SELECT id, status, stranded, service_ids, customer FROM appointments
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")


def by_ids(tx: AccountTx, ids: Iterable[str]) -> dict[str, CalendarEntry]:
    """Those of some ids that are appointments."""
    rows = tx.all(_BY_IDS, ids=json.dumps(list(ids)))
    return {
        row[0]: CalendarEntry(row[0], row[1], bool(row[2]), json.loads(row[3]), _names(row[4]))
        for row in rows
    }


def _names(customer: str | None) -> Mapping[str, str | None] | None:
    if customer is None:
        return None
    person = json.loads(customer)
    return {name: person.get(name) for name in _NAMES}
