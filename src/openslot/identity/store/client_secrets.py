"""Rows of client secrets: digests, never secrets."""

import json
from collections.abc import Sequence

from openslot.identity.model.client_secret import ClientSecret, SecretUse
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

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

_NEVER_USED = SystemStatement("""
    SELECT client_secrets.id
    FROM json_each(:uses) AS used
    JOIN client_secrets
        ON client_secrets.account_id = used.value ->> 0
        AND client_secrets.client_id = used.value ->> 1
        AND client_secrets.id = used.value ->> 2
    WHERE client_secrets.last_used_at IS NULL
""")

_MARK_USED = SystemStatement("""
    UPDATE client_secrets SET last_used_at = used.at
    FROM (
        SELECT value ->> 0 AS account_id, value ->> 1 AS client_id, value ->> 2 AS id,
               CAST(value ->> 3 AS BIGINT) AS at
        FROM json_each(:uses)
    ) AS used
    WHERE client_secrets.account_id = used.account_id
      AND client_secrets.client_id = used.client_id
      AND client_secrets.id = used.id
      AND (client_secrets.last_used_at IS NULL OR client_secrets.last_used_at < used.at)
""")


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


def first_uses(tx: SystemTx, uses: Sequence[SecretUse]) -> list[SecretUse]:
    """Those uses whose secret had not been used before."""
    never_used = {row[0] for row in tx.all(_NEVER_USED, uses=_json(uses))}
    return [use for use in uses if use.secret_id in never_used]


def mark_used(tx: SystemTx, uses: Sequence[SecretUse]) -> None:
    """Moves last uses forward, many at once; a secret that is gone stays gone."""
    tx.lock("last uses of secrets")  # two that met on the same rows would wait for each other
    tx.run(_MARK_USED, uses=_json(uses))


def _json(uses: Sequence[SecretUse]) -> str:
    return json.dumps([[use.account_id, use.client_id, use.secret_id, use.at] for use in uses])
