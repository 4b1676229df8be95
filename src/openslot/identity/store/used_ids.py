"""Ids of client assertions and DPoP proofs, which are accepted once."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_INSERT = AccountStatement("""
    INSERT INTO used_ids (account_id, digest, expires_at)
    VALUES (:account_id, :digest, :expires_at)
    ON CONFLICT (account_id, digest) DO NOTHING
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM used_ids
    WHERE account_id = :account_id AND digest IN (
        SELECT digest FROM used_ids
        WHERE account_id = :account_id AND expires_at <= :now LIMIT 500
    )
""")


def use(tx: AccountTx, digest: bytes, expires_at: Millis) -> bool:
    """Uses an id up, in a writing transaction; False: it was used before.

    `expires_at` is from when on what bears the id is refused for its age.
    """
    return tx.run(_INSERT, digest=digest, expires_at=expires_at) == 1


def delete_expired(tx: AccountTx, now: Millis) -> int:
    """Removes at most 500 ids that would be refused for their age; returns how many."""
    return tx.run(_DELETE_EXPIRED, now=now)
