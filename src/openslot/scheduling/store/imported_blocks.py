"""Where rows of blocks come from: the calendar and the event."""

from openslot.scheduling.model.block import Block, BlockOrigin, ImportedBlock
from openslot.scheduling.store.blocks import COLUMNS
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# Every block of a resource, with its origin.
_OF_RESOURCE = AccountStatement(f"""
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


def of_resource(tx: AccountTx, resource_id: str) -> list[ImportedBlock]:
    """All blocks of a resource by start, those that are over too."""
    return [
        ImportedBlock(Block(*row[:-3]), BlockOrigin(*row[-3:]) if row[-2] is not None else None)
        for row in tx.all(_OF_RESOURCE, resource_id=resource_id)
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
