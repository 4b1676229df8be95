"""PostgreSQL shows a transaction the rows of its account, whatever its statement asks for."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from databases import raw
from journeys.pgbouncer import BEHIND, pgbouncer
from openslot.storage.postgresql.database import PostgresqlDatabase
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.tables import tables
from openslot.storage.transactions import (
    AccountTx,
    DatabaseUnavailable,
    SchemaMismatch,
    SystemTx,
    open_account,
)
from postgresql import Server, programs

from .filled import everything, fill

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

EVERYBODY = SystemStatement("SELECT id FROM accounts")
OWNED = [table for table in tables() if table.account is not None]


@pytest.fixture
def url(postgresql: Callable[[], Server]) -> Iterator[str]:
    """An empty database, of a role that is no superuser."""
    with postgresql().database() as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresqlDatabase]:
    """A migrated one, open, with one connection, which everybody gets in turn."""
    database = PostgresqlDatabase(url, connections=1)
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def ids(database: PostgresqlDatabase, url: str) -> tuple[str, str]:
    """Two accounts with rows in every table."""
    with raw(url) as connection:
        return fill(connection, rows=5)


def wrong(tx: AccountTx) -> SystemTx:
    """The account's own transaction, with statements that may say anything."""
    return SystemTx(tx._connection, tx.real_now, tx.version_cache, writes=tx.writes)


def seen(tx: AccountTx) -> dict[str, set[str]]:
    """Whose rows a statement finds that asks for everybody's."""
    return {
        table.name: {
            account_id
            for (account_id,) in wrong(tx).all(
                SystemStatement(f"SELECT {table.account} FROM {table.name}")  # noqa: S608
            )
        }
        for table in OWNED
    }


async def test_the_role_of_the_tests_is_held_back(database: PostgresqlDatabase) -> None:
    """As a superuser every test here would fail or say nothing."""
    role = SystemStatement("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = USER")
    assert await database.read_system("a test", lambda tx: tx.one(role)) == (False,)


async def test_a_wrong_statement_reads_nothing_of_others(
    database: PostgresqlDatabase, ids: tuple[str, str]
) -> None:
    """Reading or writing, alone or beside others, on a connection that others had before."""
    for account_id in (*ids, *ids):
        for run in (
            database.read,
            database.read_in_background,
            database.write,
            database.write_concurrently,
        ):
            found = await run(account_id, seen)
            assert found == {table.name: {account_id} for table in OWNED}
        rows = await database.read_system("a test", lambda tx: tx.all(EVERYBODY))
        assert {row[0] for row in rows} == {*ids}


async def test_a_wrong_statement_writes_nothing_of_others(
    database: PostgresqlDatabase, ids: tuple[str, str], url: str
) -> None:
    acme, globex = ids
    for table in OWNED:
        named = f"{table.account} = :other"
        first = table.columns[1].name
        texts = (
            f"DELETE FROM {table.name} WHERE {named}",  # noqa: S608
            f"UPDATE {table.name} SET {first} = {first} WHERE {named}",  # noqa: S608
        )
        for text in texts:

            def change(tx: AccountTx, text: str = text) -> int:
                return wrong(tx).run(SystemStatement(text), other=globex)

            assert await database.write(acme, change) == 0, text
    with raw(url) as connection:
        for table in OWNED:
            count = f"SELECT count(*) FROM {table.name} WHERE {table.account} = ?"  # noqa: S608
            assert connection.execute(count, (globex,)).fetchone()[0] > 0


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO used_ids VALUES (:other, '\\x00', 1)",
        "UPDATE used_ids SET account_id = :other",
        "INSERT INTO accounts SELECT :unknown, name || '2', sandbox, suspended_at, clock_frozen_at,"
        " clock_offset_ms, catalogue_version, document, created_at FROM accounts",
    ],
)
async def test_nothing_can_be_given_to_others(
    database: PostgresqlDatabase, ids: tuple[str, str], text: str
) -> None:
    acme, globex = ids

    def give(tx: AccountTx) -> int:
        return wrong(tx).run(SystemStatement(text), other=globex, unknown="unknown")

    with pytest.raises(DatabaseUnavailable) as refused:
        await database.write(acme, give)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


