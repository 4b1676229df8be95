"""Locks by name: what transactions of all processes keep each other off with on PostgreSQL.

They are advisory locks that end with their transaction (PostgreSQL manual, 13.3.5), so a name can
be locked that has no row yet. Who waits stands in a queue.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import psycopg

from openslot.storage.database import Row
from openslot.storage.plain_functions import wait


class PostgresqlLocks:
    """The locks of the transaction that a connection has open; see `storage.database.Locks`."""

    def __init__(self, raw: psycopg.AsyncConnection[Row]) -> None:
        self._raw = raw
        self._alone = True
        self._entered: set[str] = set()

    def begin(self, account_id: str | None, *, alone: bool) -> str:
        """A transaction begins; the SQL that enters an account as its first statement.

        An account that is entered belongs to the transaction, or without `alone` to all that
        have entered it so.
        """
        self._alone = alone
        self._entered.clear()
        return "" if account_id is None else self._entering(account_id)

    def enter(self, account_id: str) -> None:
        if account_id not in self._entered:
            wait(self._raw.execute(self._entering(account_id)))

    def take(
        self, account_id: str, kind: str, names: Iterable[object], *, for_now: bool = False
    ) -> None:
        keys = sorted({_key(account_id, kind, name) for name in names})
        statements = [f"SELECT pg_advisory_xact_lock({key})" for key in keys]
        if for_now:  # taking back a savepoint is the only way to give such a lock back
            statements.insert(0, "SAVEPOINT locked")
        if statements:
            wait(self._raw.execute("; ".join(statements)))

    def give_back(self) -> None:
        wait(self._raw.execute("ROLLBACK TO locked"))

    def _entering(self, account_id: str) -> str:
        self._entered.add(account_id)
        mode = "" if self._alone else "_shared"
        return f"SELECT pg_advisory_xact_lock{mode}({_key(account_id, 'account', '')})"


@lru_cache(maxsize=16384)
def _key(account_id: str, kind: str, name: object) -> int:
    """The number of a lock, 64 bits; two that meet by chance only wait for each other."""
    digest = blake2b(repr((account_id, kind, name)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
