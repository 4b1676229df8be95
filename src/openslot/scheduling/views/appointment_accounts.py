"""Which account an appointment belongs to, for whoever knows its id alone."""

from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import SystemTx


def account_id_of(tx: SystemTx, appointment_id: str) -> str | None:
    """The account of an appointment; None: there is no such appointment."""
    return store.account_id_of(tx, appointment_id)
