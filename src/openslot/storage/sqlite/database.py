"""The embedded database: one SQLite file."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from openslot.kernel.clock import now_ms
from openslot.storage import schema, tables
from openslot.storage.damage import REMEDY
from openslot.storage.private_files import make_file, make_folder
from openslot.storage.sqlite.background_reads import BackgroundReader
from openslot.storage.sqlite.connection import (
    SqliteConnection,
    open_file,
    statements_of,
)
from openslot.storage.sqlite.failures import FailureMemory, is_damage, is_no_table
from openslot.storage.sqlite.group_commit import GroupCommit
from openslot.storage.sqlite.integrity import Progress, copy_database
from openslot.storage.sqlite.reasons import unusable
from openslot.storage.sqlite.table_sizes import tell_planner
from openslot.storage.sqlite.write_ahead_log import WriteAheadLog
from openslot.storage.transactions import (
    AccountTx,
    DatabaseUnavailable,
    SystemTx,
    open_account,
)
from openslot.storage.version_cache import VersionCache

P = ParamSpec("P")
T = TypeVar("T")


class SqliteDatabase:
    """One file. Any number of processes may have it open; each has one of these."""

    def __init__(self, path: Path, *, make: bool = True) -> None:
        """Opens the file, making it unless `make` is false.

        Raises:
            DatabaseUnavailable: it cannot be opened.
        """
        self.path = path
        self.version_cache = VersionCache()
        self._failures = FailureMemory()
        try:
            inode = _present(path, make=make)
            self._writer = open_file(path)
            self._reader = open_file(path)
            self._checkpointer = open_file(path)
            # A restore waits for nobody who has opened the file, and nobody may open it during one.
            if path.stat().st_ino != inode:
                raise DatabaseUnavailable(
                    f"The database at {path} was replaced just now; try again"
                )
        except sqlite3.Error as error:
            raise self._failures.meaning(error, _unusable(path, "opened", error)) from error
        except OSError as error:
            raise DatabaseUnavailable(_unusable(path, "opened", error)) from error
        self._write_connection = SqliteConnection(self._writer)
        self._read_connection = SqliteConnection(self._reader)
        self._background = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._log = WriteAheadLog(self._checkpointer, self._background)
        self._commits = GroupCommit(self._writer, self._log, self._failures)
        self._background_reader = BackgroundReader(path)

    @property
    def damaged(self) -> bool:
        """See `Database.damaged`."""
        return self._failures.damaged

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
            tx = open_account(
                self._read_connection, account_id, now_ms(), self.version_cache, False
            )
            return operation(tx, *args, **kwargs)

        return self._snapshot(run)

    async def read_in_background(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read_in_background`."""

        def run(connection: SqliteConnection) -> T:
            version_cache = self._background_reader.version_cache
            tx = open_account(connection, account_id, now_ms(), version_cache, False)
            return operation(tx, *args, **kwargs)

        try:
            return await self._background_reader.run(run)
        except sqlite3.Error as error:
            raise self._failures.meaning(error) from error

    async def read_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.read_system`."""

        def run() -> T:
            tx = SystemTx(self._read_connection, now_ms(), self.version_cache, writes=False)
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
            raise self._failures.meaning(error) from error

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
            tx = open_account(
                self._write_connection, account_id, now_ms(), self.version_cache, True
            )
            value = operation(tx, *args, **kwargs)
            if tx.wipes:
                self._log.wipe()
            return value

        return await self._commits.run(run)

    # One writes at a time, whatever it locks.
    write_concurrently = write

    async def write_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Database.write_system`."""

        def run() -> T:
            tx = SystemTx(self._write_connection, now_ms(), self.version_cache, writes=True)
            return operation(tx, *args, **kwargs)

        return await self._commits.run(run)

    # Schema and life

    async def migrate(self) -> list[str]:
        """See `Database.migrate`.

        Raises:
            DatabaseUnavailable: somebody else writes all the time, or it cannot be written.
        """
        try:
            async with self._commits.alone() as writer:
                return self._migrate(writer)
        except sqlite3.Error as error:
            said = _unusable(self.path, "migrated", error)
            raise self._failures.meaning(error, f"{said}; nothing was changed") from error

    def _migrate(self, writer: sqlite3.Connection) -> list[str]:
        writer.execute(schema.CREATE_LOG)
        applied = {name for (name,) in writer.execute(schema.APPLIED)}
        ran = []
        for name, script in schema.migrations():
            if name not in applied:
                for statement in statements_of(script):
                    writer.execute(statement)
                writer.execute(schema.LOG, {"name": name, "applied_at": now_ms()})
                ran.append(name)
        tell_planner(writer)
        return ran

    async def any_migration(self) -> bool:
        """Whether the file has tables of any version of ours."""
        return bool(self._applied())

    async def check_schema(self) -> None:
        """See `Database.check_schema`."""
        try:
            applied = self._applied()
            schema.check(self._name, applied, [name for name, _ in schema.migrations()])
            columns = self._reader.execute(tables.COLUMNS).fetchall()
            found = {name for (name,) in self._reader.execute(tables.INDEXES)}
        except sqlite3.Error as error:
            said = _unusable(self.path, "read", error)
            raise self._failures.meaning(error, said) from error
        tables.check(self._name, columns, found)

    def _applied(self) -> set[str]:
        try:
            return {name for (name,) in self._reader.execute(schema.APPLIED)}
        except sqlite3.OperationalError as error:
            if not is_no_table(error):
                raise
            return set()

    @property
    def _name(self) -> str:
        return f"The database at {self.path}"

    async def backup(self, target: Path, progress: Progress = lambda done, total: None) -> None:
        """Copies everything into the empty file `target` while everything goes on.

        Raises:
            DatabaseUnavailable: the file cannot be read, or the target not be written.
            DatabaseDamaged: SQLite met damage on its way.
        """
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._background, copy_database, self.path, target, progress
            )
        except sqlite3.Error as error:
            said = f"The backup to {target} failed: {error}"
            raise self._failures.meaning(error, said) from error

    async def close(self) -> None:
        """See `Database.close`."""
        await self._commits.close()
        self._log.close()
        self._background.shutdown(wait=True)
        self._background_reader.close()
        for connection in (self._checkpointer, self._reader, self._writer):
            connection.close()


def _present(path: Path, *, make: bool) -> int:
    """The inode of the file, which is made if it may be.

    Raises:
        DatabaseUnavailable: it is not there, and may not be made.
        OSError: it cannot be made.
    """
    if not path.exists():
        if not make:
            raise DatabaseUnavailable(
                f"There is no database at {path}; `openslot migrate` makes one"
            )
        make_folder(path.absolute().parent)
        with contextlib.suppress(FileExistsError):  # another process was faster
            make_file(path)
    return path.stat().st_ino


def _unusable(path: Path, done: str, error: Exception) -> str:
    """What an operator is told."""
    if is_damage(error):
        return f"The database at {path} is damaged: {error}. {REMEDY}"
    return unusable(path, done, error)
