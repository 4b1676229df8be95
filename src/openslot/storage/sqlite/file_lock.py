"""The lock of SQLite's file that only one process can have, while none has the database open."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openslot.storage.usage import DatabaseInUse

# The bytes that SQLite's processes lock instead of the database: whoever has read it holds some.
_FIRST_BYTE, _BYTES = 0x40000000, 512


class FileLock:
    """Keeps other processes from opening a database; they wait five seconds, and give up.

    A process loses its locks on a file when it closes it anywhere: take it again afterwards.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        """`descriptor` is of the file, opened for writing."""
        self._path = path
        self.descriptor = descriptor

    def take(self) -> None:
        """Takes the lock, which may be held already.

        Raises:
            DatabaseInUse: another process has the database open.
        """
        try:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _BYTES, _FIRST_BYTE)
        except (BlockingIOError, PermissionError) as error:
            raise DatabaseInUse(
                f"Another process has {self._path} open; stop the servers first"
            ) from error


@contextmanager
def locked(path: Path) -> Iterator[FileLock]:
    """Takes the lock for a block.

    Raises:
        DatabaseInUse: another process has the database open.
        OSError: the file cannot be opened for writing.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        lock = FileLock(path, descriptor)
        lock.take()
        yield lock
    finally:
        os.close(descriptor)


def refuse_if_in_use(path: Path) -> None:
    """Passes when no other process has the database open at this moment.

    Raises:
        DatabaseInUse: one has.
    """
    if path.exists():
        with locked(path):
            pass
