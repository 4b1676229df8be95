"""Appointments that hold a person, in the order of ids."""

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.store.appointments import COLUMNS, appointment_of
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_BEFORE = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND customer IS NOT NULL AND id < :before
    ORDER BY id DESC LIMIT :limit
""")  # noqa: S608

_FIRST = AccountStatement(f"""
    SELECT {COLUMNS} FROM appointments
    WHERE account_id = :account_id AND customer IS NOT NULL ORDER BY id LIMIT 1
""")  # noqa: S608


def before(tx: AccountTx, id_: str, limit: int) -> list[Appointment]:
    """The next `limit` before an id, the last one first."""
    return [appointment_of(row) for row in tx.all(_BEFORE, before=id_, limit=limit)]


def first(tx: AccountTx) -> Appointment | None:
    """The one with the first id."""
    row = tx.one(_FIRST)
    return appointment_of(row) if row else None