async def test_another_account_cannot_be_opened_from_within(
    database: PostgresqlDatabase, ids: tuple[str, str]
) -> None:
    """Not even by the code that opens accounts."""
    acme, globex = ids
    count = AccountStatement("SELECT count(*) FROM blocks WHERE account_id = :account_id")

    def other(tx: AccountTx) -> object:
        assert tx.one(count) == (5,)
        return open_account(tx._connection, globex, tx.real_now, tx.version_cache, False)

    with pytest.raises(Exception, match="no such account"):
        await database.read(acme, other)


async def test_an_account_of_any_name_is_taken_as_a_name(
    database: PostgresqlDatabase, ids: tuple[str, str]
) -> None:
    """An id comes out of tokens; here it is part of a statement."""
    for account_id in ("", "*", "x'; SET openslot.account = '*", "' OR ''='", "\\'", "a\\"):
        for run in (database.read, database.write):
            with pytest.raises(Exception, match="no such account"):
                await run(account_id, seen)


async def test_nothing_is_shown_to_who_says_nothing(
    database: PostgresqlDatabase, ids: tuple[str, str], url: str
) -> None:
    """A program that knows nothing of this, on the same role."""
    with psycopg.connect(url) as connection:
        for table in OWNED:
            assert connection.execute(f"SELECT * FROM {table.name}").fetchall() == []  # noqa: S608


async def test_every_table_of_accounts_is_guarded_or_nothing_starts(
    database: PostgresqlDatabase, url: str
) -> None:
    """And `migrate` puts back what somebody took away."""
    guarded = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    owned = "SELECT table_name FROM information_schema.columns WHERE column_name = 'account_id'"
    with raw(url) as connection:
        names = {name for (name,) in connection.execute(owned).fetchall()}
        assert len(names) > 10
        assert {name for (name,) in connection.execute(guarded).fetchall()} == {"accounts", *names}
    for harm in (
        "ALTER TABLE grants NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE grants DISABLE ROW LEVEL SECURITY",
        "DROP POLICY of_account ON grants",
    ):
        with raw(url) as connection:
            connection.execute(harm)
        with pytest.raises(SchemaMismatch, match="in grants: run `openslot migrate`"):
            await database.check_schema()
        assert await database.migrate() == []
        await database.check_schema()


async def test_a_pooler_gives_nobody_what_another_was_shown(ids: tuple[str, str], url: str) -> None:
    """More transactions than connections behind it, of both accounts and across them."""
    with pgbouncer(url) as through:
        pooled = PostgresqlDatabase(through, connections=4 * BEHIND)

        async def look(account_id: str) -> None:
            for run in (pooled.read, pooled.write_concurrently):
                assert (await run(account_id, seen))["blocks"] == {account_id}
            rows = await pooled.read_system("a test", lambda tx: tx.all(EVERYBODY))
            assert {row[0] for row in rows} == {*ids}

        await asyncio.gather(*(look(account_id) for account_id in ids * 3 * BEHIND))
        await pooled.close()


async def test_a_dump_holds_everything_when_it_is_told_so(
    ids: tuple[str, str], url: str, postgresql: Callable[[], Server], tmp_path: Path
) -> None:
    """As the guide says; a dump that is not told so fails, rather than being empty."""
    file = str(tmp_path / "dump")
    dump = [programs() / "pg_dump", "--enable-row-security", "-Fc", "-f", file, url]
    told = {**os.environ, "PGOPTIONS": "-c openslot.account=*"}
    untold = await asyncio.to_thread(
        subprocess.run, [dump[0], *dump[2:]], capture_output=True, check=False
    )
    assert untold.returncode != 0
    await asyncio.to_thread(subprocess.run, dump, env=told, check=True, capture_output=True)
    with postgresql().database() as other:
        restore = [programs() / "pg_restore", "--no-owner", "-d", other, file]
        await asyncio.to_thread(subprocess.run, restore, check=True, capture_output=True)
        assert everything(other) == everything(url)
        with psycopg.connect(other) as connection:
            assert connection.execute("SELECT * FROM blocks").fetchall() == []
