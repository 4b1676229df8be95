"""An SQLite file as what is copied from and into."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from openslot.kernel.clock import now_ms
from openslot.storage import schema
from openslot.storage.connection import Row
from openslot.storage.copying import BATCH
from openslot.storage.sqlite.connection import (
    SqliteConnection,
    execute_patiently,
    open_file,
)
from openslot.storage.tables import Table
from openslot.storage.transactions import DatabaseUnavailable, SystemTx
from openslot.storage.version_cache import VersionCache


class SqliteCopying:
    """One file, which is there already."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator["_File"]:
        """See `copying.Copying.reading`."""
        with self._open("BEGIN") as file:
            file.execute(schema.APPLIED)  # the snapshot is of the first read
            yield _File(file)

    @contextmanager
    def writing(self) -> Iterator["_File"]:
        """See `copying.Copying.writing`."""
        with self._open("BEGIN IMMEDIATE") as file:
            yield _File(file)
            file.execute("COMMIT")
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _open(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(open_file(self._path)) as file:
                execute_patiently(file, begin)
                try:
                    yield file
                finally:
                    file.rollback()
        except sqlite3.Error as error:
            raise DatabaseUnavailable(f"The database at {self._path}: {error}") from error


class _File:
    """An open transaction on it."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def rows(self, table: Table) -> Iterator[Row]:
        with closing(self._file.cursor()) as cursor:
            cursor.arraysize = BATCH
            cursor.execute(f"SELECT {table.names} FROM {table.name}")  # noqa: S608
            while batch := cursor.fetchmany():
                yield from batch

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        values = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {table.name} ({table.names}) VALUES ({values})"  # noqa: S608
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH)):
            self._file.executemany(insert, batch)

    def system(self) -> SystemTx:
        return SystemTx(SqliteConnection(self._file), now_ms(), VersionCache(), writes=False)
