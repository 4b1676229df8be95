"""A database whose transactions are spans of a trace."""

from collections.abc import Callable
from typing import Any, cast

from openslot.observability.traces import TransactionSpan
from openslot.storage.transactions import Database

_TRANSACTIONS = (
    *("read", "read_in_background", "write", "write_concurrently"),
    *("read_system", "write_system"),
)


def traced(database: Database, span: TransactionSpan) -> Database:
    """The same database; `span` is given the kind of each transaction."""
    return cast(Database, _TracedDatabase(database, span))


class _TracedDatabase:
    """Has every method of the database, and those that open a transaction within a span."""

    def __init__(self, database: Database, span: TransactionSpan) -> None:
        self._database = database
        self._span = span
        for kind in _TRANSACTIONS:
            setattr(self, kind, self._within_span(kind, getattr(database, kind)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def _within_span(self, kind: str, run: Callable[..., Any]) -> Callable[..., Any]:
        async def transaction(*arguments: Any, **named: Any) -> Any:
            with self._span(kind):
                return await run(*arguments, **named)

        return transaction
