"""A dry run: a transaction that does everything, is rolled back, and still tells what it did."""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Tx = TypeVar("Tx")


class DryRun(Exception):
    """Rolls back the transaction in which it is raised; `result` is what would have been done."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


async def rolled_back(
    write: Callable[..., Awaitable[object]],
    account_or_reason: str,
    operation: Callable[Concatenate[Tx, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """What an operation would return; nothing that it writes is saved.

    `write` is `Database.write`, or a sibling of it, with the arguments that it takes.

    Raises:
        Exception: whatever the operation raises.
    """

    def tried(tx: Tx, *args: P.args, **kwargs: P.kwargs) -> None:
        raise DryRun(operation(tx, *args, **kwargs))

    try:
        await write(account_or_reason, tried, *args, **kwargs)
    except DryRun as run:
        result: T = run.result
        return result
    raise AssertionError("a write returned although its operation raised")
