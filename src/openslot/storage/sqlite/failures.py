"""What an error of SQLite means for whoever asked, and whether the file is damaged."""

import logging
import math
import sqlite3
import time

from openslot.storage.damage import DatabaseDamaged
from openslot.storage.transactions import DatabaseUnavailable

_LOG = logging.getLogger("openslot.storage")
_LOG.addHandler(logging.NullHandler())  # a command, which has no log, prints what it ends with
_REPEAT_SECONDS = 60
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite says that the file is not what it should be."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def is_no_table(error: sqlite3.Error) -> bool:
    """Whether a statement names something that is not there, and nothing else is wrong."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR


class FailureMemory:
    """The failures of one file in one process; that it is damaged is remembered."""

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self.damaged = False
        self._logged = ""
        self._logged_at = -math.inf

    def meaning(self, cause: BaseException, detail: str = "") -> DatabaseUnavailable:
        """What to raise for an error of SQLite.

        `detail` says it to an operator who waits for it; without one the log has the reason, and
        the response does not.
        """
        if is_damage(cause):
            self.damaged = True
            failure: DatabaseUnavailable = DatabaseDamaged(detail)
        else:
            failure = DatabaseUnavailable(detail)
        failure.__cause__ = cause
        if not detail:
            self._log(failure.code, str(cause))
        return failure

    def _log(self, code: str, reason: str) -> None:
        """Every request may fail for the same reason: it is logged once a minute."""
        now = time.monotonic()
        if reason == self._logged and now < self._logged_at + _REPEAT_SECONDS:
            return
        self._logged, self._logged_at = reason, now
        _LOG.error("%s: %s", code, reason)
