"""Transactions. An operation is a plain function whose first argument is one of these.

It cannot await, so no network call creeps in; it may run twice, so it has no effect outside
its transaction; raising rolls it back, returning commits it, and the caller gets the value
only after the commit.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from openslot.kernel.clock import Millis, now_ms
from openslot.kernel.errors import NotFound, Unavailable
from openslot.storage import accounts
from openslot.storage.accounts import Account
from openslot.storage.connection import Connection, Row
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.version_cache import VersionCache

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseUnavailable(Unavailable):
    """The database is gone, full, read-only or busy past the lock time-out. Nothing was written."""

    code = "database_unavailable"
    title = "The database is not available at the moment; nothing was saved, try again"


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke during the commit: it became durable, as a whole, or nothing did."""

    title = (
        "The connection to the database broke during the commit; check whether it was done, or "
        "send the request again with the same Idempotency-Key"
    )


class SchemaMismatch(Exception):
    """The database's tables are not those of this version. `openslot migrate` brings them there."""


class SystemTx:
    """A transaction across accounts: start-up, migrations, sign-in, background work."""

    __slots__ = ("_connection", "real_now", "version_cache", "writes")

    def __init__(
        self, connection: Connection, real_now: Millis, version_cache: VersionCache, *, writes: bool
    ) -> None:
        """`real_now` is the one time that this transaction has, read after its locks."""
        self._connection = connection
        self.real_now = real_now
        self.version_cache = version_cache
        self.writes = writes

    def one(self, statement: SystemStatement, **parameters: Any) -> Row | None:
        """The first row, or None."""
        rows = self._connection.rows(statement, parameters)
        return rows[0] if rows else None

    def all(self, statement: SystemStatement, **parameters: Any) -> Sequence[Row]:
        """Every row."""
        return self._connection.rows(statement, parameters)

    def run(self, statement: SystemStatement, **parameters: Any) -> int:
        """Changes rows; returns how many."""
        return self._connection.run(statement, parameters)

    def lock(self, kind: str) -> None:
        """Locks what `kind` names, for the whole installation, until this transaction ends."""
        if self._connection.locks is not None:
            self._connection.locks.take("", kind, ("",))

    def account(self, account_id: str) -> "AccountTx":
        """The same transaction, narrowed to one account.

        Raises:
            NotFound: there is none with this id.
        """
        return open_account(
            self._connection, account_id, self.real_now, self.version_cache, self.writes
        )


class AccountTx:
    """A transaction that cannot leave its account: the id is in every statement."""

    __slots__ = ("_connection", "account", "now", "real_now", "version_cache", "wipes", "writes")

    def __init__(
        self,
        connection: Connection,
        account: Account,
        real_now: Millis,
        version_cache: VersionCache,
        *,
        writes: bool,
    ) -> None:
        """`now` is the account's own time (its sandbox clock), `real_now` everybody's."""
        self._connection = connection
        self.account = account
        self.real_now = real_now
        self.now = account.now(real_now)
        self.version_cache = version_cache
        self.writes = writes
        self.wipes = False  # an operation sets it: no trace is to be left of what it deletes

    def one(self, statement: AccountStatement, **parameters: Any) -> Row | None:
        """The first row, or None."""
        parameters["account_id"] = self.account.id
        rows = self._connection.rows(statement, parameters)
        return rows[0] if rows else None

    def all(self, statement: AccountStatement, **parameters: Any) -> Sequence[Row]:
        """Every row."""
        parameters["account_id"] = self.account.id
        return self._connection.rows(statement, parameters)

    def run(self, statement: AccountStatement, **parameters: Any) -> int:
        """Changes rows; returns how many."""
        parameters["account_id"] = self.account.id
        return self._connection.run(statement, parameters)

    def run_each(self, statement: AccountStatement, of_many: Iterable[Mapping[str, Any]]) -> None:
        """Changes rows once with each of many parameters, without a round trip for each."""
        own = self.account.id
        self._connection.run_each(statement, [{**one, "account_id": own} for one in of_many])

    def lock(self, kind: str, names: Iterable[object], *, for_now: bool = False) -> bool:
        """Locks what has these names until this transaction ends.

        False: nobody else can write meanwhile. True: what was read before may have changed since,
        and the transaction's time is read again, since it may have waited. A concurrent write
        (`Database.write_concurrently`) locks what it decides by, in this order: bookings,
        idempotency key, client, sheets.
        """
        locks = self._connection.locks
        if locks is None:
            return False
        locks.take(self.account.id, kind, names, for_now=for_now)
        self.real_now = max(self.real_now, now_ms())
        self.now = self.account.now(self.real_now)
        return True

    def unlock(self) -> None:
        """Releases what the last `lock` took `for_now`; nothing was written since."""
        if self._connection.locks is not None:
            self._connection.locks.give_back()

    def again(self) -> "AccountTx":
        """The same transaction, with the account row read again: this one has changed it."""
        return open_account(
            self._connection, self.account.id, self.real_now, self.version_cache, self.writes
        )

    def cached(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """What `make` computes from rows at `version`, cached for the next transaction."""
        return self.version_cache.get((self.account.id, key), version, make)


class Database(Protocol):
    """Where operations run: `await database.write(account_id, operation, …)`."""

    version_cache: VersionCache

    @property
    def damaged(self) -> bool:
        """Whether its engine has called it damaged since this process began."""

    async def read(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs an operation on one snapshot of an account."""

    async def read_in_background(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """As `read`, for what reads so many rows that no request should wait for it.

        One runs at a time; it may run in another thread, so it touches nothing but its
        transaction.
        """

    async def write(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs an operation that may change an account, alone; returns once it is durable."""

    async def write_concurrently(
        self,
        account_id: str,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """As `write`, for an operation that locks what it decides by (`AccountTx.lock`).

        Other concurrent writes may run at the same time, those of `write` may not.
        """

    async def read_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a reading operation across accounts; `reason` says in the code why it must."""

    async def write_system(
        self,
        reason: str,
        operation: Callable[Concatenate[SystemTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a writing operation across accounts; `reason` says in the code why it must."""

    async def migrate(self) -> list[str]:
        """Brings the tables to this version; returns the names of the migrations that ran."""

    async def check_schema(self) -> None:
        """Passes when the tables are those of this version.

        Raises:
            SchemaMismatch: they are not.
        """

    async def close(self) -> None:
        """Finishes what runs and closes the database."""


_ACCOUNT = SystemStatement(f"SELECT {accounts.COLUMNS} FROM accounts WHERE id = :id")  # noqa: S608


def open_account(
    connection: Connection,
    account_id: str,
    real_now: Millis,
    version_cache: VersionCache,
    writes: bool,
) -> AccountTx:
    """The account's transaction on a connection that has one open.

    Raises:
        NotFound: there is no such account.
    """
    if writes and connection.locks is not None:
        connection.locks.enter(account_id)
    rows = connection.rows(_ACCOUNT, {"id": account_id})
    if not rows:
        raise NotFound("There is no such account")
    return AccountTx(
        connection, accounts.account_of(rows[0]), real_now, version_cache, writes=writes
    )
