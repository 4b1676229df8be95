"""Everything moves from one database to another, or nothing does."""

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from databases import opened, path_of, raw
from openslot.storage import copying
from openslot.storage.connection import Row
from openslot.storage.copying import Content, Copying, TargetNotEmpty
from openslot.storage.postgresql.copying import PostgresqlCopying
from openslot.storage.sqlite.copying import SqliteCopying
from openslot.storage.statements import SystemStatement
from openslot.storage.tables import Table, tables
from openslot.storage.transactions import DatabaseUnavailable
from postgresql import Server

from .filled import everything, fill

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

Make = Callable[[str], str]
OF_ACCOUNTS = [table.name for table in tables() if table.account == "account_id"]
WAYS = list(itertools.product(("sqlite", "postgresql"), repeat=2))


@pytest.fixture
def make(tmp_path: Path, postgresql: Callable[[], Server]) -> Iterator[Make]:
    """Gives the address of an empty database of a kind, another one each time."""
    numbers = itertools.count()
    with ExitStack() as stack:

        def address(kind: str) -> str:
            if kind == "postgresql":
                return stack.enter_context(postgresql().database())
            return f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"

        yield address


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
async def way(request: pytest.FixtureRequest, make: Make) -> tuple[str, str]:
    """The addresses of a filled and of an empty database, for each way to go."""
    source, target = [await migrated(make(kind)) for kind in request.param]
    with raw(source) as connection:
        fill(connection)
    return source, target


async def migrated(url: str) -> str:
    """The address of a database, with its tables made."""
    database = opened(url)
    await database.migrate()
    await database.close()
    return url


def copying_of(url: str) -> Copying:
    """What is copied from and into."""
    if url.startswith("postgresql"):
        return PostgresqlCopying(url)
    return SqliteCopying(path_of(url))


def copied(source: str, target: str) -> dict[str, int]:
    """Copies everything; returns how many rows each table has."""
    with copying_of(source).reading() as read, copying_of(target).writing() as write:
        copying.refuse_unless_empty(write)
        done = list(copying.copy(read, write))
    assert all(each.equal for each in done)
    return {each.table: each.source.rows for each in done}


async def test_every_row_arrives_as_it_was(way: tuple[str, str]) -> None:
    """Of both accounts and of the installation: texts, bytes, numbers and nothing."""
    source, target = way
    before = everything(source)
    counts = copied(source, target)
    assert everything(target) == before == everything(source)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert min(counts.values()) >= 2
    # Whose they are comes first.
    assert {len({row[0] for row in before[table]}) for table in OF_ACCOUNTS} == {2}
    database = opened(target)
    await database.check_schema()
    await database.close()


async def test_no_table_is_forgotten(make: Make) -> None:
    """What is copied are the tables of a migrated database; two are the installation's own."""
    with raw(await migrated(make("sqlite"))) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = {name for (name,) in found if not name.startswith("sqlite_")}
    assert {table.name for table in tables()} == names - {"schema_migrations"}
    of_nobody = {table.name for table in tables() if table.account is None}
    assert of_nobody == {"public_hosts", "purpose_keys", "signing_keys", "zone_data"}


async def test_there_and_back(make: Make, dialect: str) -> None:
    """Tables that need more than one batch: an account's with bytes and nulls, and one without."""
    more = dict.fromkeys(("users", "signing_keys"), copying.BATCH + 1)
    first, there, back = [await migrated(make(kind)) for kind in ("sqlite", dialect, "sqlite")]
    with raw(first) as connection:
        fill(connection, **more)
    counts = copied(first, there)
    assert all(counts[table] > copying.BATCH for table in more)
    copied(there, back)
    assert everything(back) == everything(first)


async def test_a_target_with_one_row_is_left_as_it_is(way: tuple[str, str]) -> None:
    source, target = way
    with raw(target) as connection:
        connection.execute("INSERT INTO used_ids VALUES ('a', ?, 1)", (b"digest",))
    before = everything(target)
    with pytest.raises(TargetNotEmpty, match="used_ids"):
        copied(source, target)
    assert everything(target) == before


async def test_a_copy_that_breaks_off_leaves_nothing(way: tuple[str, str]) -> None:
    """And can be begun anew."""
    source, target = way
    with (
        pytest.raises(KeyboardInterrupt),
        copying_of(source).reading() as read,
        copying_of(target).writing() as write,
    ):
        for each in copying.copy(read, write):
            if each.table == "sessions":
                raise KeyboardInterrupt
    assert not any(everything(target).values())
    copied(source, target)
    assert everything(target) == everything(source)


