"""Notes that are held in memory and written together, some seconds later.

Nobody waits for the write. What is lost when a process is killed is what was noted last.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from contextvars import Context


class WriteBehind(ABC):
    """Something noted on the event loop, and written some seconds after while there is any."""

    def __init__(self, flush_seconds: float) -> None:
        """Nothing runs until the first note."""
        self._flush_seconds = flush_seconds
        self._flushing: asyncio.Task[None] | None = None

    @property
    @abstractmethod
    def pending(self) -> bool:
        """Whether there is something left to write or to forget."""

    @abstractmethod
    async def flush(self) -> None:
        """Writes what has been noted; goes on to hold it when the database does not answer."""

    async def flush_due(self) -> None:
        """Writes what should not wait any longer: all of it, unless a subclass groups notes."""
        await self.flush()

    def begin(self) -> None:
        """Something was noted: it will be written. Called on the event loop; never waits."""
        if self._flushing is None:
            # In a context of its own: what is written later is not the work of the request that
            # happened to be noted first.
            self._flushing = asyncio.get_running_loop().create_task(
                self._flush_later(), context=Context()
            )

    async def close(self) -> None:
        """Writes what is left. Call it before the database is closed."""
        if self._flushing is not None:
            self._flushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flushing
        await self.flush()

    async def _flush_later(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._flush_seconds)
                await self.flush_due()
                if not self.pending:
                    break
        finally:
            self._flushing = None
