"""Rows of OAuth clients."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, Row, SystemTx


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as it is kept."""

    id: str
    client_id: str
    key: str
    name: str
    active: bool
    revoked_before: Millis
    version: int
    document: str  # JSON with sorted keys


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


def row_of(row: Row) -> ClientRow:
    """The client of a row selected by `COLUMNS`."""
    return ClientRow(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6], row[7])


def all_clients(tx: AccountTx) -> list[ClientRow]:
    """Every client of the account, by key."""
    return [row_of(row) for row in tx.all(_ALL)]


def by_key(tx: AccountTx, key: str) -> ClientRow | None:
    """The client with this key."""
    row = tx.one(_BY_KEY, key=key)
    return None if row is None else row_of(row)


def by_id(tx: AccountTx, row_id: str) -> ClientRow | None:
    """The client with this UUID."""
    row = tx.one(_BY_ID, id=row_id)
    return None if row is None else row_of(row)


def by_client_id(tx: AccountTx, client_id: str) -> ClientRow | None:
    """The client that OAuth calls so."""
    row = tx.one(_BY_CLIENT_ID, client_id=client_id)
    return None if row is None else row_of(row)


def page(tx: AccountTx, after: str, most: int) -> list[ClientRow]:
    """So many clients whose UUIDs come after one, in their order."""
    return [row_of(row) for row in tx.all(_PAGE, after=after, most=most)]


def public_ones_naming(tx: SystemTx, account: str | None, text: str) -> list[ClientRow]:
    """Active public clients, of an account if one is named, whose document holds a text."""
    return [row_of(row) for row in tx.all(_PUBLIC_NAMING, account=account, text=text)]


def insert(tx: AccountTx, row_id: str, client_id: str, key: str, name: str, document: str) -> bool:
    """Adds an active client at version 1; False: the key is taken."""
    inserted = tx.run(
        _INSERT,
        id=row_id,
        client_id=client_id,
        key=key,
        name=name,
        document=document,
        created_at=tx.real_now,
    )
    return inserted == 1


def update(tx: AccountTx, row_id: str, name: str, document: str) -> None:
    """Replaces name and document and raises the version."""
    tx.run(_UPDATE, id=row_id, name=name, document=document)


def set_active(tx: AccountTx, row_id: str, *, active: bool, revoked_before: Millis) -> None:
    """Enables or disables, ends the tokens issued before an instant, and raises the version."""
    tx.run(_SET_ACTIVE, id=row_id, active=int(active), revoked_before=revoked_before)


def delete(tx: AccountTx, row_id: str) -> None:
    """Removes a client; its secrets are rows of their own."""
    tx.run(_DELETE, id=row_id)