class Odd:
    """A source of which one table cannot be read to its end."""

    def __init__(self, source: copying.Source) -> None:
        self._source = source

    def rows(self, table: Table) -> Iterator[Row]:
        for number, row in enumerate(self._source.rows(table)):
            if table.name == "clients" and number == 3:
                raise DatabaseUnavailable
            yield row


async def test_a_source_that_breaks_off_leaves_nothing(way: tuple[str, str]) -> None:
    source, target = way
    with (
        pytest.raises(DatabaseUnavailable),
        copying_of(source).reading() as read,
        copying_of(target).writing() as write,
    ):
        list(copying.copy(Odd(read), write))
    assert not any(everything(target).values())
    copied(source, target)


class Careless:
    """A target that loses a block and changes a user."""

    def __init__(self, target: copying.Target) -> None:
        self._target = target
        self.rows, self.system = target.rows, target.system

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        self._target.write(table, rows)
        for text in (
            "DELETE FROM blocks WHERE id IN (SELECT min(id) FROM blocks)",
            "UPDATE users SET totp_last_step = 7 WHERE id IN (SELECT max(id) FROM users)",
        ):
            self.system().run(SystemStatement(text))


async def test_a_row_that_goes_astray_is_seen(way: tuple[str, str]) -> None:
    """What is compared is what the target gives back."""
    source, target = way
    with copying_of(source).reading() as read, copying_of(target).writing() as write:
        done = list(copying.copy(read, Careless(write)))
    assert [each.table for each in done if not each.equal] == ["blocks", "users"]
    blocks, users = [each for each in done if not each.equal]
    assert blocks.target.rows < blocks.source.rows
    assert users.target.rows == users.source.rows


def test_content_is_the_same_in_any_order_and_nothing_else() -> None:
    def content(*rows: Row) -> Content:
        all_of_them = Content()
        assert list(all_of_them.counting(rows)) == list(rows)
        return all_of_them

    one, two = (1, "a", b"a", None), (2, "a", b"a", None)
    assert content(one, two) == content(two, one)
    assert content(("a\0", b"\0")) == content(("a\ufffd", b"\0"))
    different = [
        content(),
        content(one),
        content(one, one),
        content(one, one, one),
        content((1, "a", "a", None)),
        content((1, b"a", b"a", None)),
        content(("1", "a", b"a", None)),
        content((1, "a", b"a", "None")),
        content((1, "a", b"a", "")),
        content((1, None, b"a", "a")),
    ]
    assert len({(each.rows, each.sum) for each in different}) == len(different)


async def test_the_source_is_a_snapshot(way: tuple[str, str]) -> None:
    """What is written there after the beginning is in no table of the copy."""
    source, target = way
    before = everything(source)
    with copying_of(source).reading() as read, copying_of(target).writing() as write:
        begun = copying.copy(read, write)
        next(begun)
        with raw(source) as connection:
            connection.execute("INSERT INTO used_ids VALUES ('a', ?, 1)", (b"digest",))
        assert all(each.equal for each in begun)
    assert everything(target) == before


async def test_nobody_writes_into_the_target_meanwhile(way: tuple[str, str]) -> None:
    source, target = way
    with copying_of(source).reading() as read, copying_of(target).writing() as write:
        list(copying.copy(read, write))
        busy = (psycopg.errors.LockNotAvailable, sqlite3.OperationalError)
        with raw(target) as connection, pytest.raises(busy):
            patience = "SET lock_timeout" if "postgresql" in target else "PRAGMA busy_timeout"
            connection.execute(f"{patience} = 50")
            connection.execute("INSERT INTO used_ids VALUES ('a', ?, 1)", (b"digest",))


async def test_row_level_security_is_in_force_again(make: Make) -> None:
    source, target = [await migrated(make(kind)) for kind in ("sqlite", "postgresql")]
    with raw(source) as connection:
        acme, _ = fill(connection)
    copied(source, target)
    with psycopg.connect(target, options=f"-c openslot.account={acme}") as connection:
        for table in OF_ACCOUNTS:
            ids = connection.execute(f"SELECT DISTINCT account_id FROM {table}").fetchall()  # noqa: S608
            assert ids == [(acme,)], table
