"""Rows of the catalogue: one JSON document an item, in the account file's words."""

from collections.abc import Sequence
from typing import Any

from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_COLUMNS = "kind, id, key, active, version, document, updated_at"

_ALL = AccountStatement(
    f"SELECT {_COLUMNS} FROM catalogue_items WHERE account_id = :account_id ORDER BY kind, id"  # noqa: S608
)

_INSERT = AccountStatement("""
    INSERT INTO catalogue_items (account_id, kind, id, key, active, version, document, updated_at)
    VALUES (:account_id, :kind, :id, :key, :active, 1, :document, :now)
""")

_UPDATE = AccountStatement("""
    UPDATE catalogue_items SET active = :active, document = :document, version = version + 1,
        updated_at = :now
    WHERE account_id = :account_id AND kind = :kind AND id = :id
""")

_PAGE = AccountStatement(f"""
    SELECT {_COLUMNS} FROM catalogue_items
    WHERE account_id = :account_id AND kind = :kind AND id > :after
    AND (CAST(:key AS TEXT) IS NULL OR key = :key) ORDER BY id LIMIT :limit
""")  # noqa: S608

_ONE = AccountStatement(f"""
    SELECT {_COLUMNS} FROM catalogue_items
    WHERE account_id = :account_id AND kind = :kind AND id = :id
""")  # noqa: S608

_DELETE = AccountStatement("""
    DELETE FROM catalogue_items WHERE account_id = :account_id AND kind = :kind AND id = :id
""")

_BOOKED = AccountStatement("""
    SELECT 1 FROM appointment_parts WHERE account_id = :account_id AND part_id = :id
    UNION ALL
    SELECT 1 FROM reservations WHERE account_id = :account_id
    AND status = 'RESERVED' AND expires_at > :now AND (
        branch_id = :id
        OR EXISTS (SELECT 1 FROM json_each(service_ids) AS one WHERE one.value = :id)
        OR EXISTS (SELECT 1 FROM json_each(resource_ids) AS one WHERE one.value = :id)
    )
    LIMIT 1
""")

_FORGET_SHEETS = AccountStatement("""
    DELETE FROM day_sheets
    WHERE account_id = :account_id AND (branch_id = :id OR resource_id = :id)
""")

_FORGET_BLOCKS = AccountStatement("""
    DELETE FROM blocks WHERE account_id = :account_id AND (branch_id = :id OR resource_id = :id)
""")

_TOUCH = AccountStatement("UPDATE accounts SET catalogue_version = :version WHERE id = :account_id")


def all_items(tx: AccountTx) -> list[CatalogueItem]:
    """Every item of the account, by kind and id."""
    return [_item(row) for row in tx.all(_ALL)]


def _item(row: Sequence[Any]) -> CatalogueItem:
    return CatalogueItem(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6])


def page(tx: AccountTx, kind: str, key: str | None, after: str, limit: int) -> list[CatalogueItem]:
    """The next `limit` items of a kind by id, or the one with a key."""
    rows = tx.all(_PAGE, kind=kind, key=key, after=after, limit=limit)
    return [_item(row) for row in rows]


def by_id(tx: AccountTx, kind: str, item_id: str) -> CatalogueItem | None:
    """One item, active or not."""
    row = tx.one(_ONE, kind=kind, id=item_id)
    return _item(row) if row else None


def is_booked(tx: AccountTx, item_id: str) -> bool:
    """Whether an appointment of any time, or a live reservation, is at or of an item."""
    return tx.one(_BOOKED, id=item_id, now=tx.now) is not None


def delete(tx: AccountTx, kind: str, item_id: str) -> None:
    """Removes an item."""
    tx.run(_DELETE, kind=kind, id=item_id)


def forget_time_of(tx: AccountTx, item_id: str) -> None:
    """Removes the blocks and day sheets of a branch or resource."""
    tx.run(_FORGET_SHEETS, id=item_id)
    tx.run(_FORGET_BLOCKS, id=item_id)


def insert(
    tx: AccountTx, kind: str, item_id: str, key: str, document: str, *, active: bool
) -> None:
    """Adds an item at version 1."""
    tx.run(
        _INSERT,
        kind=kind,
        id=item_id,
        key=key,
        active=int(active),
        document=document,
        now=tx.real_now,
    )


def update(tx: AccountTx, kind: str, item_id: str, document: str, *, active: bool) -> None:
    """Replaces an item's content and raises its version."""
    tx.run(_UPDATE, kind=kind, id=item_id, active=int(active), document=document, now=tx.real_now)


def set_catalogue_version(tx: AccountTx, version: int) -> None:
    """Marks the catalogue as another one than before, for every process."""
    tx.run(_TOUCH, version=version)
