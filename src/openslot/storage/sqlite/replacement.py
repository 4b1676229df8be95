"""Putting another file in the place of a database that nobody uses.

SQLite's log files belong to a file's name: one that a crash has left beside the database would be
played into whatever gets that name. So the log is copied into the replaced database first, and what
cannot be copied goes along with it under its new name.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from os.path import lexists
from pathlib import Path

from openslot.kernel.clock import instant_of_millis, now_ms
from openslot.kernel.errors import Conflict
from openslot.storage.private_files import make_folder, open_new, sync_folder
from openslot.storage.sqlite.file_lock import FileLock, locked

_HEADER = b"SQLite format 3\0"
_LOGS = ("-wal", "-shm", "-journal")


class NoBackup(Conflict):
    """The file is not one that `openslot backup` made."""

    code = "no_backup"
    title = "This is not a backup"


class Replacement:
    """One exchange of a database. Until `swap` every byte of the database is as it was."""

    def __init__(self, database: Path) -> None:
        """`database` need not be there; where it is a link, what it leads to is replaced."""
        self.database = database.resolve()
        self.copy = self._named(".restoring")
        self._lock: FileLock | None = None

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Keeps other processes from opening the database.

        Raises:
            DatabaseInUse: one has it open.
            OSError: it cannot be opened for writing.
        """
        make_folder(self.database.parent)
        if not self.database.exists():
            yield
            return
        with locked(self.database) as self._lock:
            yield
        self._lock = None

    @contextmanager
    def copied(self, source: Path) -> Iterator[None]:
        """Makes `copy` of a backup; it goes when the block ends, unless it was swapped.

        Raises:
            NoBackup: the source is no single file of SQLite.
            OSError: it cannot be read, or the copy not be written.
        """
        _check_source(source)
        self._remove_copy()  # of a restore that was interrupted
        try:
            with source.open("rb") as read, os.fdopen(open_new(self.copy), "wb") as written:
                shutil.copyfileobj(read, written, 1 << 20)
                self._keep_owner(written.fileno())
                written.flush()
                os.fsync(written.fileno())
            yield
        finally:
            self._remove_copy()

    def swap(self) -> Path | None:
        """Gives the copy the database's name; returns where the replaced one is now.

        None: there was none.

        Raises:
            DatabaseInUse: somebody opened the database meanwhile.
            OSError: the disk refuses it.
        """
        folder, replaced = self.database.parent, self._new_name()
        if self._lock is not None:
            self._absorb_log(self._lock)
            # A second name first: at no time is there no database.
            _link_or_rename(self.database, replaced)
        self._move_logs(replaced)
        sync_folder(folder)
        self.copy.rename(self.database)
        sync_folder(folder)
        return None if self._lock is None else replaced

    def _absorb_log(self, lock: FileLock) -> None:
        """Copies a log that was left into the database, if SQLite can read both."""
        log = self._named("-wal")
        if not log.exists():
            return
        with (
            contextlib.suppress(sqlite3.Error),
            closing(sqlite3.connect(self.database, isolation_level=None, timeout=0)) as file,
        ):
            file.execute("PRAGMA locking_mode = EXCLUSIVE")
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        lock.take()

    def _move_logs(self, replaced: Path) -> None:
        """What is left of logs goes with the replaced database."""
        for end in _LOGS:
            log = self._named(end)
            if not lexists(log):
                continue
            if end == "-shm":  # SQLite makes it again
                log.unlink()
            else:
                log.rename(replaced.with_name(replaced.name + end))

    def _new_name(self) -> Path:
        stamp = instant_of_millis(now_ms()).strftime("%Y%m%dT%H%M%SZ")
        name, number = f".replaced-{stamp}", 1
        while lexists(path := self._named(name)):
            number += 1
            name = f".replaced-{stamp}-{number}"
        return path

    def _keep_owner(self, descriptor: int) -> None:
        """Whoever restores as root leaves the file to the user of the service."""
        if self._lock is not None:
            owner = os.fstat(self._lock.descriptor)
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, owner.st_uid, owner.st_gid)

    def _remove_copy(self) -> None:
        for end in ("", *_LOGS):
            self.copy.with_name(self.copy.name + end).unlink(missing_ok=True)

    def _named(self, end: str) -> Path:
        return self.database.with_name(self.database.name + end)


def _check_source(source: Path) -> None:
    with source.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise NoBackup(f"{source} is not a backup: it is no SQLite database")
    for end in ("-wal", "-journal"):
        log = source.with_name(source.name + end)
        if log.exists() and log.stat().st_size:
            raise NoBackup(
                f"{source} is not a complete backup: a part of it is in {log}. "
                "Make a backup of it with `openslot backup`"
            )


def _link_or_rename(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except PermissionError:  # no file has two names on this file system
        old.rename(new)
