"""Rows of API keys: digests, never keys. A revoked one stays until it is deleted as expired."""

import json
from collections.abc import Sequence

from openslot.identity.model.api_key import ApiKey, ApiKeyCandidate, ApiKeyContent
from openslot.identity.store import clients
from openslot.storage.connection import Row
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_COLUMNS = (
    "id, client_id, key, party_counting, customer_look_up, expires_at, created_at, last_used_at"
)

_ALL = AccountStatement(f"""
    SELECT {_COLUMNS} FROM api_keys WHERE account_id = :account_id AND revoked_at IS NULL
    ORDER BY client_id, created_at, id
""")  # noqa: S608

_OF_CLIENT = AccountStatement(f"""
    SELECT {_COLUMNS} FROM api_keys
    WHERE account_id = :account_id AND client_id = :client_id AND revoked_at IS NULL
    ORDER BY created_at, id
""")  # noqa: S608

_INSERT = AccountStatement("""
    INSERT INTO api_keys (account_id, id, client_id, key, digest, party_counting,
                          customer_look_up, created_at, expires_at)
    VALUES (:account_id, :id, :client_id, :key, :digest, :party_counting,
            :customer_look_up, :created_at, :expires_at)
""")

_UPDATE = AccountStatement("""
    UPDATE api_keys SET party_counting = :party_counting, customer_look_up = :customer_look_up,
                        expires_at = :expires_at
    WHERE account_id = :account_id AND client_id = :client_id AND id = :id
""")

_REVOKE = AccountStatement("""
    UPDATE api_keys SET revoked_at = :now
    WHERE account_id = :account_id AND client_id = :client_id AND id = :id
      AND revoked_at IS NULL
""")

_DELETE_ALL = AccountStatement(
    "DELETE FROM api_keys WHERE account_id = :account_id AND client_id = :client_id"
)

_QUALIFIED = ", ".join(f"api_keys.{name}" for name in _COLUMNS.split(", "))

_BY_DIGEST = SystemStatement(f"""
    SELECT {_QUALIFIED}, api_keys.digest, api_keys.revoked_at, accounts.id, accounts.name,
           accounts.suspended_at, {", ".join(f"clients.{n}" for n in clients.COLUMNS.split(", "))}
    FROM api_keys
    JOIN accounts ON accounts.id = api_keys.account_id
    JOIN clients
        ON clients.account_id = api_keys.account_id AND clients.client_id = api_keys.client_id
    WHERE api_keys.digest = :digest
""")  # noqa: S608

_CLIENTS_OF = SystemStatement("""
    SELECT id, account_id, client_id FROM api_keys
    WHERE id IN (SELECT value FROM json_each(:ids))
""")


def all_keys(tx: AccountTx) -> list[ApiKey]:
    """Every API key of the account, by client, the oldest first."""
    return [_api_key(row) for row in tx.all(_ALL)]


def of_client(tx: AccountTx, client_id: str) -> list[ApiKey]:
    """A client's API keys, the oldest first, expired ones among them."""
    return [_api_key(row) for row in tx.all(_OF_CLIENT, client_id=client_id)]


def insert(
    tx: AccountTx, client_id: str, api_key_id: str, digest: bytes, content: ApiKeyContent
) -> None:
    """Adds an API key."""
    tx.run(
        _INSERT,
        id=api_key_id,
        client_id=client_id,
        key=content.key,
        digest=digest,
        party_counting=content.party_counting,
        customer_look_up=int(content.customer_look_up),
        created_at=tx.real_now,
        expires_at=content.expires_at,
    )


def update(tx: AccountTx, client_id: str, api_key_id: str, content: ApiKeyContent) -> None:
    """Replaces everything but the name."""
    tx.run(
        _UPDATE,
        id=api_key_id,
        client_id=client_id,
        party_counting=content.party_counting,
        customer_look_up=int(content.customer_look_up),
        expires_at=content.expires_at,
    )


def revoke(tx: AccountTx, client_id: str, api_key_id: str) -> bool:
    """Ends an API key; False: the client has none with this id."""
    return tx.run(_REVOKE, client_id=client_id, id=api_key_id, now=tx.real_now) == 1


def delete_all(tx: AccountTx, client_id: str) -> None:
    """Removes all API keys of a client, revoked ones too."""
    tx.run(_DELETE_ALL, client_id=client_id)


def by_digest(tx: SystemTx, digest: bytes) -> ApiKeyCandidate | None:
    """The API key with a digest, whichever account's it is, revoked and expired ones too."""
    row = tx.one(_BY_DIGEST, digest=digest)
    if row is None:
        return None
    of_client = row[13:]
    # One entity for one row: its document is parsed again only when the row has changed
    client = tx.version_cache.get(
        ("client", of_client[0]), of_client, lambda: clients.client_of(of_client)
    )
    return ApiKeyCandidate(
        api_key=_api_key(row),
        digest=bytes(row[8]),
        is_revoked=row[9] is not None,
        client_active=client.active,
        client_scopes=frozenset(client.scopes),
        account_id=row[10],
        account_name=row[11],
        account_suspended=row[12] is not None,
    )


def clients_of(tx: SystemTx, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The account id and the client id of some API keys, by their own ids."""
    return {row[0]: (row[1], row[2]) for row in tx.all(_CLIENTS_OF, ids=json.dumps(list(ids)))}


def _api_key(row: Row) -> ApiKey:
    content = ApiKeyContent(row[2], row[3], bool(row[4]), row[5])
    return ApiKey(row[0], row[1], content, created_at=row[6], last_used_at=row[7])
