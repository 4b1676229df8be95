"""Appointments of the people who have some traits."""

import json
from collections.abc import Iterable

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.common_traits import TRAIT_KINDS, CommonTrait
from openslot.scheduling.store.appointments import COLUMNS, appointment_of
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# The ids come from the index of the column alone: SQLite would rather read the whole account than
# look up each row of that index.
_WITH = {
    kind: AccountStatement(f"""
        SELECT {COLUMNS} FROM appointments
        WHERE account_id = :account_id AND id IN (
            SELECT one.id FROM json_each(:traits) AS trait CROSS JOIN appointments AS one
            WHERE one.account_id = :account_id AND one.{kind} = trait.value
              AND one.{kind} IS NOT NULL
        )
    """)  # noqa: S608
    for kind in TRAIT_KINDS
}


def having(tx: AccountTx, traits: Iterable[CommonTrait]) -> list[Appointment]:
    """The appointments with the values of some traits, in no order.

    Others may be among them: whose identifier comes first, or who share a phone.
    """
    values: dict[str, set[str]] = {}
    for trait in traits:
        values.setdefault(trait.kind, set()).add(trait.value)
    found = {  # one may have the mail address of one trait and the phone of another
        row[0]: row
        for kind, of_kind in values.items()
        for row in tx.all(_WITH[kind], traits=json.dumps(sorted(of_kind)))
    }
    return [appointment_of(row) for row in found.values()]
