"""A table to write into, and how often each writer came to do so."""

import asyncio
import sys
import time
from pathlib import Path

from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_CREATE = SystemStatement("CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL, size BLOB)")
_INSERT = SystemStatement("INSERT INTO notes (text, size) VALUES (:text, zeroblob(:size))")
_ALL = SystemStatement("SELECT text FROM notes ORDER BY rowid")
_COUNT = SystemStatement("SELECT count(*) FROM notes WHERE text = :text")


def insert(tx: SystemTx, text: str, size: int = 0) -> str:
    """Adds a note of some size."""
    tx.run(_INSERT, text=text, size=size)
    return text


def insert_and_fail(tx: SystemTx, text: str, error: BaseException) -> None:
    """Adds a note, and raises."""
    insert(tx, text)
    raise error


def everything(tx: SystemTx) -> list[str]:
    """The texts in the order they were written."""
    return [row[0] for row in tx.all(_ALL)]


def count(tx: SystemTx, text: str) -> int:
    """How many notes say so."""
    row = tx.one(_COUNT, text=text)
    assert row is not None
    return int(row[0])


class Notes:
    """A database with the table."""

    def __init__(self, database: SqliteDatabase) -> None:
        self.database = database

    async def make(self) -> None:
        """Makes the table."""
        await self.database.write_system("a test", lambda tx: tx.run(_CREATE))

    async def write(self, text: str, size: int = 0) -> str:
        """Adds a note."""
        return await self.database.write_system("a test", insert, text, size)

    async def fail(self, text: str, error: BaseException) -> None:
        """Adds a note in an operation that raises."""
        await self.database.write_system("a test", insert_and_fail, text, error)

    async def read(self) -> list[str]:
        """Everything."""
        return await self.database.read_system("a test", everything)


async def write_for(notes: Notes, name: str, seconds: float, writers: int) -> list[float]:
    """Some writers write as often as they can; returns how long each note took."""
    until, took = time.monotonic() + seconds, list[float]()

    async def write() -> None:
        while (began := time.monotonic()) < until:
            await notes.write(name)
            took.append(time.monotonic() - began)

    await asyncio.gather(*(write() for _ in range(writers)))
    return took


async def _main(path: str, name: str, writers: str, seconds: str) -> None:
    notes = Notes(SqliteDatabase(Path(path)))
    print("ready", flush=True)
    sys.stdin.readline()
    took = await write_for(notes, name, float(seconds), int(writers))
    print(len(took), max(took))
    await notes.database.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
