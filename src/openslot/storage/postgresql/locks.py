"""Locks by name on PostgreSQL: advisory locks that end with their transaction."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import psycopg

from openslot.storage.connection import Row
from openslot.storage.postgresql.greenlet_bridge import wait


class AdvisoryLocks:
    """The locks of one connection's open transaction: the `Locks` protocol, inside `run`."""

    def __init__(self, raw: psycopg.AsyncConnection[Row]) -> None:
        """`raw` is the connection whose transactions take the locks."""
        self._raw = raw
        self._exclusive: bool | None = None  # None: the transaction only reads
        self._entered: set[str] = set()

    def begin(self, account_id: str | None, *, exclusive: bool | None) -> str:
        """Begins with a new transaction; returns the statement that enters its first account.

        `exclusive` transactions have every account that they enter to themselves; others share
        it with those that lock what they change. None: the transaction takes no locks.
        """
        self._exclusive = exclusive
        self._entered.clear()
        if account_id is None or exclusive is None:
            return ""
        self._entered.add(account_id)
        return self._enter(account_id)

    def enter(self, account_id: str) -> None:
        """Locks an account, unless that was done before."""
        if self._exclusive is None or account_id in self._entered:
            return
        self._entered.add(account_id)
        wait(self._raw.execute(self._enter(account_id)))

    def take(
        self, account_id: str, kind: str, names: Iterable[object], *, for_now: bool = False
    ) -> None:
        """Locks names, in one order for all transactions."""
        keys = sorted({_key(account_id, kind, name) for name in names})
        locks = [f"SELECT pg_advisory_xact_lock({key})" for key in keys]
        if for_now:  # rolling back to a savepoint is the only way to release such a lock early
            locks.insert(0, "SAVEPOINT locked")
        if locks:
            wait(self._raw.execute("; ".join(locks)))

    def give_back(self) -> None:
        """Releases what was taken `for_now`."""
        wait(self._raw.execute("ROLLBACK TO locked"))

    def _enter(self, account_id: str) -> str:
        function = "pg_advisory_xact_lock" if self._exclusive else "pg_advisory_xact_lock_shared"
        return f"SELECT {function}({_key(account_id, 'account', '')})"


@lru_cache(maxsize=16384)
def _key(account_id: str, kind: str, name: object) -> int:
    """The number of a lock, 64 bits; two that meet by chance only wait for each other."""
    digest = blake2b(repr((account_id, kind, name)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
