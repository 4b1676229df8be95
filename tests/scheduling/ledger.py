"""Transactions of one account on a database in memory, for functions that only need to be read.

The statements and tables are the product's; only the file and the event loop are left out.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from openslot.kernel.clock import Millis
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage import schema
from openslot.storage.transactions import AccountTx, open_account
from openslot.storage.version_cache import VersionCache

ACCOUNT = "00000000-0000-7000-8000-00000000000a"


class Ledger:
    """One account, and a clock that stands wherever a test puts it."""

    locks = None

    def __init__(self) -> None:
        self._raw = sqlite3.connect(":memory:", isolation_level=None)
        for _, script in schema.migrations():
            self._raw.executescript(script)
        self._raw.execute(
            "INSERT INTO accounts (id, name, sandbox, clock_offset_ms, catalogue_version, document,"
            " created_at) VALUES (?, 'acme', 1, 0, 1, '{}', 0)",
            (ACCOUNT,),
        )

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """See `Connection.rows`."""
        return self._raw.execute(text, parameters).fetchall()

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        """See `Connection.run`."""
        return self._raw.execute(text, parameters).rowcount

    @contextmanager
    def at(self, now: Millis) -> Iterator[AccountTx]:
        """A transaction at a time, taken back afterwards."""
        self._raw.execute("BEGIN")
        try:
            yield open_account(self, ACCOUNT, now, VersionCache(), True)
        finally:
            self._raw.execute("ROLLBACK")

    @contextmanager
    def holding(self, branch_id: str, sheets: Sheets, now: Millis) -> Iterator[AccountTx]:
        """A transaction at a time, in which the branch has these sheets."""
        with self.at(now) as tx:
            for (resource_id, _), sheet in sheets.items():
                sheet_store.put(tx, branch_id, resource_id, sheet)
            yield tx

    def close(self) -> None:
        """Lets go of the memory."""
        self._raw.close()
