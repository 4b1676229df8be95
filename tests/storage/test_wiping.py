"""What an operation wipes is gone from the files, whoever reads and writes meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openslot.identity import accounts
from openslot.storage.accounts import Account
from openslot.storage.sqlite import write_ahead_log
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

pytestmark = pytest.mark.anyio

SECRET = b"Ada has been here"
_TABLE = SystemStatement("CREATE TABLE secrets (account_id TEXT, number INTEGER, text BLOB)")
_INSERT = AccountStatement("INSERT INTO secrets VALUES (:account_id, :number, :text)")
_DELETE = AccountStatement("DELETE FROM secrets WHERE account_id = :account_id AND number = 1")
_COUNT = AccountStatement("SELECT count(*) FROM secrets WHERE account_id = :account_id")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """An open file with one table more."""
    database = SqliteDatabase(tmp_path / "wiped.db")
    await database.migrate()
    await database.write_system("a test", lambda tx: tx.run(_TABLE))
    yield database
    await database.close()


@pytest.fixture
async def acme(database: SqliteDatabase) -> Account:
    """The one account there is."""

    def make(tx: SystemTx) -> Account:
        return accounts.create(tx, "acme", {"title": "Acme"}, sandbox=False)

    return await database.write_system("a test", make)


def insert(tx: AccountTx, number: int, text: bytes) -> None:
    """Writes something down."""
    tx.run(_INSERT, number=number, text=text)


def wipe(tx: AccountTx) -> None:
    """Deletes it for good."""
    tx.wipes = True
    tx.run(_DELETE)


async def is_gone(database: SqliteDatabase) -> bool:
    """Whether no file holds it, after some waiting."""
    for _ in range(1000):
        if not any(SECRET in file.read_bytes() for file in database.path.parent.iterdir()):
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("copies", [1, 10_000])  # in a row, and over many pages of its own
async def test_beside_writers(database: SqliteDatabase, acme: Account, copies: int) -> None:
    await database.write(acme.id, insert, 1, SECRET * copies)
    over = asyncio.Event()

    async def write() -> None:
        while not over.is_set():
            await database.write(acme.id, insert, 2, b"else")

    writers = [asyncio.create_task(write()) for _ in range(4)]
    await database.write(acme.id, wipe)
    assert await is_gone(database)
    over.set()
    await asyncio.gather(*writers)


async def test_beside_somebody_who_still_reads_it(database: SqliteDatabase, acme: Account) -> None:
    """Who reads keeps the old state in the log; it goes when they have finished."""
    await database.write(acme.id, insert, 1, SECRET)
    begun, finished = threading.Event(), threading.Event()

    def read(tx: AccountTx) -> None:
        tx.one(_COUNT)
        begun.set()
        finished.wait(10)

    reading = asyncio.create_task(database.read_in_background(acme.id, read))
    await asyncio.to_thread(begun.wait, 10)
    await database.write(acme.id, wipe)
    await asyncio.sleep(0.1)
    finished.set()
    await reading
    assert await is_gone(database)


async def test_though_nobody_writes_after_somebody_has_read_for_long(
    database: SqliteDatabase, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_ahead_log, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(write_ahead_log, "_AGAIN_SECONDS", 0.1)
    await test_beside_somebody_who_still_reads_it(database, acme)


async def test_what_is_taken_back_wipes_nothing(database: SqliteDatabase, acme: Account) -> None:
    await database.write(acme.id, insert, 1, SECRET)

    def fail(tx: AccountTx) -> None:
        wipe(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(acme.id, fail)
    assert await database.read(acme.id, lambda tx: tx.one(_COUNT)) == (1,)
