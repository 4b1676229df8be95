"""A real database for a test, and everything that is in it."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from openslot.account_file.apply import Applied, apply
from openslot.account_file.checking import check
from openslot.account_file.export import export_account
from openslot.identity import accounts
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.storage.sqlite.database import SqliteDatabase

T = TypeVar("T")
KEYS = PurposeKeys(dict.fromkeys(Purpose, b"p" * 32))


class Installation:
    """A migrated database in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "test.db"
        self.run(lambda database: database.migrate())

    def run(self, work: Callable[[SqliteDatabase], Awaitable[T]]) -> T:
        """Runs `work` with the database open."""

        async def main() -> T:
            database = SqliteDatabase(self.path)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(main())

    def apply(self, document: dict[str, Any], *, dry_run: bool = False) -> Applied:
        """Checks and applies a document."""
        checked = check(document)
        return self.run(lambda database: apply(database, KEYS, checked, dry_run=dry_run))

    def export(self, account: str) -> dict[str, Any]:
        """The account as plain data."""

        async def work(database: SqliteDatabase) -> dict[str, Any]:
            found = await database.read_system("a test looks", accounts.by_name, account)
            assert found is not None
            return await database.read(found.id, export_account)

        return self.run(work)

    def content(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            tables = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
            ]
            return {
                table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)  # noqa: S608
                for table in tables
            }

    def items(self, account: str) -> dict[tuple[str, str], tuple[str, bool, int]]:
        """Catalogue items as (kind, key) → (id, active, version)."""
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT kind, key, i.id, active, version FROM catalogue_items i "
                "JOIN accounts a ON a.id = i.account_id WHERE a.name = ?",
                (account,),
            )
            return {(r[0], r[1]): (r[2], bool(r[3]), r[4]) for r in rows}

    def catalogue_version(self, account: str) -> int:
        """The account's catalogue version."""
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            row = connection.execute(
                "SELECT catalogue_version FROM accounts WHERE name = ?", (account,)
            ).fetchone()
            return int(row[0])


def applied_actions(applied: Applied) -> list[tuple[str, str, str]]:
    """What an application changed, as plain tuples."""
    return [(change.kind, change.key, change.action) for change in applied.changes]
