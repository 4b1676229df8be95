"""Group commit on SQLite: who shares a batch shares nothing else."""

import asyncio
import gc
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from openslot.kernel.errors import NotFound, OpenslotError
from openslot.storage.damage import DatabaseDamaged
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch, SystemTx

from .notes import Notes, everything, insert, write_for

pytestmark = pytest.mark.anyio

ONE_PAGE = 4096


class Refused(OpenslotError):
    """What an operation raises when it does not want to."""

    code = title = "refused"


async def test_what_an_operation_returns_is_durable(notes: Notes) -> None:
    assert await notes.write("one") == "one"
    # Another connection sees it: the answer came after the commit.
    with sqlite3.connect(notes.database.path) as other:
        assert other.execute("SELECT text FROM notes").fetchall() == [("one",)]
    other.close()


async def test_an_operation_that_raises_takes_back_its_own_changes_alone(notes: Notes) -> None:
    results = await asyncio.gather(
        notes.write("one"),
        notes.fail("two", Refused()),
        notes.write("three"),
        notes.fail("four", ValueError("odd")),
        notes.write("five"),
        return_exceptions=True,
    )
    assert [type(r) for r in results] == [str, Refused, str, ValueError, str]
    assert await notes.read() == ["one", "three", "five"]


async def test_a_batch_is_one_commit(notes: Notes) -> None:
    with sqlite3.connect(notes.database.path) as other:
        (before,) = other.execute("PRAGMA data_version").fetchone()
        changes = set()

        async def watch() -> None:
            while len(await notes.read()) < 20:
                changes.add(other.execute("SELECT count(*) FROM notes").fetchone()[0])
                await asyncio.sleep(0)

        await asyncio.gather(watch(), *(notes.write(str(n)) for n in range(20)))
        assert changes in ({0}, {0, 20})
        assert other.execute("PRAGMA data_version").fetchone() != (before,)
    other.close()


async def test_operations_of_a_batch_see_each_other_in_order(notes: Notes) -> None:
    def write_and_read(tx: SystemTx, text: str) -> list[str]:
        insert(tx, text)
        return everything(tx)

    run = notes.database.write_system
    results = await asyncio.gather(*(run("a test", write_and_read, t) for t in "abc"))
    assert results == [["a"], ["a", "b"], ["a", "b", "c"]]


async def test_more_operations_than_a_batch_takes(notes: Notes) -> None:
    texts = [str(number) for number in range(300)]
    assert await asyncio.gather(*map(notes.write, texts)) == texts
    assert await notes.read() == texts


@pytest.mark.parametrize(
    "error",
    [
        StopIteration("odd"),
        StopAsyncIteration("odd"),
    ],
)
async def test_whatever_an_operation_raises_its_neighbours_are_answered(
    notes: Notes, error: Exception
) -> None:
    async with asyncio.timeout(5):
        first, second, third = await asyncio.gather(
            notes.write("one"),
            notes.fail("two", error),
            notes.write("three"),
            return_exceptions=True,
        )
    assert (first, third) == ("one", "three")
    assert isinstance(second, Exception)
    assert await notes.read() == ["one", "three"]


async def test_an_operation_that_breaks_its_own_sql_is_refused_alone(notes: Notes) -> None:
    def broken(tx: SystemTx) -> None:
        insert(tx, "broken")
        tx.run(SystemStatement("INSERT INTO nowhere VALUES (1)"))

    first, second, third = await asyncio.gather(
        notes.write("one"),
        notes.database.write_system("a test", broken),
        notes.write("three"),
        return_exceptions=True,
    )
    assert (first, third) == ("one", "three")
    assert isinstance(second, DatabaseUnavailable)
    assert isinstance(second.__cause__, sqlite3.OperationalError)
    assert await notes.read() == ["one", "three"]


async def test_an_unknown_account_is_not_found_and_harms_nobody(notes: Notes) -> None:
    await notes.database.migrate()
    first, second, third = await asyncio.gather(
        notes.write("one"),
        notes.database.write("nobody", lambda tx: None),
        notes.write("three"),
        return_exceptions=True,
    )
    assert (first, third) == ("one", "three")
    assert isinstance(second, NotFound)
    with pytest.raises(NotFound):
        await notes.database.read("nobody", lambda tx: None)


def fill_up(notes: Notes, spare_pages: int) -> None:
    """Makes the disk full for the writer, but for so many pages."""
    (pages,) = notes.database._writer.execute("PRAGMA page_count").fetchone()
    notes.database._writer.execute(f"PRAGMA max_page_count = {pages + spare_pages}")


def make_room(notes: Notes) -> None:
    """The disk has room again."""
    notes.database._writer.execute("PRAGMA max_page_count = 1000000")


