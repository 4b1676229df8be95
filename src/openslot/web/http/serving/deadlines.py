"""How long requests may take: one timer for all of them, where each used to have its own.

All have the same time, so whoever began first is due first.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Deadline:
    """When one request must be done."""

    __slots__ = ("_deadlines", "_due_at", "_is_over", "_task")

    def __init__(self, deadlines: "Deadlines", task: "asyncio.Task[object]", due_at: float) -> None:
        """`due_at` is in seconds of the loop's clock."""
        self._deadlines = deadlines
        self._task = task
        self._due_at = due_at
        self._is_over = False

    def lift(self) -> None:
        """The request may take as long as it likes: its response has no end."""
        self._deadlines.forget(self)

    @property
    def due_at(self) -> float:
        """In seconds of the loop's clock."""
        return self._due_at

    @property
    def is_over(self) -> bool:
        """Whether the request was stopped."""
        return self._is_over

    def stop(self) -> None:
        """Stops the request where it waits."""
        self._is_over = True
        self._task.cancel()

    def settle(self, cancelled_before: int) -> bool:
        """Takes the stop back; whether it was the only one."""
        return self._task.uncancel() <= cancelled_before


class Deadlines:
    """The requests of one process that run."""

    def __init__(self, seconds: float) -> None:
        """0 is no limit."""
        self._seconds = seconds
        self._running: dict[Deadline, None] = {}  # in the order in which they are due
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def limited(self) -> Iterator[Deadline | None]:
        """What runs within has the limit; None: there is none.

        Raises:
            TimeoutError: it took longer.
        """
        task = asyncio.current_task()
        if not self._seconds or task is None:
            yield None
            return
        loop = task.get_loop()
        before = task.cancelling()
        deadline = Deadline(self, task, loop.time() + self._seconds)
        self._running[deadline] = None
        if self._timer is None:
            self._timer = loop.call_at(deadline.due_at, self._look, loop)
        try:
            yield deadline
        except asyncio.CancelledError:
            if deadline.is_over and deadline.settle(before):
                raise TimeoutError from None
            raise
        else:
            if deadline.is_over:  # it was done in the moment in which it was stopped
                deadline.settle(before)
        finally:
            self.forget(deadline)

    @property
    def any_running(self) -> bool:
        """Whether a request runs that has the limit."""
        return bool(self._running)

    def forget(self, deadline: Deadline) -> None:
        """It runs no more, or without a limit."""
        self._running.pop(deadline, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stops those that are due, and looks again when the next one is."""
        self._timer = None
        for deadline in list(self._running):
            if deadline.due_at > loop.time():
                self._timer = loop.call_at(deadline.due_at, self._look, loop)
                return
            self.forget(deadline)
            deadline.stop()
