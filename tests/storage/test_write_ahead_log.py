"""The log beside an embedded database stays short, whatever its operations are like."""

import asyncio

import pytest

from openslot.storage.transactions import SystemTx

from .notes import Notes, insert

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

_ROWS, _BYTES = 3_500, 1_000


def insert_many(tx: SystemTx) -> None:
    """As much as an import writes at once."""
    for number in range(_ROWS):
        insert(tx, str(number), _BYTES)


async def test_a_few_operations_that_write_much_do_not_fill_the_disk(notes: Notes) -> None:
    """The log is soon in the file, and starts over: it is as long then as it was."""
    log = notes.database.path.with_name(f"{notes.database.path.name}-wal")
    for _ in range(40):
        before = log.stat().st_size
        await notes.database.write_system("a test", insert_many)
        if log.stat().st_size == before:
            return
        await asyncio.sleep(0.05)  # whoever imports reads the next rows
    raise AssertionError(f"the log has {log.stat().st_size} bytes")
