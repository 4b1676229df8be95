"""Plain functions that wait: an operation calls `wait`, and the event loop serves others meanwhile.

Each runs in a greenlet of its own, on the loop's thread. So nothing that it touches in memory
needs a lock, as on SQLite; it can only be overtaken where it asks the database.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from greenlet import getcurrent, greenlet

T = TypeVar("T")


async def run(function: Callable[[], T]) -> T:
    """Runs a function whose calls may `wait`; raises what it raises."""
    runner = greenlet(function)
    # What is bound to this task, such as the request's id in logs, is bound in there too.
    runner.gr_context = getcurrent().gr_context
    step = runner.switch()
    while not runner.dead:
        try:
            value = await cast(Awaitable[Any], step)
        except BaseException as error:
            step = runner.throw(error)
        else:
            step = runner.switch(value)
    return cast(T, step)


def wait(awaitable: Awaitable[T]) -> T:
    """What an awaitable gives, inside a function that `run` runs."""
    runner = getcurrent()
    assert runner.parent is not None, "only what `run` runs may wait"  # noqa: S101
    return cast(T, runner.parent.switch(awaitable))
