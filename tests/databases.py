"""Databases to test on: each kind makes one, fills it once, and copies it for every test."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import psycopg
import pytest

from openslot.storage.postgresql.database import PostgresqlDatabase
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.transactions import Database
from postgresql import Server

Filled = TypeVar("Filled")
Fill = Callable[[Database, str], Awaitable[Filled]]  # an open database and its address
# PostgreSQL's run is left out of the fast loop.
KINDS: list[Any] = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


def leave_out_slow_kinds() -> None:
    """Before anything is collected: tests that are not made need not be deselected."""
    KINDS[:] = ["sqlite"]


class Raw(Protocol):
    """The database as a program sees it that is not ours. Parameters are written `?`."""

    def execute(self, text: str, parameters: Sequence[Any] = ()) -> Any:
        """Runs one statement and commits it; the answer has `fetchall`."""


class Template(Generic[Filled]):
    """What is copied: a filled file, or a filled database of a server."""

    filled: Filled  # what the filling has returned: what is in every copy

    def __init__(
        self, kind: str, folder: Path, server: Callable[[], Server], fill: Fill[Filled]
    ) -> None:
        """`server` starts one, where it is needed."""
        self._server = server() if kind == "postgresql" else None
        self._url = self._server.make() if self._server else f"sqlite:///{folder / 'template.db'}"
        self._used: list[str] = []

        async def make() -> None:
            database = opened(self._url)
            await database.migrate()
            self.filled = await fill(database, self._url)
            await database.close()

        asyncio.run(make())
        if self._server is not None:
            _keep_content(self._url)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """The address of a copy. One folder holds one copy at a time."""
        if self._server is not None:
            # Putting back a few rows takes a tenth of what another database does.
            url = self._used.pop() if self._used else self._server.make(self._url)
            _put_content_back(url)
            yield url
            self._used.append(url)
            return
        path = folder / "test.db"
        for old in folder.glob("test.db*"):
            old.unlink()
        shutil.copy(path_of(self._url), path)
        yield f"sqlite:///{path}"


def _connected(url: str, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    """A connection that sees every account's rows."""
    return psycopg.connect(url, autocommit=autocommit, options="-c openslot.account=*")


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [name for (name,) in found]


def _keep_content(url: str) -> None:
    with _connected(url) as connection:
        connection.execute("CREATE SCHEMA kept")
        for table in _tables(connection):
            connection.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")


def _put_content_back(url: str) -> None:
    with _connected(url) as connection:
        # In one round: every test pays for it.
        statements = [
            f"DELETE FROM {table}; INSERT INTO {table} TABLE kept.{table}"  # noqa: S608
            for table in _tables(connection)
        ]
        connection.execute("; ".join(statements))


class Templates(Generic[Filled]):
    """Each kind's template of the same content, made when it is first asked for."""

    def __init__(self, folder: Path, server: Callable[[], Server], fill: Fill[Filled]) -> None:
        self._folder = folder
        self._server = server
        self._fill = fill
        self._made: dict[str, Template[Filled]] = {}

    def of(self, kind: str) -> Template[Filled]:
        """The one of a kind."""
        if kind not in self._made:
            self._made[kind] = Template(kind, self._folder, self._server, self._fill)
        return self._made[kind]


def path_of(url: str) -> Path:
    """The file of an embedded database."""
    return Path(url.removeprefix("sqlite:///"))


def opened(url: str) -> Database:
    """The database at an address."""
    if url.startswith("postgresql"):
        return PostgresqlDatabase(url)
    return SqliteDatabase(path_of(url))


@contextmanager
def raw(url: str) -> Iterator[Raw]:
    """A connection that is not the product's."""
    if url.startswith("postgresql"):
        with _connected(url, autocommit=True) as connection:
            yield _RawPostgresql(connection)
    else:
        file = sqlite3.connect(path_of(url), isolation_level=None)
        try:
            yield file
        finally:
            file.close()


def content(url: str) -> str:
    """Everything that is in a database, as text; bytes in hexadecimal."""
    if url.startswith("postgresql"):
        with _connected(url) as connection:
            rows = [
                row
                for table in _tables(connection)
                for row in connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            ]
        return repr([[v.hex() if isinstance(v, bytes) else v for v in row] for row in rows])
    file = sqlite3.connect(path_of(url))
    try:
        return "\n".join(file.iterdump())
    finally:
        file.close()


class _RawPostgresql:
    """As SQLite's connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, text: str, parameters: Sequence[Any] = ()) -> Any:
        text = text.replace("%", "%%").replace("?", "%s") if parameters else text
        return self._connection.execute(text, parameters or None)
