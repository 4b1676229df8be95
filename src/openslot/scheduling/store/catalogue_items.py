"""Rows of the catalogue: one JSON document an item, in the account file's words."""

from dataclasses import dataclass

from openslot.storage.database import AccountTx
from openslot.storage.statements import AccountStatement

KINDS = ("branch", "service-group", "service", "resource", "service-combination")


@dataclass(frozen=True, slots=True)
class Item:
    """A branch, service group, service, resource or service combination."""

    kind: str
    id: str
    key: str
    active: bool
    version: int  # 1, raised by every change
    document: str  # JSON with sorted keys, dates as text


_COLUMNS = "kind, id, key, active, version, document"

_ALL = AccountStatement(
    f"SELECT {_COLUMNS} FROM catalogue_items WHERE account_id = :account_id ORDER BY kind, id"  # noqa: S608
)

_INSERT = AccountStatement("""
    INSERT INTO catalogue_items (account_id, kind, id, key, active, version, document)
    VALUES (:account_id, :kind, :id, :key, :active, 1, :document)
""")

_UPDATE = AccountStatement("""
    UPDATE catalogue_items SET active = :active, document = :document, version = version + 1
    WHERE account_id = :account_id AND kind = :kind AND id = :id
""")

_TOUCH = AccountStatement("UPDATE accounts SET catalogue_version = :version WHERE id = :account_id")


def all_items(tx: AccountTx) -> list[Item]:
    """Every item of the account, by kind and id."""
    return [Item(r[0], r[1], r[2], bool(r[3]), r[4], r[5]) for r in tx.all(_ALL)]


def insert(
    tx: AccountTx, kind: str, item_id: str, key: str, document: str, *, active: bool
) -> None:
    """Adds an item at version 1."""
    tx.run(_INSERT, kind=kind, id=item_id, key=key, active=int(active), document=document)


def update(tx: AccountTx, kind: str, item_id: str, document: str, *, active: bool) -> None:
    """Replaces an item's content and raises its version."""
    tx.run(_UPDATE, kind=kind, id=item_id, active=int(active), document=document)


def set_catalogue_version(tx: AccountTx, version: int) -> None:
    """Marks the catalogue as another one than before, for every process."""
    tx.run(_TOUCH, version=version)
