"""A filled database becomes one of this version, under load; tables are what they have to be."""

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import psycopg
import pytest

from databases import opened, raw
from openslot.kernel.ids import new_id
from openslot.storage import schema, tables
from openslot.storage.postgresql import schema as postgresql_schema
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch

from .filled import fill

pytestmark = pytest.mark.anyio

EVERY = schema.migrations()
[LAST_WITHOUT_USERS] = [
    before[0] for before, (name, _) in pairwise(EVERY) if name.endswith("_audit_of_users")
]
# What a program may meet that uses the tables meanwhile: it waited long enough, or was picked.
PATIENCE_IS_OVER = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    sqlite3.OperationalError,
)
ADD_EVENT = (
    "INSERT INTO audit_events (account_id, at, id, type, detail) VALUES (?, ?, ?, 'test', '{}')"
)
SHOW = "UPDATE accounts SET catalogue_version = ? WHERE id = ?"


@contextmanager
def version(last: str) -> Iterator[None]:
    """As it was before some migrations were written."""
    patch = pytest.MonkeyPatch()
    early = [(name, script) for name, script in EVERY if name <= last]
    assert 0 < len(early) < len(EVERY)
    patch.setattr(schema, "migrations", lambda: early)
    tables.tables.cache_clear()
    try:
        yield
    finally:
        patch.undo()
        tables.tables.cache_clear()


async def made_before(url: str) -> tuple[str, str]:
    """A filled database of version 0005; the ids of its accounts."""
    with version("0005_people_and_counts"):
        database = opened(url)
        await database.migrate()
        await database.close()
        with raw(url) as connection:
            return fill(connection)


class Writers:
    """Programs that write all the time, each on a connection of its own, as quickly as they can."""

    def __init__(self, url: str, account_ids: tuple[str, str]) -> None:
        self._url = url
        self._account_ids = account_ids
        self._over = threading.Event()
        self.written: list[str] = []  # ids of events whose commit was answered
        self.refused: list[Exception] = []
        self.failed: list[Exception] = []
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(4)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        luck = random.Random(number)
        try:
            with raw(self._url) as connection:
                timeout = "SET lock_timeout" if "postgresql" in self._url else "PRAGMA busy_timeout"
                connection.execute(f"{timeout} = 5000")
                while not self._over.is_set():
                    self._once(connection.execute, luck)
        except Exception as error:
            self.failed.append(error)

    def _once(self, execute: Callable[..., object], luck: random.Random) -> None:
        event, account_id = new_id(), luck.choice(self._account_ids)
        try:
            execute("BEGIN")
            execute(ADD_EVENT, (account_id, luck.randrange(1 << 40), event))
            execute(SHOW, (luck.randrange(1 << 40), account_id))
            time.sleep(luck.choice([0, 0, 0.001, 0.02]))
            execute("COMMIT")
        except PATIENCE_IS_OVER as error:
            self.refused.append(error)
            execute("ROLLBACK")
        else:
            self.written.append(event)


@pytest.mark.slow
async def test_an_upgrade_under_load(empty: Callable[[], str]) -> None:
    """Nobody's write is lost, and nobody hears of more than a lock that took too long."""
    url = empty()
    accounts = await made_before(url)
    with raw(url) as connection:
        before = connection.execute("SELECT count(*) FROM appointments").fetchone()[0]
    database = opened(url)
    with pytest.raises(SchemaMismatch, match="lacks 0006_"):
        await database.check_schema()
    with Writers(url, accounts) as writers:
        await asyncio.sleep(0.3)
        early = len(writers.written)
        ran = await database.migrate()
        late = len(writers.written)
        await asyncio.sleep(0.3)
    assert writers.failed == []
    assert ran == [name for name, _ in EVERY if name > "0005_people_and_counts"]
    assert early > 0 and late < len(writers.written)
    assert len(writers.refused) <= len(writers.written)
    await database.check_schema()
    with raw(url) as connection:
        rows = connection.execute("SELECT id FROM audit_events WHERE type = 'test'").fetchall()
        assert {row[0] for row in rows} == {*writers.written}
        assert connection.execute("SELECT count(*) FROM appointments").fetchone()[0] == before
        keys = connection.execute("SELECT created_at, signs_from FROM signing_keys").fetchall()
        assert keys and all(created == signs for created, signs in keys)
    one = AccountStatement("SELECT revoked_before FROM accounts WHERE id = :account_id")
    for account_id in accounts:
        assert await database.read(account_id, lambda tx: tx.one(one)) == (0,)
    await database.close()


