"""What the engines of the databases offer to transactions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]


class Locks(Protocol):
    """How transactions that write at the same time lock each other out."""

    def enter(self, account_id: str) -> None:
        """Locks an account, at least for those that do not lock what they change."""

    def take(
        self, account_id: str, kind: str, names: Iterable[object], *, for_now: bool = False
    ) -> None:
        """Locks what has these names, one after the other, in one order for all transactions.

        Until the transaction ends, or `for_now` until `give_back`.
        """

    def give_back(self) -> None:
        """Releases what was taken `for_now`; nothing was written since."""


class Connection(Protocol):
    """What a dialect offers: SQL with `:name` parameters in, tuples out."""

    @property
    def locks(self) -> Locks | None:
        """None where one transaction writes at a time."""

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """All rows of a query."""

    def run(self, text: str, parameters: Mapping[str, Any]) -> int:
        """Executes and returns how many rows it changed."""

    def run_each(self, text: str, of_many: Iterable[Mapping[str, Any]]) -> None:
        """Executes once with each of many parameters."""
