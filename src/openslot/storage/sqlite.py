"""SQLite with group commit: many operations, one `fsync`.

Operations run on the event loop, each in a savepoint of the batch that is open; only COMMIT
(the wait for the disk) runs in a thread, and the next batch collects meanwhile. The callers of
a batch are answered together, once it is durable. See docs/decisions/0002-sqlite-group-commit.md.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from openslot.kernel.clock import now_ms
from openslot.storage import schema
from openslot.storage.database import (
    AccountTx,
    DatabaseUnavailable,
    Row,
    SchemaMismatch,
    SystemTx,
    open_account,
)
from openslot.storage.derived import Derived

P = ParamSpec("P")
T = TypeVar("T")

# SQLite's own waiting is unfair between processes (p99 285 ms); asking again this often is not.
_RETRY_SECONDS = 0.0005
_LOCK_TIMEOUT_SECONDS = 5.0
_SLICE_SECONDS = 0.0002
# A batch ends here even when more waits, so that the first of it need not wait for the last.
_BATCH_OPERATIONS = 64
_CHECKPOINT_EVERY_OPERATIONS = 500
_WAL_FRAMES_WORTH_RESETTING = 4000


class _SqliteConnection:
    """One connection, speaking the `Connection` protocol."""

    __slots__ = ("_raw",)

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        return self._raw.execute(text, parameters).fetchall()

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        return self._raw.execute(text, parameters).rowcount


@dataclass(slots=True)
class _Job:
    """An operation waiting to be run, and whom to tell."""

    run: Callable[[], object]
    done: asyncio.Future[Any]


class SqliteDatabase:
    """One file. Any number of processes may have it open; each has one of these."""

    def __init__(self, path: Path, *, make: bool = True) -> None:
        """Opens the file, making it unless `make` is false.

        Raises:
            DatabaseUnavailable: it cannot be opened.
        """
        self.path = path
        self.derived = Derived()
        try:
            if make:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise DatabaseUnavailable(
                    f"There is no database at {path}; `openslot migrate` makes one"
                )
            self._writer = _open(path)
            self._reader = _open(path)
            self._checkpointer = _open(path)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseUnavailable(
                f"The database at {path} cannot be opened: {error}"
            ) from error
        self._write_connection = _SqliteConnection(self._writer)
        self._read_connection = _SqliteConnection(self._reader)
        self._jobs: deque[_Job] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._background = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._operations_since_checkpoint = 0
        self._checkpointing: asyncio.Future[int] | None = None

    # Reading

    async def read(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read`. A snapshot read takes microseconds, so it runs on the loop."""

        def run() -> T:
            tx = open_account(self._read_connection, account_id, now_ms(), self.derived, False)
            return operation(tx, *args, **kwargs)

        return self._snapshot(run)

    async def read_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read_system`."""

        def run() -> T:
            tx = SystemTx(self._read_connection, now_ms(), self.derived, writes=False)
            return operation(tx, *args, **kwargs)

        return self._snapshot(run)

    def _snapshot(self, run: Callable[[], T]) -> T:
        try:
            self._reader.execute("BEGIN")
            try:
                return run()
            finally:
                self._reader.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._reader.rollback()
            raise DatabaseUnavailable from error

    # Writing

    async def write(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write`."""

        def run() -> T:
            tx = open_account(self._write_connection, account_id, now_ms(), self.derived, True)
            return operation(tx, *args, **kwargs)

        return await self._enqueue(run)

    async def write_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write_system`."""

        def run() -> T:
            tx = SystemTx(self._write_connection, now_ms(), self.derived, writes=True)
            return operation(tx, *args, **kwargs)

        return await self._enqueue(run)

    async def _enqueue(self, run: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        job = _Job(run, loop.create_future())
        self._jobs.append(job)
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
        # The operation may already be part of a batch when its caller goes away: it is then
        # committed all the same, which is what a client that lost its connection must expect.
        return cast(T, await job.done)

    async def _drain(self) -> None:
        """Runs batches until no job waits."""
        while self._jobs:
            batch: list[_Job] = []
            try:
                await self._begin()
                await self._run_and_commit(batch)
                await self._reset_wal()
            except Exception as error:
                with contextlib.suppress(sqlite3.Error):
                    self._writer.rollback()
                _refuse([*batch, *self._take_all()], error)

    async def _run_and_commit(self, batch: list[_Job]) -> None:
        """Runs jobs in the open transaction, adding them to `batch`, commits and answers them."""
        outcomes = await self._run_batch(batch)

        def answer() -> None:
            for job, (value, error) in zip(batch, outcomes, strict=True):
                _tell(job, value, error)

        if not await self._commit(answer):
            for job in batch:
                await self._run_alone(job)
        self._count_towards_checkpoint(len(batch))

    async def _begin(self) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            await asyncio.get_running_loop().run_in_executor(self._disk, self._begin_patiently)

    def _begin_patiently(self) -> None:
        """Asks for the write lock again and again; another process has it."""
        deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(_RETRY_SECONDS)

    async def _run_batch(self, batch: list[_Job]) -> list[tuple[object, BaseException | None]]:
        """Runs waiting jobs in the open transaction; more may come while it does."""
        outcomes: list[tuple[object, BaseException | None]] = []
        until = time.perf_counter() + _SLICE_SECONDS
        while self._jobs and len(batch) < _BATCH_OPERATIONS:
            job = self._jobs.popleft()
            batch.append(job)
            outcomes.append(self._attempt(job))
            if not self._writer.in_transaction:
                break  # a full disk or an I/O error has ended it: nothing of this batch is kept
            # Others on the loop wait for an operation or two only.
            if time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE_SECONDS
        return outcomes

    def _attempt(self, job: _Job) -> tuple[object, BaseException | None]:
        """Runs one job in a savepoint: what it raises takes back its own changes alone."""
        self._writer.execute("SAVEPOINT operation")
        try:
            value = job.run()
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK TO operation")
                self._writer.execute("RELEASE operation")
            return None, error
        self._writer.execute("RELEASE operation")
        return value, None

    async def _commit(self, answer: Callable[[], None]) -> bool:
        """Makes the batch durable, and then calls `answer`.

        False: it did not become durable, and nothing of it is left.
        """
        if not self._writer.in_transaction:
            return False
        loop = asyncio.get_running_loop()
        settled: asyncio.Future[bool] = loop.create_future()

        def settle(durable: bool) -> None:
            # Here and not in the coroutine that waits: it would be a turn of the loop later.
            if durable:
                answer()
            settled.set_result(durable)

        def commit() -> None:
            try:
                self._writer.execute("COMMIT")
                durable = True
            except sqlite3.Error:
                with contextlib.suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                durable = False
            loop.call_soon_threadsafe(settle, durable)

        self._disk.submit(commit)
        return await settled

    async def _run_alone(self, job: _Job) -> None:
        """Runs one job of a failed batch in a transaction of its own: only the culprit fails."""
        try:
            await self._begin()
            value, refusal = self._attempt(job)
            if not await self._commit(lambda: _tell(job, value, refusal)):
                raise sqlite3.OperationalError("the commit failed") from refusal
        except sqlite3.Error as error:
            _refuse([job], error)

    def _take_all(self) -> list[_Job]:
        jobs = list(self._jobs)
        self._jobs.clear()
        return jobs

    # The write-ahead log

    def _count_towards_checkpoint(self, operations: int) -> None:
        """Copies the log into the file in another thread, so that no COMMIT has to."""
        self._operations_since_checkpoint += operations
        if self._operations_since_checkpoint < _CHECKPOINT_EVERY_OPERATIONS or self._checkpointing:
            return
        self._operations_since_checkpoint = 0
        loop = asyncio.get_running_loop()
        self._checkpointing = loop.run_in_executor(self._background, self._checkpoint)

    def _checkpoint(self) -> int:
        """Copies what it can; returns how many frames the log has."""
        try:
            row = self._checkpointer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error:
            return 0  # busy or full: the log keeps everything, and the next one tries again
        return int(row[1])

    async def _reset_wal(self) -> None:
        """Copies the last frames while nobody here writes: only then does the log start over."""
        if self._checkpointing is None or not self._checkpointing.done():
            return
        frames = self._checkpointing.result()
        self._checkpointing = None
        if frames > _WAL_FRAMES_WORTH_RESETTING:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._background, self._checkpoint)

    # Schema and life

    async def migrate(self) -> list[str]:
        """See `Database.migrate`."""
        await self._begin()
        try:
            self._writer.execute(schema.CREATE_LOG)
            applied = {name for (name,) in self._writer.execute(schema.APPLIED)}
            ran = []
            for name, script in schema.migrations():
                if name not in applied:
                    for statement in _statements(script):
                        self._writer.execute(statement)
                    self._writer.execute(schema.LOG, {"name": name, "applied_at": now_ms()})
                    ran.append(name)
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
        return ran

    async def check_schema(self) -> None:
        """See `Database.check_schema`."""
        try:
            applied = {name for (name,) in self._reader.execute(schema.APPLIED)}
        except sqlite3.OperationalError:
            applied = set()
        known = {name for name, _ in schema.migrations()}
        if known - applied:
            raise SchemaMismatch(
                f"The database at {self.path} lacks {', '.join(sorted(known - applied))}: "
                "run `openslot migrate` (or `openslot serve --migrate`)"
            )
        if applied - known:
            raise SchemaMismatch(
                f"The database at {self.path} is of a newer Openslot "
                f"({', '.join(sorted(applied - known))}): run that version"
            )

    async def backup(self, target: Path) -> None:
        """Writes a consistent copy to `target` while everything goes on.

        Raises:
            DatabaseUnavailable: the target cannot be written.
        """

        def copy() -> None:
            source = _open(self.path)
            try:
                with contextlib.closing(sqlite3.connect(target)) as file:
                    source.backup(file)
            finally:
                source.close()

        try:
            await asyncio.get_running_loop().run_in_executor(self._background, copy)
        except sqlite3.Error as error:
            raise DatabaseUnavailable(f"The backup to {target} failed: {error}") from error

    async def close(self) -> None:
        """See `Database.close`."""
        while self._draining is not None and not self._draining.done():
            await self._draining
        self._disk.shutdown(wait=True)
        self._background.shutdown(wait=True)
        for connection in (self._checkpointer, self._reader, self._writer):
            connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute("PRAGMA busy_timeout = 0")
    # Switching to the write-ahead log needs the file for oneself for a moment.
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _statements(script: str) -> list[str]:
    """The single statements of a migration script."""
    statements, text = [], ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements


def _tell(job: _Job, value: object, error: BaseException | None) -> None:
    if job.done.done():
        return  # its caller has gone away
    if isinstance(error, sqlite3.Error):
        _refuse([job], error)
    elif error is not None:
        job.done.set_exception(error)
    else:
        job.done.set_result(value)


def _refuse(jobs: list[_Job], cause: BaseException) -> None:
    for job in jobs:
        if not job.done.done():
            failure = DatabaseUnavailable()
            failure.__cause__ = cause
            job.done.set_exception(failure)
