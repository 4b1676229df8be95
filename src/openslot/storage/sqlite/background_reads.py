"""Reads in the background: a thread with a connection of its own.

SQLite releases the interpreter while it looks for rows, so the loop serves others meanwhile.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from openslot.storage.sqlite.connection import SqliteConnection, open_file
from openslot.storage.version_cache import VersionCache

T = TypeVar("T")

_MOST_BYTES = 16 * 1024 * 1024


class BackgroundReader:
    """Runs long reads, one at a time, so that they share one connection's pages."""

    def __init__(self, path: Path) -> None:
        """The file is opened at the first read."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="background-reads")
        self._raw: sqlite3.Connection | None = None
        # Not the loop's cache: that one is read and evicted without a lock.
        self.version_cache = VersionCache(_MOST_BYTES)

    async def run(self, operation: Callable[[SqliteConnection], T]) -> T:
        """Runs an operation on one snapshot.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, operation)

    def _read(self, operation: Callable[[SqliteConnection], T]) -> T:
        if self._raw is None:
            self._raw = open_file(self._path)
        self._raw.execute("BEGIN")
        try:
            return operation(SqliteConnection(self._raw))
        finally:
            self._raw.rollback()

    def close(self) -> None:
        """Finishes what runs and closes the connection."""
        self._thread.shutdown(wait=True)
        if self._raw is not None:
            self._raw.close()
