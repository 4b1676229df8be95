"""Group commit: many operations, one wait for the disk.

Operations run on the event loop, each in a savepoint of the batch that is open; only COMMIT
runs in a thread, and the next batch collects meanwhile. The callers of a batch are answered
together, once it is durable. See docs/decisions/0002-sqlite-group-commit.md.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from openslot.storage.sqlite.connection import execute_patiently, is_busy
from openslot.storage.sqlite.failures import FailureMemory
from openslot.storage.sqlite.write_ahead_log import WriteAheadLog

T = TypeVar("T")

_SLICE_SECONDS = 0.0002
# A batch ends here even when more waits, so that the first of it need not wait for the last.
_BATCH_OPERATIONS = 64


@dataclass(slots=True)
class _Job:
    """An operation waiting to be run, and whom to tell."""

    run: Callable[[], object]
    done: asyncio.Future[Any]


class GroupCommit:
    """The one writer of a process."""

    def __init__(
        self, connection: sqlite3.Connection, log: WriteAheadLog, failures: FailureMemory
    ) -> None:
        """`connection` is the writer's own."""
        self._connection = connection
        self._failures = failures
        self._log = log
        self._jobs: deque[_Job] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")

    async def run(self, operation: Callable[[], T]) -> T:
        """Runs an operation on the writer's connection; returns once it is durable.

        Raises:
            DatabaseUnavailable: it could not be made durable; nothing of it is left.
        """
        loop = asyncio.get_running_loop()
        job = _Job(operation, loop.create_future())
        self._jobs.append(job)
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
        # The operation may already be part of a batch when its caller goes away: it is then
        # committed anyway, which is what a client that lost its connection must expect.
        return cast(T, await job.done)

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[sqlite3.Connection]:
        """The writer's connection in a transaction of its own, before any operation runs."""
        await self._begin()
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    async def close(self) -> None:
        """Finishes what waits."""
        while self._draining is not None and not self._draining.done():
            await self._draining
        self._disk.shutdown(wait=True)

    async def _drain(self) -> None:
        """Runs batches until no job waits."""
        while self._jobs:
            batch: list[_Job] = []
            try:
                await self._begin()
                await self._run_and_commit(batch)
                await self._log.reset()
            except Exception as error:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.rollback()
                self._refuse([*batch, *self._take_all()], error)

    async def _run_and_commit(self, batch: list[_Job]) -> None:
        """Runs jobs in the open transaction, adding them to `batch`, commits and answers them."""
        changed_before = self._connection.total_changes
        outcomes = await self._run_batch(batch)

        def answer() -> None:
            for job, (value, error) in zip(batch, outcomes, strict=True):
                self._tell(job, value, error)

        if await self._commit(answer) is not None:
            for job in batch:
                await self._run_alone(job)
        self._log.count(self._connection.total_changes - changed_before)

    async def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            # Another process writes: the loop does not wait for it, a thread does.
            await asyncio.get_running_loop().run_in_executor(
                self._disk, execute_patiently, self._connection, "BEGIN IMMEDIATE"
            )

    async def _run_batch(self, batch: list[_Job]) -> list[tuple[object, BaseException | None]]:
        """Runs waiting jobs in the open transaction; more may come while it does."""
        outcomes: list[tuple[object, BaseException | None]] = []
        until = time.perf_counter() + _SLICE_SECONDS
        while self._jobs and len(batch) < _BATCH_OPERATIONS:
            job = self._jobs.popleft()
            batch.append(job)
            outcomes.append(self._attempt(job))
            if not self._connection.in_transaction:
                break  # a full disk or an I/O error has ended it: nothing of this batch is saved
            # Others on the loop wait for an operation or two only.
            if time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE_SECONDS
        return outcomes

    def _attempt(self, job: _Job) -> tuple[object, BaseException | None]:
        """Runs one job in a savepoint: what it raises takes back its own changes alone."""
        self._connection.execute("SAVEPOINT operation")
        try:
            value = job.run()
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO operation")
                self._connection.execute("RELEASE operation")
            return None, error
        self._connection.execute("RELEASE operation")
        return value, None

    async def _commit(self, answer: Callable[[], None]) -> sqlite3.Error | None:
        """Makes the batch durable, and then calls `answer`.

        An error: it did not become durable, and nothing of it is left.
        """
        if not self._connection.in_transaction:
            return sqlite3.OperationalError("the transaction has ended")
        loop = asyncio.get_running_loop()
        settled: asyncio.Future[sqlite3.Error | None] = loop.create_future()

        def settle(failure: sqlite3.Error | None) -> None:
            # Here and not in the coroutine that waits: it would be a turn of the loop later.
            try:
                if failure is None:
                    answer()
            finally:
                settled.set_result(failure)

        def commit() -> None:
            failure = None
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                failure = error
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            loop.call_soon_threadsafe(settle, failure)

        self._disk.submit(commit)
        return await settled

    async def _run_alone(self, job: _Job) -> None:
        """Runs one job of a failed batch in a transaction of its own: only the culprit fails."""
        try:
            await self._begin()
            value, refusal = self._attempt(job)
            failure = await self._commit(lambda: self._tell(job, value, refusal))
        except sqlite3.Error as error:
            failure = error
        else:
            # What the job met says more than that the transaction was over.
            if failure is not None and isinstance(refusal, sqlite3.Error):
                failure = refusal
        if failure is not None:
            self._refuse([job], failure)

    def _take_all(self) -> list[_Job]:
        jobs = list(self._jobs)
        self._jobs.clear()
        return jobs

    def _tell(self, job: _Job, value: object, error: BaseException | None) -> None:
        if job.done.done():
            return  # its caller has gone away
        if isinstance(error, sqlite3.Error):
            self._refuse([job], error)
        elif isinstance(error, StopIteration):
            # Of all exceptions the one that a future refuses to carry.
            job.done.set_exception(RuntimeError(f"an operation raised {error!r}"))
        elif error is not None:
            job.done.set_exception(error)
        else:
            job.done.set_result(value)

    def _refuse(self, jobs: list[_Job], cause: BaseException) -> None:
        for job in jobs:
            if not job.done.done():
                job.done.set_exception(self._failures.meaning(cause))
