"""Rows of access tokens that were revoked one by one, until they would have expired."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_INSERT = AccountStatement("""
    INSERT INTO revoked_tokens (account_id, token_id, expires_at)
    VALUES (:account_id, :token_id, :expires_at)
    ON CONFLICT (account_id, token_id) DO NOTHING
""")


def insert(tx: AccountTx, token_id: str, expires_at: Millis) -> bool:
    """Adds a token; False: it was there."""
    return tx.run(_INSERT, token_id=token_id, expires_at=expires_at) == 1
