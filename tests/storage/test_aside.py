"""Reading aside: the loop goes on, and it is a read like any other."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openslot.identity import accounts
from openslot.kernel.errors import NotFound
from openslot.storage.accounts import Account
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx, DatabaseUnavailable, SystemTx

pytestmark = pytest.mark.anyio

_NAME = AccountStatement("SELECT name FROM accounts WHERE id = :account_id")
_RENAME = AccountStatement("UPDATE accounts SET name = :name WHERE id = :account_id")
_NOWHERE = AccountStatement("SELECT :account_id FROM nowhere")
_SECONDS = 20


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """An open file with the product's tables."""
    database = SqliteDatabase(tmp_path / "aside.db")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
async def acme(database: SqliteDatabase) -> Account:
    """The one account there is."""
    return await database.write_system("a test", _make)


def _make(tx: SystemTx) -> Account:
    return accounts.create(tx, "acme", {"title": "Acme"}, sandbox=False)


def name(tx: AccountTx) -> str:
    """What the account is called."""
    row = tx.one(_NAME)
    assert row is not None
    return str(row[0])


def rename(tx: AccountTx, to: str) -> None:
    """Calls it something else."""
    tx.run(_RENAME, name=to)


async def test_others_read_and_write_meanwhile(database: SqliteDatabase, acme: Account) -> None:
    """It would wait for the loop in vain if it ran there; and it sees one snapshot."""
    begun, renamed = threading.Event(), threading.Event()

    def read_twice(tx: AccountTx) -> tuple[str, bool, str]:
        before = name(tx)
        begun.set()
        return before, renamed.wait(_SECONDS), name(tx)

    reading = asyncio.create_task(database.read_in_background(acme.id, read_twice))
    assert await asyncio.to_thread(begun.wait, _SECONDS)
    await database.write(acme.id, rename, "other")
    assert await database.read(acme.id, name) == "other"
    renamed.set()
    assert await reading == ("acme", True, "acme")
    assert await database.read_in_background(acme.id, name) == "other"


async def test_what_goes_wrong_is_told_and_the_next_one_is_served(
    database: SqliteDatabase, acme: Account
) -> None:
    with pytest.raises(NotFound):
        await database.read_in_background("nobody", name)
    with pytest.raises(DatabaseUnavailable):
        await database.read_in_background(acme.id, lambda tx: tx.all(_NOWHERE))
    with pytest.raises(ZeroDivisionError):
        await database.read_in_background(acme.id, lambda tx: 1 // 0)
    assert await database.read_in_background(acme.id, name) == "acme"


async def test_closing_waits_for_it(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "closing.db")
    await database.migrate()
    acme = await database.write_system("a test", _make)
    reading = asyncio.create_task(database.read_in_background(acme.id, name))
    await asyncio.sleep(0)
    await database.close()
    assert await reading == "acme"
