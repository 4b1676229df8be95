"""SQLite's own check of a file, and consistent copies of one that are checked before use."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from openslot.storage.damage import Integrity
from openslot.storage.sqlite.connection import open_file
from openslot.storage.sqlite.failures import is_damage
from openslot.storage.sqlite.reasons import unusable
from openslot.storage.transactions import DatabaseUnavailable

_MOST_FINDINGS = 20
_CHECK = f"PRAGMA integrity_check({_MOST_FINDINGS})"
# KiB: indexes are compared with their tables. A file that is mapped is checked a fifth faster, and
# takes as much memory as it is long.
_CACHE = "PRAGMA cache_size = -65536"
_PAGES_AT_ONCE = 2048
_DONE = "SQLite's integrity check"

Progress = Callable[[int, int], None]  # how much is done, of how much


def check_database(path: Path) -> Integrity:
    """Checks the file that others may be using, with its write-ahead log.

    Raises:
        DatabaseUnavailable: it is not there, or cannot be read for another reason than damage.
    """
    if not path.exists():
        raise DatabaseUnavailable(f"There is no database at {path}; `openslot migrate` makes one")
    return _checked(path, lambda: open_file(path))


def check_copy(path: Path) -> Integrity:
    """Checks a file that nobody uses and that has no write-ahead log; leaves no other file.

    Raises:
        DatabaseUnavailable: it cannot be read for another reason than damage.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return _checked(path, lambda: sqlite3.connect(address, uri=True))


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copies what is committed now into an empty file, while others use the source.

    Raises:
        sqlite3.Error: the source cannot be read, or the target not be written.
    """

    def tell(status: int, remaining: int, total: int) -> None:
        progress(total - remaining, total)

    with closing(open_file(source)) as read, closing(sqlite3.connect(target)) as written:
        # One snapshot for the whole copy: otherwise each write of others begins it again.
        read.execute("BEGIN")
        read.execute("SELECT count(*) FROM sqlite_master").fetchone()
        read.backup(written, pages=_PAGES_AT_ONCE, progress=tell, sleep=0)
        read.rollback()


def _checked(path: Path, connect: Callable[[], sqlite3.Connection]) -> Integrity:
    try:
        with closing(connect()) as file:
            file.execute(_CACHE)
            # Damage may be quoted.
            file.text_factory = lambda text: text.decode("utf-8", "replace")
            found = [" ".join(text.split()) for (text,) in file.execute(_CHECK)]
    except sqlite3.Error as error:
        if is_damage(error):
            return Integrity(findings=(str(error),))
        raise DatabaseUnavailable(unusable(path, "read", error)) from error
    return Integrity(done=(_DONE,), findings=() if found == ["ok"] else tuple(found))
