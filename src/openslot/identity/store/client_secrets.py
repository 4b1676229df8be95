"""Rows of client secrets: digests, never secrets."""

from openslot.identity.model.client_secret import ClientSecret
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_OF_CLIENT = AccountStatement("""
    SELECT id, created_at, expires_at, last_used_at FROM client_secrets
    WHERE account_id = :account_id AND client_id = :client_id ORDER BY created_at, id
""")

_INSERT = AccountStatement("""
    INSERT INTO client_secrets (account_id, client_id, id, digest, created_at, expires_at)
    VALUES (:account_id, :client_id, :id, :digest, :created_at, :expires_at)
""")

_DELETE = AccountStatement("""
    DELETE FROM client_secrets
    WHERE account_id = :account_id AND client_id = :client_id AND id = :id
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM client_secrets
    WHERE account_id = :account_id AND client_id = :client_id AND expires_at <= :now
""")

_DELETE_ALL = AccountStatement(
    "DELETE FROM client_secrets WHERE account_id = :account_id AND client_id = :client_id"
)


def of_client(tx: AccountTx, client_id: str) -> list[ClientSecret]:
    """A client's secrets, the oldest first, expired ones among them."""
    return [ClientSecret(r[0], r[1], r[2], r[3]) for r in tx.all(_OF_CLIENT, client_id=client_id)]


def insert(
    tx: AccountTx, client_id: str, secret_id: str, digest: bytes, expires_at: Millis | None
) -> None:
    """Adds a secret."""
    tx.run(
        _INSERT,
        client_id=client_id,
        id=secret_id,
        digest=digest,
        created_at=tx.real_now,
        expires_at=expires_at,
    )


def delete(tx: AccountTx, client_id: str, secret_id: str) -> bool:
    """Removes a secret; False: the client has none with this id."""
    return tx.run(_DELETE, client_id=client_id, id=secret_id) == 1


def delete_expired(tx: AccountTx, client_id: str) -> None:
    """Removes a client's secrets that nobody can use any more."""
    tx.run(_DELETE_EXPIRED, client_id=client_id, now=tx.real_now)


def delete_all(tx: AccountTx, client_id: str) -> None:
    """Removes all secrets of a client."""
    tx.run(_DELETE_ALL, client_id=client_id)
