"""Transactions on PostgreSQL: what is shared, what waits, what runs again, and what recovers."""

import asyncio
import re
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from openslot.identity import accounts
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.settings import SettingsError
from openslot.storage import schema
from openslot.storage.postgresql import schema as postgresql_schema
from openslot.storage.postgresql.database import PostgresqlDatabase
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import (
    AccountTx,
    DatabaseUnavailable,
    SchemaMismatch,
    SystemTx,
)
from postgresql import Postmaster, Server, deadlocks

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

_NOTES = "CREATE TABLE notes (account_id TEXT, name TEXT, number BIGINT, UNIQUE (name))"
_ADD = SystemStatement("INSERT INTO notes (name, number) VALUES (:name, :number)")
_ALL = SystemStatement("SELECT name FROM notes ORDER BY name")
_NUMBER = AccountStatement("SELECT number FROM notes WHERE name = :name AND :account_id <> ''")
_COUNT_UP = AccountStatement(
    "UPDATE notes SET number = :number WHERE name = :name AND :account_id <> ''"
)
_PID = SystemStatement("SELECT pg_backend_pid()")


class Refused(OpenslotError):
    """What an operation raises when it does not want to."""

    code = title = "refused"


@pytest.fixture
def url(postgresql: Callable[[], Server]) -> Iterator[str]:
    """An empty database."""
    with postgresql().database() as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresqlDatabase]:
    """A migrated one, open, with a table of notes."""
    database = PostgresqlDatabase(url, connections=8)
    await database.migrate()
    with psycopg.connect(url) as raw:
        raw.execute(_NOTES)
    yield database
    await database.close()


@pytest.fixture
async def acme(database: PostgresqlDatabase) -> str:
    """The id of an account."""
    return await make(database, "acme")


async def make(database: PostgresqlDatabase, name: str) -> str:
    """Makes an account."""

    def work(tx: SystemTx) -> str:
        return accounts.create(tx, name, {"title": name}, sandbox=False).id

    return await database.write_system("a test", work)


def add(tx: SystemTx, name: str, number: int = 0) -> str:
    """Adds a note."""
    tx.run(_ADD, name=name, number=number)
    return name


async def everything(database: PostgresqlDatabase) -> list[str]:
    """The names of all notes."""
    return await database.read_system("a test", lambda tx: [row[0] for row in tx.all(_ALL)])


async def write(database: PostgresqlDatabase, name: str) -> str:
    """Writes a note."""
    return await database.write_system("a test", add, name)


async def test_what_an_operation_returns_is_there_for_others(
    database: PostgresqlDatabase, url: str
) -> None:
    assert await write(database, "one") == "one"
    with psycopg.connect(url) as other:
        assert other.execute("SELECT name FROM notes").fetchall() == [("one",)]


@pytest.mark.parametrize("error", [Refused(), ValueError("odd"), StopIteration("odd")])
async def test_what_raises_leaves_nothing(database: PostgresqlDatabase, error: Exception) -> None:
    def fail(tx: SystemTx) -> None:
        add(tx, "two")
        raise error

    with pytest.raises(RuntimeError if isinstance(error, StopIteration) else type(error)):
        await database.write_system("a test", fail)
    await write(database, "three")
    assert await everything(database) == ["three"]