async def test_a_full_disk_refuses_whom_it_must(notes: Notes) -> None:
    await notes.write("before")
    fill_up(notes, spare_pages=2)
    async with asyncio.timeout(10):
        results = await asyncio.gather(
            notes.write("one"),
            notes.write("huge", size=100 * ONE_PAGE),
            notes.write("three"),
            notes.fail("four", Refused()),
            return_exceptions=True,
        )
    assert [type(r) for r in results] == [str, DatabaseUnavailable, str, Refused]
    assert await notes.read() == ["before", "one", "three"]


async def test_the_database_goes_on_after_a_full_disk(notes: Notes) -> None:
    fill_up(notes, spare_pages=0)
    results = await asyncio.gather(
        *(notes.write(text, size=10 * ONE_PAGE) for text in "abc"), return_exceptions=True
    )
    assert [type(r) for r in results] == [DatabaseUnavailable] * 3
    assert await notes.read() == []
    make_room(notes)
    assert await notes.write("after", size=10 * ONE_PAGE) == "after"
    assert await notes.read() == ["after"]


async def test_a_disk_that_only_reads_refuses_writes_and_says_why_once(
    notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    await notes.write("before")
    notes.database._writer.execute("PRAGMA query_only = ON")
    with caplog.at_level("ERROR", logger="openslot.storage"):
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable) as refused:
                await notes.write("refused")
            assert not isinstance(refused.value, DatabaseDamaged)
    assert [record.getMessage() for record in caplog.records] == [
        "database_unavailable: attempt to write a readonly database"
    ]
    assert await notes.read() == ["before"]
    notes.database._writer.execute("PRAGMA query_only = OFF")
    assert await notes.write("after") == "after"
    assert not notes.database.damaged


async def test_a_commit_that_fails_answers_nobody_with_success(notes: Notes) -> None:
    # A foreign key checked at the commit alone fails the whole batch; run singly only its own.
    writer = notes.database._writer
    writer.execute("PRAGMA foreign_keys = ON")
    writer.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    writer.execute(
        "CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)"
    )

    def orphan(tx: SystemTx) -> None:
        insert(tx, "orphan")
        tx.run(SystemStatement("INSERT INTO children VALUES (7)"))

    async with asyncio.timeout(5):
        results = await asyncio.gather(
            notes.write("one"),
            notes.database.write_system("a test", orphan),
            notes.write("three"),
            notes.fail("four", Refused()),
            return_exceptions=True,
        )
    assert [type(r) for r in results] == [str, DatabaseUnavailable, str, Refused]
    assert await notes.read() == ["one", "three"]


