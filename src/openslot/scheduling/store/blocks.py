"""Rows of blocks: time taken from a resource by staff, and what import they come from."""

import json
from collections.abc import Iterable
from typing import Any

from openslot.kernel.clock import Minute
from openslot.scheduling.model.block import Block, BlockOrigin, ImportedBlock
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

COLUMNS = (
    "id, branch_id, resource_id, start_minute, end_minute, reason, created_at, "
    "wall_start, wall_end, time_zone"
)

_ALL = AccountStatement(f"""
    SELECT {COLUMNS} FROM blocks
    WHERE account_id = :account_id ORDER BY id
""")  # noqa: S608

_SELECT = AccountStatement(f"""
    SELECT {COLUMNS} FROM blocks WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

_BY_IDS = AccountStatement(f"""
    SELECT {COLUMNS} FROM blocks
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id
""")  # noqa: S608

_OF_RESOURCE = AccountStatement(f"""
    SELECT {COLUMNS} FROM blocks
    WHERE account_id = :account_id AND resource_id = :resource_id
    AND start_minute >= :since AND start_minute < :last AND end_minute > :first
    AND (start_minute > :after_start OR id > :after_id)
    ORDER BY start_minute, id LIMIT :limit
""")  # noqa: S608

_INSERT = AccountStatement(f"""
    INSERT INTO blocks (account_id, {COLUMNS})
    VALUES (:account_id, :id, :branch_id, :resource_id, :start, :end, :reason, :created_at,
        :wall_start, :wall_end, :time_zone)
""")  # noqa: S608

_UPDATE = AccountStatement("""
    UPDATE blocks SET start_minute = :start, end_minute = :end, reason = :reason,
        wall_start = :wall_start, wall_end = :wall_end, time_zone = :time_zone
    WHERE account_id = :account_id AND id = :id
""")

# Every block of a resource, with its origin.
_WITH_ORIGINS = AccountStatement(f"""
    SELECT {COLUMNS}, calendar, event_key, imported_at
    FROM blocks WHERE account_id = :account_id AND resource_id = :resource_id
    ORDER BY start_minute, id
""")  # noqa: S608

# What an import has just made, changed or found unchanged.
_SET_ORIGIN = AccountStatement("""
    UPDATE blocks
    SET calendar = :calendar, event_key = :event_key, imported_at = :imported_at
    WHERE account_id = :account_id AND id = :id
""")

_DELETE = AccountStatement("DELETE FROM blocks WHERE account_id = :account_id AND id = :id")


def every(tx: AccountTx) -> list[Block]:
    """All blocks of the account."""
    return [Block(*row) for row in tx.all(_ALL)]


def by_id(tx: AccountTx, block_id: str) -> Block | None:
    """One block."""
    row = tx.one(_SELECT, id=block_id)
    return Block(*row) if row else None


def by_ids(tx: AccountTx, ids: Iterable[str]) -> list[Block]:
    """Those of some ids that are blocks, by id."""
    return [Block(*row) for row in tx.all(_BY_IDS, ids=json.dumps(list(ids)))]


def of_resource(
    tx: AccountTx,
    resource_id: str,
    first: Minute,
    last: Minute,
    longest: int,
    after: tuple[Minute, str] | None,
    limit: int,
) -> list[Block]:
    """A resource's next blocks by start and id that touch `[first, last)`, from a place on.

    None is longer than `longest` minutes, so none that begins earlier must be looked at.
    """
    after_start, after_id = after or (first - longest - 1, "")
    rows = tx.all(
        _OF_RESOURCE,
        resource_id=resource_id,
        since=max(first - longest, after_start),
        first=first,
        last=last,
        after_start=after_start,
        after_id=after_id,
        limit=limit,
    )
    return [Block(*row) for row in rows]


def insert(tx: AccountTx, block: Block) -> None:
    """Adds a block."""
    tx.run(
        _INSERT,
        id=block.id,
        branch_id=block.branch_id,
        resource_id=block.resource_id,
        start=block.start,
        end=block.end,
        reason=block.reason,
        created_at=block.created_at,
        wall_start=block.wall_start,
        wall_end=block.wall_end,
        time_zone=block.time_zone,
    )


def update(tx: AccountTx, block: Block) -> None:
    """Gives a block another time and reason."""
    tx.run(_UPDATE, **_values(block))


def update_each(tx: AccountTx, changed: Iterable[Block]) -> None:
    """As `update`, of many."""
    tx.run_each(_UPDATE, map(_values, changed))


def _values(block: Block) -> dict[str, Any]:
    return {
        "id": block.id,
        "start": block.start,
        "end": block.end,
        "reason": block.reason,
        "wall_start": block.wall_start,
        "wall_end": block.wall_end,
        "time_zone": block.time_zone,
    }


def delete(tx: AccountTx, block_id: str) -> None:
    """Removes a block."""
    tx.run(_DELETE, id=block_id)


def with_origins(tx: AccountTx, resource_id: str) -> list[ImportedBlock]:
    """All blocks of a resource by start, those that are over too."""
    return [
        ImportedBlock(Block(*row[:-3]), BlockOrigin(*row[-3:]) if row[-2] is not None else None)
        for row in tx.all(_WITH_ORIGINS, resource_id=resource_id)
    ]


def set_origin(tx: AccountTx, block_id: str, origin: BlockOrigin) -> None:
    """Says where a block comes from."""
    tx.run(
        _SET_ORIGIN,
        id=block_id,
        calendar=origin.calendar,
        event_key=origin.event_key,
        imported_at=origin.imported_at,
    )