@pytest.mark.slow
async def test_somebody_who_keeps_a_table_for_a_while(empty: Callable[[], str]) -> None:
    """Delays the upgrade; whoever comes meanwhile gets by."""
    url = empty()
    accounts = await made_before(url)
    database = opened(url)
    with raw(url) as keeper:
        keeper.execute("BEGIN")
        keeper.execute(SHOW, (1, accounts[0]))
        migrating = asyncio.create_task(database.migrate())
        await asyncio.sleep(2.2)
        assert not migrating.done()
        keeper.execute("COMMIT")
    assert await migrating
    await database.check_schema()
    await database.close()


@pytest.mark.slow
async def test_somebody_who_keeps_a_table_for_good(
    empty: Callable[[], str], dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is named as the reason, and nothing has changed."""
    monkeypatch.setattr(postgresql_schema, "_ATTEMPTS", 2)
    url = empty()
    accounts = await made_before(url)
    database = opened(url)
    with raw(url) as keeper:
        keeper.execute("BEGIN")
        keeper.execute(SHOW, (1, accounts[0]))
        with pytest.raises(DatabaseUnavailable) as refused:
            await database.migrate()
        said = "in use all the time" if dialect == "postgresql" else "database is locked"
        assert said in refused.value.detail
        keeper.execute("ROLLBACK")
    with pytest.raises(SchemaMismatch, match="lacks 0006_"):
        await database.check_schema()
    assert await database.migrate()
    await database.close()


@pytest.mark.parametrize(
    ("harm", "lacking"),
    [
        ("DROP TABLE used_ids", "used_ids.account_id (TEXT), used_ids.digest"),
        ("ALTER TABLE grants RENAME TO grants_old", "grants.account_id"),
        ("ALTER TABLE users DROP COLUMN totp_last_step", "lacks users.totp_last_step (BIGINT):"),
        ("ALTER TABLE users RENAME COLUMN name TO title", "lacks users.name (TEXT):"),
        ("DROP INDEX clients_by_key", "lacks the index clients_by_key:"),
    ],
)
async def test_tables_that_somebody_has_changed_are_refused(
    empty: Callable[[], str], harm: str, lacking: str
) -> None:
    """Although every migration has run."""
    url = empty()
    database = opened(url)
    await database.migrate()
    await database.check_schema()
    with raw(url) as connection:
        connection.execute("CREATE TABLE of_the_operator (notes TEXT)")
        connection.execute("CREATE INDEX of_the_operator_too ON clients (name)")
    await database.check_schema()
    with raw(url) as connection:
        connection.execute(harm)
    with pytest.raises(SchemaMismatch) as refused:
        await database.check_schema()
    assert lacking in str(refused.value)
    await database.close()


async def test_the_trail_of_before_can_be_asked_for_a_user(empty: Callable[[], str]) -> None:
    """Its details say whom an event is about; the trail of before had no other place for it."""
    url, ann = empty(), new_id()
    told = {
        "about": f'{{"oldRole":"desk","user":"{ann}"}}',
        "nobody": "{}",
        "another": f'{{"user":"{ann}","what":"is not about them alone"}}',
    }
    with version(LAST_WITHOUT_USERS):
        database = opened(url)
        await database.migrate()
        await database.close()
    with raw(url) as connection:
        for type_, detail in told.items():
            connection.execute(
                "INSERT INTO audit_events (account_id, at, id, type, detail) "
                "VALUES ('a', 1, ?, ?, ?)", (new_id(), type_, detail),
            )  # fmt: skip
    database = opened(url)
    await database.migrate()
    await database.close()
    with raw(url) as connection:
        rows = connection.execute("SELECT type, user_id FROM audit_events ORDER BY type").fetchall()
    assert [tuple(row) for row in rows] == [("about", ann), ("another", None), ("nobody", None)]


def test_migrations_are_numbered_and_in_order() -> None:
    """Two of the same number would run in an order that nobody decided."""
    numbers = [int(name[:4]) for name, _ in EVERY]
    assert numbers == list(range(1, len(EVERY) + 1))
    assert all(name[4] == "_" for name, _ in EVERY)


def test_columns_have_types_that_are_told_apart() -> None:
    """Others would not be copied, or be compared with nothing."""
    assert {column.type for table in tables.tables() for column in table.columns} == {
        "TEXT",
        "INTEGER",
        "BIGINT",
        "BLOB",
    }
