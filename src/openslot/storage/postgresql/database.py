"""PostgreSQL: any number of processes on any number of machines, one database.

Operations run on the event loop, each in a transaction on a connection of its own; where they ask
the database the loop serves others. See docs/decisions/0010-postgresql.md.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

import psycopg

from openslot.kernel.clock import now_ms
from openslot.settings import SettingsError
from openslot.storage import schema
from openslot.storage.damage import DatabaseDamaged
from openslot.storage.postgresql import schema as postgresql_schema
from openslot.storage.postgresql.connection import PostgresqlConnection
from openslot.storage.postgresql.greenlet_bridge import run as run_plainly
from openslot.storage.postgresql.greenlet_bridge import wait
from openslot.storage.postgresql.integrity import DAMAGE
from openslot.storage.postgresql.pool import Pool
from openslot.storage.transactions import (
    AccountTx,
    DatabaseUnavailable,
    OutcomeUnknown,
    SystemTx,
    open_account,
)
from openslot.storage.version_cache import VersionCache

P = ParamSpec("P")
T = TypeVar("T")

# Lost to another transaction, and taken back as a whole: it may simply run again.
_LOST = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_ATTEMPTS = 8
_PAUSE_SECONDS = 0.005


class PostgresqlDatabase:
    """One database. Any number of processes may use it; each has one of these."""

    def __init__(self, url: str, *, connections: int = 16) -> None:
        """Nobody is asked until something runs. `url` is what libpq takes.

        Raises:
            SettingsError: `url` cannot be read.
        """
        try:
            psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise SettingsError(f"OPENSLOT_DATABASE_URL cannot be read: {error}") from error
        self.version_cache = VersionCache()
        self.damaged = False
        self.name = urlsplit(url).path.lstrip("/") or "postgresql"
        self._pool = Pool(url, connections)
        self._background_slot = asyncio.Semaphore(1)
        self._running: set[asyncio.Task[Any]] = set()

    # Reading

    async def read(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read`."""

        def run(connection: PostgresqlConnection) -> T:
            tx = open_account(connection, account_id, now_ms(), self.version_cache, False)
            return operation(tx, *args, **kwargs)

        return await self._finish(self._snapshot(run, account_id))

    async def read_in_background(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read_in_background`. It is the server that looks for the rows."""
        async with self._background_slot:
            return await self.read(account_id, operation, *args, **kwargs)

    async def read_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read_system`."""

        def run(connection: PostgresqlConnection) -> T:
            tx = SystemTx(connection, now_ms(), self.version_cache, writes=False)
            return operation(tx, *args, **kwargs)

        return await self._finish(self._snapshot(run, None))

    async def _snapshot(
        self, run: Callable[[PostgresqlConnection], T], account_id: str | None
    ) -> T:
        def transaction(connection: PostgresqlConnection) -> T:
            wait(connection.begin_reading(account_id))
            value = run(connection)
            wait(connection.commit())
            return value

        return await self._attempt(transaction, writes=False)

    # Writing

    async def write(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write`."""
        return await self._write_account(
            account_id, lambda tx: operation(tx, *args, **kwargs), exclusive=True
        )

    async def write_concurrently(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write_concurrently`."""
        return await self._write_account(
            account_id, lambda tx: operation(tx, *args, **kwargs), exclusive=False
        )

    async def _write_account(
        self, account_id: str, work: Callable[[AccountTx], T], *, exclusive: bool
    ) -> T:
        def run(connection: PostgresqlConnection) -> T:
            return work(open_account(connection, account_id, now_ms(), self.version_cache, True))

        return await self._finish(self._write(run, account_id, exclusive=exclusive))

    async def write_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write_system`."""

        def run(connection: PostgresqlConnection) -> T:
            tx = SystemTx(connection, now_ms(), self.version_cache, writes=True)
            return operation(tx, *args, **kwargs)

        return await self._finish(self._write(run, None, exclusive=True))

    async def _write(
        self, run: Callable[[PostgresqlConnection], T], account_id: str | None, *, exclusive: bool
    ) -> T:
        def transaction(connection: PostgresqlConnection) -> T:
            wait(connection.begin_writing(account_id, exclusive=exclusive))
            value = run(connection)
            try:
                committed = wait(connection.commit())
            except psycopg.Error as error:
                # Running it again could do it twice.
                raise OutcomeUnknown from error
            if not committed:
                raise DatabaseUnavailable
            return value

        return await self._attempt(transaction, writes=True)

    # Connections

    async def _attempt(
        self, transaction: Callable[[PostgresqlConnection], T], *, writes: bool
    ) -> T:
        """Runs a transaction; again when it lost a race, or when its connection was dead."""
        try:
            for attempt in range(1, _ATTEMPTS + 1):
                async with self._pool.connection(writes=writes) as connection:
                    try:
                        return await run_plainly(lambda: transaction(connection))
                    except _LOST:
                        if attempt == _ATTEMPTS:
                            raise
                    except psycopg.OperationalError:
                        # A restarted server has ended every connection; a new one may do.
                        if attempt > 1 or connection.connected:
                            raise
                        await self._pool.forget_idle()
                    finally:
                        await connection.settle()
                await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * attempt))  # noqa: S311
        except DAMAGE as error:
            self.damaged = True
            raise DatabaseDamaged from error
        except psycopg.Error as error:
            raise DatabaseUnavailable from error
        raise AssertionError

    async def _translated(self, work: Awaitable[T]) -> T:
        """What the operator's command asks for first; if it fails they want to know why."""
        try:
            return await work
        except DatabaseUnavailable as error:
            if error.__cause__ is None or error.detail != error.title:
                raise
            why = " ".join(str(error.__cause__).split())
            raise type(error)(f"PostgreSQL cannot be used: {why}") from error.__cause__

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs to the end what has begun, even when the caller goes away."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    # Schema and life

    async def migrate(self) -> list[str]:
        """See `Database.migrate`.

        Raises:
            SchemaMismatch: the database's encoding is not UTF-8.
        """
        return await self._translated(self._finish(self._migrate()))

    async def _migrate(self) -> list[str]:
        def run(connection: PostgresqlConnection) -> list[str]:
            return postgresql_schema.migrate(connection, self.name)

        return await postgresql_schema.patiently(
            lambda: self._write(run, None, exclusive=True), self.name
        )

    async def check_schema(self) -> None:
        """See `Database.check_schema`."""
        name = f"The database {self.name}"
        try:
            await self._translated(
                self.read_system("the tables are looked at", postgresql_schema.check, name)
            )
        except DatabaseUnavailable as error:
            if not isinstance(error.__cause__, psycopg.errors.UndefinedTable):
                raise
            schema.check(name, (), [name for name, _ in postgresql_schema.migrations()])

    async def close(self) -> None:
        """See `Database.close`."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
        await self._pool.forget_idle()
