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
    path = notes.database.path
    for _ in range(12):
        await notes.database.write_system("a test", insert_many)
        await asyncio.sleep(0.05)  # whoever imports reads the next rows
    log = path.with_name(f"{path.name}-wal").stat().st_size
    assert log < 12 * _ROWS * _BYTES / 2
