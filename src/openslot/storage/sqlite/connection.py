"""An SQLite file as this product opens it."""

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openslot.storage.connection import Row

# SQLite's own waiting is unfair between processes (p99 285 ms); asking again this often is not.
_RETRY_SECONDS = 0.0005
_LOCK_TIMEOUT_SECONDS = 5.0


class SqliteConnection:
    """One connection, speaking the `Connection` protocol."""

    __slots__ = ("_raw",)
    locks = None

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        return self._raw.execute(text, parameters).fetchall()

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        return self._raw.execute(text, parameters).rowcount

    def run_each(self, text: str, of_many: Iterable[Mapping[str, Any]]) -> None:
        self._raw.executemany(text, of_many)


def open_file(path: Path) -> sqlite3.Connection:
    """A connection with the write-ahead log on, durable commits and no waiting of SQLite's own."""
    connection = sqlite3.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute("PRAGMA busy_timeout = 0")
    # Switching to the write-ahead log needs the file for oneself for a moment.
    execute_patiently(connection, "PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    # What is deleted or replaced is overwritten: an erased person is not to be found in the file.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA cache_size = -4096")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def execute_patiently(connection: sqlite3.Connection, text: str) -> None:
    """Executes what needs a lock that another process has, asking again and again.

    Raises:
        sqlite3.OperationalError: the lock time-out has passed, or it is something else.
    """
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute(text)
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(_RETRY_SECONDS)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has the lock that was needed."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def statements_of(script: str) -> list[str]:
    """The single statements of a migration script."""
    statements, text = [], ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements
