"""The account of an appointment: the one statement that looks for an id across accounts."""

from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_ACCOUNT = SystemStatement("SELECT account_id FROM appointments WHERE id = :id")


def account_id_of(tx: SystemTx, appointment_id: str) -> str | None:
    """The account of an appointment; None: there is no such appointment."""
    row = tx.one(_ACCOUNT, id=appointment_id)
    return str(row[0]) if row else None
