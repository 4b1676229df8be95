"""Looking into an operator's database, beside the commands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from openslot.storage.sqlite.database import SqliteDatabase

T = TypeVar("T")


def on(path: Path, work: Callable[[SqliteDatabase], Awaitable[T]]) -> T:
    """Runs `work` on a database, and closes it."""

    async def main() -> T:
        database = SqliteDatabase(path, make=False)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(main())
