"""No statement reads all that was ever booked or told in an account, where an index leads to it."""

import re
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import openslot.delivery.store
import openslot.identity.store
import openslot.scheduling.store
import openslot.storage.journal
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import AccountStatement, SystemStatement

pytestmark = pytest.mark.anyio

WHOLE_ACCOUNT = "USING PRIMARY KEY (account_id=?)"
GROWING = re.compile(r"\b(appointments|events|grants|messages|webhook_deliveries)\b")
# What `verify` compares, what a restore drops, what ends all grants, reservations, of which there
# are few; and lists that end where a page is full.
EXCEPTIONS = {
    *("appointment_parts._LACKING", "appointment_parts._ASTRAY", "history._INCOMPLETE"),
    *("appointment_parts._INSERT_EVERY", "messages._DELETE_DONE_CODES", "grants._END_ALL"),
    *("expired_rows._DUE", "with_person._FIRST", "webhook_deliveries._LIST"),
}
STORES = (openslot.delivery, openslot.identity, openslot.scheduling)
PACKAGES = [*(one.store for one in STORES), openslot.storage.journal]
MODULES = [
    import_module(found.name)
    for package in PACKAGES
    for found in walk_packages(package.__path__, f"{package.__name__}.")
]


async def migrated(folder: Path) -> Path:
    database = SqliteDatabase(folder / "test.db")
    await database.migrate()
    await database.close()
    return database.path


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    asked = dict.fromkeys(re.findall(r":([a-z_]+)", statement), 1)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", asked)]


async def test_no_statement_reads_all_rows_of_an_account(tmp_path: Path) -> None:
    statements = {
        f"{module.__name__.rpartition('.')[2]}.{name}": text
        for module in MODULES
        for name, text in vars(module).items()
        if isinstance(text, AccountStatement | SystemStatement) and GROWING.search(text)
    }
    assert len(statements) > 100
    with closing(sqlite3.connect(await migrated(tmp_path))) as connection:
        plans = {name: plan(connection, text) for name, text in statements.items()}
    whole = {
        name: steps
        for name, steps in plans.items()
        if name not in EXCEPTIONS and any(step.endswith(WHOLE_ACCOUNT) for step in steps)
    }
    assert whole == {}
    outbox = plans["events._OUTBOX"]
    assert outbox == ["SEARCH events USING INDEX events_outbox (account_id=?)"]


async def test_a_file_of_before_is_told_too_and_only_once(tmp_path: Path) -> None:
    path = await migrated(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        figures = connection.execute("SELECT * FROM sqlite_stat1 ORDER BY idx").fetchall()
        connection.execute("DROP TABLE sqlite_stat1")
        before = connection.execute("PRAGMA schema_version").fetchone()
    assert ("events", "events", "1000000 100000 1") in figures
    assert ("messages", "messages_by_booking", "1000000 100000 10") in figures
    await migrated(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute("PRAGMA schema_version").fetchone()
        assert connection.execute("SELECT * FROM sqlite_stat1 ORDER BY idx").fetchall() == figures
    assert told > before
    await migrated(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA schema_version").fetchone() == told