async def test_a_caller_who_goes_away_does_not_harm_its_batch(notes: Notes) -> None:
    tasks = [asyncio.create_task(notes.write(text)) for text in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[0] == "a" and results[2] == "c"
    assert isinstance(results[1], asyncio.CancelledError)
    # Its operation may have been done all the same.
    assert set(await notes.read()) in ({"a", "c"}, {"a", "b", "c"})
    assert await notes.write("after") == "after"


async def test_all_callers_may_go_away(notes: Notes) -> None:
    tasks = [asyncio.create_task(notes.write(text)) for text in "abc"]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await notes.write("after") == "after"


async def test_a_reader_sees_one_snapshot(notes: Notes) -> None:
    await notes.write("one")
    other = sqlite3.connect(notes.database.path, isolation_level=None)

    def read_twice(tx: SystemTx) -> tuple[list[str], list[str]]:
        first = everything(tx)
        other.execute("INSERT INTO notes (text) VALUES ('two')")
        return first, everything(tx)

    assert await notes.database.read_system("a test", read_twice) == (["one"], ["one"])
    assert await notes.read() == ["one", "two"]
    other.close()


async def test_a_reader_does_not_see_what_is_not_committed(notes: Notes) -> None:
    seen = []

    def write_and_look(tx: SystemTx) -> None:
        insert(tx, "one")
        reader = sqlite3.connect(notes.database.path)
        seen.extend(reader.execute("SELECT text FROM notes").fetchall())
        reader.close()

    await notes.database.write_system("a test", write_and_look)
    assert seen == []
    assert await notes.read() == ["one"]


async def test_a_reader_that_raises_leaves_the_next_one_alone(notes: Notes) -> None:
    def fail(tx: SystemTx) -> None:
        everything(tx)
        raise Refused

    def break_it(tx: SystemTx) -> None:
        tx.all(SystemStatement("SELECT * FROM nowhere"))

    with pytest.raises(Refused):
        await notes.database.read_system("a test", fail)
    with pytest.raises(DatabaseUnavailable):
        await notes.database.read_system("a test", break_it)
    await notes.write("one")
    assert await notes.read() == ["one"]


async def test_who_waits_for_a_lock_too_long_is_told(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openslot.storage.sqlite.connection._LOCK_TIMEOUT_SECONDS", 0.05)
    other = sqlite3.connect(notes.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(*map(notes.write, "abc"), return_exceptions=True)
    assert [type(r) for r in results] == [DatabaseUnavailable] * 3
    other.execute("ROLLBACK")
    other.close()
    assert await notes.write("after") == "after"
    assert await notes.read() == ["after"]


async def test_who_waits_for_a_lock_gets_it(notes: Notes) -> None:
    other = sqlite3.connect(notes.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.gather(*map(notes.write, "abc"))
    await asyncio.sleep(0.03)
    # The loop is free meanwhile: reading goes on.
    assert await notes.read() == []
    other.execute("COMMIT")
    other.close()
    assert await waiting == ["a", "b", "c"]


async def test_closing_finishes_what_runs(tmp_path: Path) -> None:
    notes = Notes(SqliteDatabase(tmp_path / "closing.db"))
    await notes.make()
    tasks = [asyncio.create_task(notes.write(text)) for text in "abc"]
    await asyncio.sleep(0)
    await notes.database.close()
    assert await asyncio.gather(*tasks) == ["a", "b", "c"]


def pending() -> set[int]:
    """The futures of this loop that nobody has answered."""
    gc.collect()
    futures = (f for f in gc.get_objects() if isinstance(f, asyncio.Future))
    here = asyncio.get_running_loop()
    return {id(f) for f in futures if f.get_loop() is here and not f.done()}


def test_no_future_is_left_hanging(tmp_path: Path) -> None:
    """In a loop of its own: in the tests' one a server may be at work."""

    async def used() -> None:
        notes = Notes(SqliteDatabase(tmp_path / "notes.db"))
        await notes.make()
        fill_up(notes, spare_pages=1)
        before = pending()
        done = await asyncio.gather(
            *(notes.write(str(n), size=n * 1000) for n in range(20)),
            *(notes.fail(str(n), Refused()) for n in range(5)),
            return_exceptions=True,
        )
        assert len(done) == 25
        assert pending() <= before
        await notes.database.close()

    asyncio.run(used())


@pytest.mark.slow
async def test_two_databases_on_one_file_both_get_on(notes: Notes) -> None:
    other = Notes(SqliteDatabase(notes.database.path))
    one, two = await asyncio.gather(
        write_for(notes, "one", 0.4, writers=4), write_for(other, "two", 0.4, writers=4)
    )
    await other.database.close()
    assert len(await notes.read()) == len(one) + len(two)
    assert min(len(one), len(two)) > (len(one) + len(two)) / 20
    assert max(*one, *two) < 0.4


@pytest.mark.slow
@pytest.mark.parametrize(("one", "two"), [(1, 1), (1, 16), (16, 16), (1, 100)])
async def test_two_processes_on_one_file_both_get_on(notes: Notes, one: int, two: int) -> None:
    seconds = 2.0
    processes = [
        subprocess.Popen(  # noqa: ASYNC220  (nothing else runs on this loop)
            [sys.executable, "-m", "storage.notes", str(notes.database.path), name, str(n), "2"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, n in (("one", one), ("two", two))
    ]
    for process in processes:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [process.communicate(timeout=100)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    counts = [int(count) for count, _ in results]
    assert len(await notes.read()) == sum(counts)
    # Each of one's writers waits at most a moment, however busy the other process is.
    assert max(float(longest) for _, longest in results) < 0.5
    assert min(counts) > 20 * seconds


async def test_migrating_twice_runs_nothing_the_second_time(notes: Notes) -> None:
    assert await notes.database.migrate()
    assert await notes.database.migrate() == []
    await notes.database.check_schema()


async def test_a_schema_that_is_not_this_versions_is_refused(notes: Notes) -> None:
    with pytest.raises(SchemaMismatch, match="openslot migrate"):
        await notes.database.check_schema()
    await notes.database.migrate()
    log = SystemStatement("INSERT INTO schema_migrations VALUES ('9999_later', 0)")
    await notes.database.write_system("a test", lambda tx: tx.run(log))
    with pytest.raises(SchemaMismatch, match="newer"):
        await notes.database.check_schema()


async def test_a_backup_holds_what_was_there(notes: Notes, tmp_path: Path) -> None:
    await notes.write("one")
    await notes.database.backup(tmp_path / "copy.db")
    copy = Notes(SqliteDatabase(tmp_path / "copy.db", make=False))
    assert await copy.read() == ["one"]
    await copy.database.close()
    with pytest.raises(DatabaseUnavailable):
        await notes.database.backup(tmp_path / "nowhere" / "copy.db")


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="openslot migrate"):
        SqliteDatabase(tmp_path / "absent.db", make=False)
    (tmp_path / "text.db").write_text("This is no database, however long one looks at it." * 99)
    with pytest.raises(DatabaseUnavailable):
        SqliteDatabase(tmp_path / "text.db")


def test_an_account_statement_has_to_name_the_account() -> None:
    with pytest.raises(ValueError, match="account_id"):
        AccountStatement("SELECT * FROM appointments")