async def test_broken_sql_is_refused_and_leaves_nothing(database: PostgresqlDatabase) -> None:
    def broken(tx: SystemTx) -> None:
        add(tx, "broken")
        tx.run(SystemStatement("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(DatabaseUnavailable) as refused:
        await database.write_system("a test", broken)
    assert isinstance(refused.value.__cause__, psycopg.errors.UndefinedTable)
    assert await everything(database) == []


async def test_an_unknown_account_is_not_found(database: PostgresqlDatabase) -> None:
    for run in (
        database.write,
        database.write_concurrently,
        database.read,
        database.read_in_background,
    ):
        with pytest.raises(NotFound):
            await run("nobody", lambda tx: None)


async def test_a_reader_sees_one_snapshot(database: PostgresqlDatabase, url: str) -> None:
    await write(database, "one")

    def read_twice(tx: SystemTx) -> tuple[int, int]:
        first = len(tx.all(_ALL))
        with psycopg.connect(url) as other:
            other.execute("INSERT INTO notes (name) VALUES ('two')")
        return first, len(tx.all(_ALL))

    assert await database.read_system("a test", read_twice) == (1, 1)
    assert await everything(database) == ["one", "two"]


async def test_a_reader_cannot_write(database: PostgresqlDatabase) -> None:
    with pytest.raises(DatabaseUnavailable):
        await database.read_system("a test", add, "one")
    assert await everything(database) == []


async def test_the_loop_serves_others_while_an_operation_waits(
    database: PostgresqlDatabase,
) -> None:
    """Ten at once take as long as one, and more than there are connections take their turns."""
    sleep = SystemStatement("SELECT pg_sleep(0.2)")
    began = asyncio.get_running_loop().time()
    await asyncio.gather(
        *(database.read_system("a test", lambda tx: tx.one(sleep)) for _ in range(8))
    )
    assert asyncio.get_running_loop().time() - began < 1
    names = [f"{number:03}" for number in range(100)]
    await asyncio.gather(*(write(database, name) for name in names))
    assert await everything(database) == names


async def count_up(
    database: PostgresqlDatabase, account_id: str, *, beside: bool, locks: bool
) -> int:
    """Thirty operations each read a number and write the next; what it has come to then."""

    def work(tx: AccountTx) -> None:
        if locks:
            tx.lock("note", ("n",))
        (number,) = tx.one(_NUMBER, name="n") or (0,)
        tx.run(_COUNT_UP, name="n", number=number + 1)

    await database.write_system("a test", add, "n", 0)
    run = database.write_concurrently if beside else database.write
    await asyncio.gather(*(run(account_id, work) for _ in range(30)))
    (number,) = await database.read(account_id, lambda tx: tx.one(_NUMBER, name="n")) or (0,)
    return int(number)


async def test_one_alone_writes_in_an_account(database: PostgresqlDatabase, acme: str) -> None:
    assert await count_up(database, acme, beside=False, locks=False) == 30


async def test_what_is_locked_nobody_else_changes(database: PostgresqlDatabase, acme: str) -> None:
    assert await count_up(database, acme, beside=True, locks=True) == 30


async def test_without_locks_they_really_run_beside_each_other(
    database: PostgresqlDatabase, acme: str
) -> None:
    """Or the tests above would prove nothing."""
    assert await count_up(database, acme, beside=True, locks=False) < 30


async def test_alone_waits_for_those_beside_each_other(
    database: PostgresqlDatabase, acme: str
) -> None:
    order: list[str] = []
    globex = await make(database, "globex")
    slowly = SystemStatement("SELECT pg_sleep(0.3)")

    def beside(tx: AccountTx) -> None:
        order.append("beside begins")
        tx.all(AccountStatement(f"{slowly} WHERE :account_id <> ''"))
        order.append("beside ends")

    async def first() -> None:
        await asyncio.gather(*(database.write_concurrently(acme, beside) for _ in range(2)))

    running = asyncio.create_task(first())
    await asyncio.sleep(0.1)
    elsewhere = database.write(globex, lambda tx: order.append("another account"))
    alone = database.write(acme, lambda tx: order.append("alone"))
    await asyncio.gather(running, elsewhere, alone)
    assert order == [*["beside begins"] * 2, "another account", *["beside ends"] * 2, "alone"]


async def test_the_time_is_read_after_the_lock(database: PostgresqlDatabase, acme: str) -> None:
    """Who has waited must not decide by a time from before."""
    slowly = AccountStatement("SELECT pg_sleep(0.2) WHERE :account_id <> ''")

    def work(tx: AccountTx) -> tuple[int, int]:
        tx.lock("note", ("n",))
        begun = tx.now
        tx.all(slowly)
        return begun, tx.now

    one, two = await asyncio.gather(*(database.write_concurrently(acme, work) for _ in range(2)))
    first, second = sorted((one[0], two[0]))
    assert second - first >= 180


async def test_locks_in_any_order_never_lock_up(
    database: PostgresqlDatabase, acme: str, url: str
) -> None:
    def work(tx: AccountTx, names: str) -> str:
        tx.lock("note", names)
        return names

    orders = ["abcdef", "fedcba", "cafebd", "bdface"] * 25
    async with asyncio.timeout(20):
        done = await asyncio.gather(
            *(database.write_concurrently(acme, work, names) for names in orders)
        )
    assert done == orders
    assert deadlocks(url) == 0


async def test_a_lock_for_now_can_be_given_back(database: PostgresqlDatabase, acme: str) -> None:
    order: list[str] = []

    def gives_back(tx: AccountTx) -> None:
        tx.lock("note", ("kept",))
        tx.lock("note", ("given back",), for_now=True)
        tx.unlock()
        tx.all(AccountStatement("SELECT pg_sleep(0.3) WHERE :account_id <> ''"))
        order.append("ends")

    def wants(tx: AccountTx, name: str) -> None:
        tx.lock("note", (name,))
        order.append(name)

    running = asyncio.create_task(database.write_concurrently(acme, gives_back))
    await asyncio.sleep(0.1)
    await asyncio.gather(
        running,
        database.write_concurrently(acme, wants, "given back"),
        database.write_concurrently(acme, wants, "kept"),
    )
    assert order == ["given back", "ends", "kept"]


async def test_who_waits_in_a_circle_runs_again(database: PostgresqlDatabase, acme: str) -> None:
    """Rows that two operations change in different orders, since nothing made them lock before."""
    for name in "ab":
        await write(database, name)

    def change(tx: SystemTx, *names: str) -> None:
        for name in names:
            statement = "UPDATE notes SET number = number + 1 WHERE name = :name"
            tx.run(SystemStatement(statement), name=name)
            tx.one(SystemStatement("SELECT pg_sleep(0.1)"))

    async with asyncio.timeout(20):
        await asyncio.gather(
            database.write_system("a test", change, "a", "b"),
            database.write_system("a test", change, "b", "a"),
        )
    numbers = SystemStatement("SELECT number FROM notes")
    assert await database.read_system("a test", lambda tx: tx.all(numbers)) == [(2,), (2,)]


async def test_who_waits_for_a_lock_too_long_is_told(
    database: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch, acme: str
) -> None:
    monkeypatch.setattr("openslot.storage.postgresql.connection._LOCK_TIMEOUT", "50ms")

    def hold(tx: AccountTx) -> None:
        tx.all(AccountStatement("SELECT pg_sleep(0.5) WHERE :account_id <> ''"))

    holding = asyncio.create_task(database.write(acme, hold))
    await asyncio.sleep(0.1)
    with pytest.raises(DatabaseUnavailable):
        await database.write(acme, lambda tx: None)
    await holding
    await database.write(acme, lambda tx: None)


async def test_a_caller_who_goes_away_ends_nothing(database: PostgresqlDatabase) -> None:
    writing = asyncio.create_task(write(database, "one"))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await database.close()  # waits for what runs
    assert await everything(database) == ["one"]


async def test_a_connection_that_dies_within_runs_again(database: PostgresqlDatabase) -> None:
    """Nothing was committed, so nothing is done twice."""
    victims: list[int] = []

    def die_once(tx: SystemTx) -> None:
        add(tx, "one")
        if not victims:
            (pid,) = tx.one(_PID) or (0,)
            victims.append(pid)
            killer = threading.Thread(target=_kill, args=(database_url(database), pid))
            killer.start()
            killer.join()
        tx.all(_ALL)

    await database.write_system("a test", die_once)
    assert await everything(database) == ["one"]


def database_url(database: PostgresqlDatabase) -> str:
    """Where it is."""
    return database._pool._url


def _kill(url: str, pid: int) -> None:
    with psycopg.connect(url) as raw:
        raw.execute("SELECT pg_terminate_backend(%s)", (pid,))
        while raw.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
            raw.rollback()


async def test_a_server_that_comes_back_is_found_at_once() -> None:
    with tempfile.TemporaryDirectory(prefix="openslot-pg-") as folder:
        postmaster = Postmaster(Path(folder))
        postmaster.start()
        database = PostgresqlDatabase(Server(postmaster.url).make())
        await database.migrate()
        acme = await make(database, "acme")
        await asyncio.gather(*(database.read(acme, lambda tx: None) for _ in range(5)))
        postmaster.stop()
        for run in (database.read, database.write, database.write_concurrently):
            with pytest.raises(DatabaseUnavailable):
                await run(acme, lambda tx: None)
        postmaster.start()
        await asyncio.gather(*(database.write(acme, lambda tx: None) for _ in range(5)))
        # Restarted while connections lie idle: nobody is told of it.
        postmaster.stop()
        postmaster.start()
        await asyncio.gather(*(database.read(acme, lambda tx: None) for _ in range(5)))
        await database.close()
        postmaster.stop()


async def test_whole_numbers_truths_bytes_and_nothing_come_back(
    database: PostgresqlDatabase,
) -> None:
    statement = SystemStatement(
        "SELECT :text, :large, :yes, :bytes, :nothing, sum(number), group_concat(number) FROM notes"
    )
    for name, number in (("a", 1 << 62), ("b", (1 << 62) - 1)):
        await database.write_system("a test", add, name, number)
    row = await database.read_system(
        "a test",
        lambda tx: tx.one(
            statement, text="ö%'", large=(1 << 63) - 1, yes=True, bytes=b"\0\xff", nothing=None
        ),
    )
    assert row is not None
    assert row[:5] == ("ö%'", (1 << 63) - 1, 1, b"\0\xff", None)
    assert row[5] == (1 << 63) - 1 and isinstance(row[5], int)
    assert sorted(row[6].split(",")) == sorted([str(1 << 62), str((1 << 62) - 1)])


async def test_texts_are_ordered_by_their_bytes(database: PostgresqlDatabase) -> None:
    """As SQLite does it, whatever the language of the server."""

    def look(tx: SystemTx) -> list[str]:
        for key in ("b", "B", "a-b", "ab", "Ä"):
            accounts.rows.insert(tx, key, key, "{}", sandbox=False)
        return [account.name for account in accounts.rows.all_accounts(tx)]

    assert await database.write_system("a test", look) == ["B", "a-b", "ab", "b", "Ä"]


async def test_every_text_of_every_table_is_compared_so(
    database: PostgresqlDatabase, url: str
) -> None:
    with psycopg.connect(url) as raw:
        raw.execute("DROP TABLE notes")
        columns = raw.execute(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'text'"
            " AND table_name <> 'schema_migrations'"
        ).fetchall()
    assert len(columns) > 50
    assert [column for column in columns if column[2] != "C"] == []


async def test_processes_that_migrate_at_once_migrate_once(url: str) -> None:
    databases = [PostgresqlDatabase(url) for _ in range(4)]
    ran = await asyncio.gather(*(database.migrate() for database in databases))
    names = [name for name, _ in postgresql_schema.migrations()]
    assert sorted(ran, key=len) == [[], [], [], names]
    for database in databases:
        await database.check_schema()
        await database.close()


async def test_tables_of_another_version_are_refused(database: PostgresqlDatabase) -> None:
    log = {"name": "9999_later", "applied_at": 0}
    await database.write_system("a test", lambda tx: tx.run(schema.LOG, **log))
    with pytest.raises(SchemaMismatch, match="newer Openslot"):
        await database.check_schema()
    empty = SystemStatement("DELETE FROM schema_migrations WHERE name LIKE '0%'")
    await database.write_system("a test", lambda tx: tx.run(empty))
    with pytest.raises(SchemaMismatch, match="openslot migrate"):
        await database.check_schema()


async def test_an_empty_database_says_what_to_run(url: str) -> None:
    database = PostgresqlDatabase(url)
    with pytest.raises(SchemaMismatch, match="openslot migrate"):
        await database.check_schema()
    await database.close()


async def test_a_migration_that_fails_leaves_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = schema.migrations()
    broken = [*good, ("9999_broken", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT);")]
    monkeypatch.setattr(schema, "migrations", lambda: broken)
    database = PostgresqlDatabase(url)
    with pytest.raises(DatabaseUnavailable):
        await database.migrate()
    monkeypatch.setattr(schema, "migrations", lambda: good)
    assert len(await database.migrate()) == len(good) + 1
    await database.close()


async def test_nothing_is_left_of_sqlite_in_a_migration() -> None:
    scripts = dict(postgresql_schema.migrations())
    assert scripts.keys() - dict(schema.migrations()).keys() == {"0000_words"}
    for script in scripts.values():
        assert not re.search(r"\bBLOB\b|ROWID|strftime", script)


async def test_no_lock_or_setting_survives_a_transaction_on_its_connection(
    database: PostgresqlDatabase, acme: str, url: str
) -> None:
    """Or a pooler in transaction mode would give it to somebody else."""

    def work(tx: AccountTx) -> None:
        tx.lock("note", ("n",), for_now=True)
        tx.one(_NUMBER, name="n")

    await asyncio.gather(*(database.write_concurrently(acme, work) for _ in range(50)))
    with psycopg.connect(url) as raw:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert raw.execute(held).fetchone() == (0,)
    limit = SystemStatement("SHOW lock_timeout")
    assert await database.read_system("a test", lambda tx: tx.one(limit)) == ("0",)


async def test_statements_stay_prepared_whatever_is_refused(
    database: PostgresqlDatabase, acme: str
) -> None:
    """Without a pooler: a server that refuses much is not to plan everything anew."""

    def refuse(tx: AccountTx) -> None:
        tx.one(_NUMBER, name="n")
        raise Refused

    prepared = SystemStatement("SELECT statement FROM pg_prepared_statements")
    for _ in range(10):
        with pytest.raises(Refused):
            await database.write_concurrently(acme, refuse)
    found = await database.read_system("a test", lambda tx: tx.all(prepared))
    assert any("FROM notes" in text for (text,) in found)


def test_an_address_that_cannot_be_read() -> None:
    with pytest.raises(SettingsError, match="OPENSLOT_DATABASE_URL"):
        PostgresqlDatabase("postgresql://host:port:port/x?nothing=1")
