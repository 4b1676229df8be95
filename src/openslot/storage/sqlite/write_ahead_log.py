"""Keeping SQLite's write-ahead log short without making any COMMIT wait for it."""

import asyncio
import contextlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

# Of about 500 reservations and confirmations. An import changes as many in one operation.
_CHECKPOINT_EVERY_ROWS = 3_000
_FRAMES_WORTH_RESETTING = 4000
_PATIENCE_SECONDS = 5.0
_RETRY_SECONDS = 0.01
_AGAIN_SECONDS = 1.0


class WriteAheadLog:
    """The log of one file, as the process that writes sees it."""

    def __init__(self, checkpointer: sqlite3.Connection, background: ThreadPoolExecutor) -> None:
        """`checkpointer` is a connection of its own, used in the one thread of `background`."""
        self._checkpointer = checkpointer
        self._background = background
        self._rows = 0
        self._checkpointing: asyncio.Future[int] | None = None
        self._wiping = False
        self._closed = False

    def wipe(self) -> None:
        """What the open transaction deletes is soon to be gone from the log too."""
        self._wiping = True

    def count(self, rows: int) -> None:
        """So many rows were changed. Copies the log into the file in another thread, in time.

        So no COMMIT has to.
        """
        self._rows += rows
        if self._rows < _CHECKPOINT_EVERY_ROWS or self._checkpointing:
            return
        self._rows = 0
        loop = asyncio.get_running_loop()
        self._checkpointing = loop.run_in_executor(self._background, self._checkpoint)

    def _checkpoint(self) -> int:
        """Copies what it can; returns how many frames the log has."""
        try:
            row = self._checkpointer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error:
            return 0  # busy or full: the log keeps everything, and the next one tries again
        return int(row[1])

    def _empty_soon(self) -> None:
        """Empties the log in another thread, if that is still to be done."""
        if self._wiping and not self._closed:
            self._wiping = False
            loop = asyncio.get_running_loop()
            loop.run_in_executor(self._background, self._empty, loop)

    def _empty(self, loop: asyncio.AbstractEventLoop) -> None:
        """Copies the whole log into the file and cuts it off; waits for who reads an old state."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                busy, _, _ = self._checkpointer.execute(
                    "PRAGMA wal_checkpoint(TRUNCATE)"
                ).fetchone()
            except sqlite3.Error:
                busy = True
            if not busy:
                return
            time.sleep(_RETRY_SECONDS)
        # Somebody reads for long, and others need this thread.
        self._wiping = True
        with contextlib.suppress(RuntimeError):  # nothing runs any more
            loop.call_soon_threadsafe(loop.call_later, _AGAIN_SECONDS, self._empty_soon)

    async def reset(self) -> None:
        """Copies the last frames while nobody here writes: only then does the log start over."""
        self._empty_soon()
        if self._checkpointing is None or not self._checkpointing.done():
            return
        frames = self._checkpointing.result()
        self._checkpointing = None
        if frames > _FRAMES_WORTH_RESETTING:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._background, self._checkpoint)

    def close(self) -> None:
        """Begins nothing any more."""
        self._closed = True
