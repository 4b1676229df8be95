"""Rows of blocks: time taken from a resource by staff."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis, Minute
from openslot.storage.database import AccountTx
from openslot.storage.statements import AccountStatement


@dataclass(frozen=True, slots=True)
class Block:
    """Leave, repair, a meeting: takes its whole resource."""

    id: str
    branch_id: str
    resource_id: str
    start: Minute
    end: Minute
    reason: str | None
    created_at: Millis


_ALL = AccountStatement("""
    SELECT id, branch_id, resource_id, start_minute, end_minute, reason, created_at FROM blocks
    WHERE account_id = :account_id ORDER BY id
""")

_INSERT = AccountStatement("""
    INSERT INTO blocks
        (account_id, id, branch_id, resource_id, start_minute, end_minute, reason, created_at)
    VALUES (:account_id, :id, :branch_id, :resource_id, :start, :end, :reason, :created_at)
""")


def every(tx: AccountTx) -> list[Block]:
    """All blocks of the account."""
    return [Block(*row) for row in tx.all(_ALL)]


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
    )
