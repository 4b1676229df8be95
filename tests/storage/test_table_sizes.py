"""No statement about what is told to others reads all that was ever told in an account."""

import re
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from openslot.delivery import store
from openslot.storage.journal import events
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import AccountStatement, SystemStatement

pytestmark = pytest.mark.anyio

WHOLE_ACCOUNT = "USING PRIMARY KEY (account_id=?)"
GROWING = re.compile(r"\b(messages|events|webhook_deliveries)\b")
# A restore asks; a page of a list ends where it is full.
EXCEPTIONS = {"_DELETE_DONE_CODES", "_LIST"}
MODULES = [import_module(f"{store.__name__}.{one.name}") for one in iter_modules(store.__path__)]


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
        (module.__name__, name): text
        for module in [*MODULES, events]
        for name, text in vars(module).items()
        if isinstance(text, AccountStatement | SystemStatement) and GROWING.search(text)
    }
    assert len(statements) > 40
    with closing(sqlite3.connect(await migrated(tmp_path))) as connection:
        plans = {name: plan(connection, text) for name, text in statements.items()}
    whole = {
        name: steps
        for name, steps in plans.items()
        if name[1] not in EXCEPTIONS and any(step.endswith(WHOLE_ACCOUNT) for step in steps)
    }
    assert whole == {}
    outbox = plans[events.__name__, "_OUTBOX"]
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
