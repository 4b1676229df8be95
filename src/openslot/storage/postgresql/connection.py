"""A PostgreSQL connection as this product uses it: the `Connection` protocol.

Behind a pooler such as PgBouncer in transaction mode nothing outlives a transaction: no prepared
statement, session setting or session lock. Without one statements stay prepared on a connection.
"""

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int8BinaryDumper, NumericBinaryLoader
from psycopg.types.string import StrBinaryDumper

from openslot.storage.connection import Row
from openslot.storage.postgresql.greenlet_bridge import wait
from openslot.storage.postgresql.locks import AdvisoryLocks
from openslot.storage.postgresql.row_level_security import shown

# A machine that is gone does not block us. Without these the system looks for it for a quarter of
# an hour, and what waits for it keeps its place in the pool. The address itself may say otherwise.
_GIVES_UP: Mapping[str, Any] = {
    "connect_timeout": 5,  # seconds, for each host of the address
    "tcp_user_timeout": 10_000,  # milliseconds that what was sent may be on its way
    "keepalives_idle": 5,  # seconds without an answer until the first question whether it lives
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
_LOCK_TIMEOUT = "5s"  # a longer wait is an error
_IDLE_TIMEOUT = "30s"  # an abandoned transaction is ended, and its locks with it
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PREPARED_AFTER = 5  # times that a statement was run on a connection
_PARAMETER = re.compile(r":([a-z_]+[a-z0-9_]*)")


class _TextDumper(StrBinaryDumper):
    """Texts hold no U+0000 here: in its place stands the character for what cannot be shown."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _WholeLoader(NumericBinaryLoader):
    """Sums of BIGINT are NUMERIC; here they are whole numbers as everywhere."""

    def load(self, data: Any) -> Any:
        return int(super().load(data))


def _types() -> AdaptersMap:
    types = AdaptersMap(psycopg.adapters)
    types.register_dumper(str, _TextDumper)
    for whole in (int, bool):  # a truth is 0 or 1, as in the tables
        types.register_dumper(whole, Int8BinaryDumper)
    types.register_loader("numeric", _WholeLoader)
    return types


TYPES = _types()


@lru_cache(maxsize=2048)
def in_psycopg(text: str) -> str:
    """A statement with its `:name` parameters as psycopg writes them."""
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))


class PostgresqlConnection:
    """One connection: speaks `Connection` inside `greenlet_bridge.run`."""

    def __init__(self, raw: psycopg.AsyncConnection[Row]) -> None:
        self._raw = raw
        self._locks = AdvisoryLocks(raw)

    @classmethod
    async def open(cls, url: str) -> "PostgresqlConnection":
        """Connects.

        Raises:
            psycopg.Error: no server answers, or it refuses us.
        """
        given = psycopg.conninfo.conninfo_to_dict(url)
        gives_up: dict[str, Any] = {
            name: value for name, value in _GIVES_UP.items() if name not in given
        }
        raw = await psycopg.AsyncConnection.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            context=Context(TYPES),
            application_name="openslot",
            **gives_up,
        )
        connection = cls(raw)
        if await connection._is_direct():
            raw.prepare_threshold = _PREPARED_AFTER
        return connection

    async def _is_direct(self) -> bool:
        """Whether we talk to the server itself: a pooler has told us a process of its own making.

        Source: PostgreSQL, Frontend/Backend Protocol, BackendKeyData.
        """
        cursor = await self._raw.execute("SELECT pg_backend_pid()")
        return await cursor.fetchone() == (self._raw.info.backend_pid,)

    @property
    def connected(self) -> bool:
        """Whether the server still answers on it, as far as is known."""
        return not self._raw.closed and not self._raw.broken

    @property
    def usable(self) -> bool:
        """Whether it is connected and has no transaction open."""
        return self._raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE

    async def begin_reading(self, account_id: str | None) -> None:
        """Opens a transaction that sees one snapshot of an account and takes no locks."""
        self._locks.begin(account_id, exclusive=None)
        await self._raw.execute(f"{_BEGIN_READING}; {shown(account_id)}")

    async def begin_writing(self, account_id: str | None, *, exclusive: bool) -> None:
        """Opens a transaction in which each statement sees what was committed before it.

        `exclusive` locks every account that it enters; without it the account is shared with others
        that lock what they change. `account_id` is entered at once.
        """
        begin = (
            f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{_IDLE_TIMEOUT}'; "
            f"{shown(account_id)}"
        )
        enter = self._locks.begin(account_id, exclusive=exclusive)
        await self._raw.execute(f"{begin}; {enter}" if enter else begin)

    async def commit(self) -> bool:
        """Ends the transaction; False: the server took everything back."""
        cursor = await self._raw.execute("COMMIT", prepare=False)
        return cursor.statusmessage == "COMMIT"

    async def settle(self) -> None:
        """Takes back what a transaction has done that was not committed."""
        if self.connected and not self.usable:
            # Every refused booking comes here. After a ROLLBACK by a cursor, psycopg has the server
            # forget all that is prepared, lest tables were changed; here only `script` does that.
            rollback = self._raw._exec_command(b"ROLLBACK")
            with contextlib.suppress(psycopg.Error):
                async with self._raw.lock:
                    await self._raw.wait(rollback)

    async def script(self, text: str) -> list[Row]:
        """Runs statements without parameters; returns the rows of the first."""
        cursor = await self._raw.execute(text)
        return await cursor.fetchall() if cursor.description else []

    async def close(self) -> None:
        """Closes it."""
        await self._raw.close()

    # The protocols

    @property
    def locks(self) -> AdvisoryLocks:
        return self._locks

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        return wait(self._rows(in_psycopg(text), parameters))

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        return wait(self._run(in_psycopg(text), parameters))

    def run_each(self, text: str, of_many: Iterable[Mapping[str, Any]]) -> None:
        wait(self._run_each(in_psycopg(text), of_many))

    async def _rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        cursor = await self._raw.execute(text, parameters, binary=True)
        return await cursor.fetchall()

    async def _run(self, text: str, parameters: Mapping[str, Any]) -> int:
        cursor = await self._raw.execute(text, parameters)
        return cursor.rowcount

    async def _run_each(self, text: str, of_many: Iterable[Mapping[str, Any]]) -> None:
        await self._raw.cursor().executemany(text, of_many)


class Context:
    """The types in force, as psycopg takes them."""

    def __init__(self, adapters: AdaptersMap) -> None:
        self.adapters = adapters
        self.connection = None
