"""Each transaction is a span, whatever the database is, and nothing else about it changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from openslot.database import open_database
from openslot.settings import Settings
from openslot.storage.statements import SystemStatement
from openslot.storage.traced_database import traced
from openslot.storage.transactions import SystemTx

pytestmark = pytest.mark.anyio

_ONE = SystemStatement("SELECT 1")


def one(tx: SystemTx) -> int:
    """Reads something."""
    row = tx.one(_ONE)
    assert row is not None
    return int(row[0])


def fail(tx: SystemTx) -> None:
    """Raises within a transaction."""
    raise LookupError


async def test_each_transaction_is_a_span(empty: Callable[[], str]) -> None:
    spans: list[str] = []

    @contextmanager
    def span(kind: str) -> Iterator[None]:
        spans.append(f"{kind} begins")
        try:
            yield
        finally:
            spans.append(f"{kind} ends")

    database = traced(open_database(replace(Settings(), database_url=empty())), span)
    try:
        assert await database.migrate()
        await database.check_schema()
        spans.clear()
        assert await database.read_system("a test", one) == 1
        assert await database.write_system("a test", one) == 1
        with pytest.raises(LookupError):
            await database.write_system("a test", fail)
        assert database.version_cache is not None
    finally:
        await database.close()
    assert spans == [
        f"{kind} {what}"
        for kind in ("read_system", "write_system", "write_system")
        for what in ("begins", "ends")
    ]
