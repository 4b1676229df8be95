"""Rows of OAuth clients."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from openslot.identity.model.client import Client, complete_document
from openslot.kernel.clock import Millis
from openslot.storage.connection import Row
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

COLUMNS = "id, client_id, key, name, active, revoked_before, version, document"

_ALL = AccountStatement(
    f"SELECT {COLUMNS} FROM clients WHERE account_id = :account_id ORDER BY key"  # noqa: S608
)

_BY_KEY = AccountStatement(
    f"SELECT {COLUMNS} FROM clients WHERE account_id = :account_id AND key = :key"  # noqa: S608
)

_BY_ID = AccountStatement(
    f"SELECT {COLUMNS} FROM clients WHERE account_id = :account_id AND id = :id"  # noqa: S608
)

_BY_CLIENT_ID = AccountStatement(f"""
    SELECT {COLUMNS} FROM clients WHERE account_id = :account_id AND client_id = :client_id
""")  # noqa: S608

_PAGE = AccountStatement(f"""
    SELECT {COLUMNS} FROM clients WHERE account_id = :account_id AND id > :after
    ORDER BY id LIMIT :most
""")  # noqa: S608

_NAMES = AccountStatement("""
    SELECT client_id, name FROM clients
    WHERE account_id = :account_id AND client_id IN (SELECT value FROM json_each(:ids))
""")

_INSERT = AccountStatement("""
    INSERT INTO clients (account_id, id, client_id, key, name, active, revoked_before, version,
                         created_at, document)
    VALUES (:account_id, :id, :client_id, :key, :name, 1, 0, 1, :created_at, :document)
    ON CONFLICT (account_id, key) DO NOTHING
""")

_UPDATE = AccountStatement("""
    UPDATE clients SET name = :name, document = :document, version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_SET_ACTIVE = AccountStatement("""
    UPDATE clients
    SET active = :active, revoked_before = :revoked_before, version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_DELETE = AccountStatement("DELETE FROM clients WHERE account_id = :account_id AND id = :id")


# One text is compared with another, so that no index is needed: registered pages are few.
_PUBLIC_NAMING = SystemStatement(f"""
    SELECT {", ".join(f"clients.{name}" for name in COLUMNS.split(", "))}
    FROM clients JOIN accounts ON accounts.id = clients.account_id
    WHERE clients.active = 1 AND accounts.suspended_at IS NULL
      AND (CAST(:account AS TEXT) IS NULL OR accounts.name = :account)
      AND clients.document LIKE '%"tokenEndpointAuthMethod":"none"%'
      AND replace(clients.document, :text, '') <> clients.document
""")  # noqa: S608


def client_of(row: Row) -> Client:
    """The client of a row selected by `COLUMNS`."""
    document = json.loads(row[7])
    return Client(
        id=row[0],
        client_id=row[1],
        key=row[2],
        name=row[3],
        active=bool(row[4]),
        revoked_before=row[5],
        version=row[6],
        grants=tuple(document["grants"]),
        scopes=tuple(document["scopes"]),
        redirect_uris=tuple(document["redirectUris"]),
        auth_method=document["tokenEndpointAuthMethod"],
        jwks=document["jwks"],
    )


def all_clients(tx: AccountTx) -> list[Client]:
    """Every client of the account, by key."""
    return [client_of(row) for row in tx.all(_ALL)]


def by_key(tx: AccountTx, key: str) -> Client | None:
    """The client with this key."""
    row = tx.one(_BY_KEY, key=key)
    return None if row is None else client_of(row)


def by_id(tx: AccountTx, row_id: str) -> Client | None:
    """The client with this UUID."""
    row = tx.one(_BY_ID, id=row_id)
    return None if row is None else client_of(row)


def by_client_id(tx: AccountTx, client_id: str) -> Client | None:
    """The client that OAuth calls so."""
    row = tx.one(_BY_CLIENT_ID, client_id=client_id)
    return None if row is None else client_of(row)


def names(tx: AccountTx, client_ids: Collection[str]) -> dict[str, str]:
    """What some clients are called, by the id that their tokens name."""
    return {row[0]: row[1] for row in tx.all(_NAMES, ids=json.dumps(list(client_ids)))}


def page(tx: AccountTx, after: str, most: int) -> list[Client]:
    """So many clients whose UUIDs come after one, in their order."""
    return [client_of(row) for row in tx.all(_PAGE, after=after, most=most)]


def public_ones_naming(tx: SystemTx, account: str | None, text: str) -> list[Client]:
    """Active public clients, of an account if one is named, whose document holds a text."""
    return [client_of(row) for row in tx.all(_PUBLIC_NAMING, account=account, text=text)]


def insert(
    tx: AccountTx,
    row_id: str,
    client_id: str,
    key: str,
    name: str,
    document: Mapping[str, Any],
) -> bool:
    """Adds an active client at version 1; False: the key is taken."""
    inserted = tx.run(
        _INSERT,
        id=row_id,
        client_id=client_id,
        key=key,
        name=name,
        document=_json(document),
        created_at=tx.real_now,
    )
    return inserted == 1


def update(tx: AccountTx, row_id: str, name: str, document: Mapping[str, Any]) -> None:
    """Replaces name and document and raises the version."""
    tx.run(_UPDATE, id=row_id, name=name, document=_json(document))


def set_active(tx: AccountTx, row_id: str, *, active: bool, revoked_before: Millis) -> None:
    """Enables or disables, ends the tokens issued before an instant, and raises the version."""
    tx.run(_SET_ACTIVE, id=row_id, active=int(active), revoked_before=revoked_before)


def delete(tx: AccountTx, row_id: str) -> None:
    """Removes a client; its secrets are rows of their own."""
    tx.run(_DELETE, id=row_id)


def _json(document: Mapping[str, Any]) -> str:
    # Complete and sorted: `_PUBLIC_NAMING` looks into this text
    whole = complete_document(document)
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
