"""What decides whether a token still counts: account and client in one row."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.storage.database import SystemTx
from openslot.storage.statements import SystemStatement


@dataclass(frozen=True, slots=True)
class Standing:
    """A client and its account, as they are now."""

    account_name: str
    suspended: bool
    active: bool
    revoked_before: Millis


_OF_CLIENT = SystemStatement("""
    SELECT accounts.name, accounts.suspended_at, clients.active, clients.revoked_before
    FROM clients JOIN accounts ON accounts.id = clients.account_id
    WHERE clients.client_id = :client_id AND clients.account_id = :account_id
""")


def of_client(tx: SystemTx, account_id: str, client_id: str) -> Standing | None:
    """A client of an account."""
    row = tx.one(_OF_CLIENT, account_id=account_id, client_id=client_id)
    return None if row is None else Standing(row[0], row[1] is not None, bool(row[2]), row[3])
