"""Damage in the file: what the engine reports no command calls well."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from openslot.storage.sqlite.integrity import check_copy

from .conftest import Operator

_PAGE = 4096
_ZEROS = bytes(_PAGE)
_ONES = b"\xff" * _PAGE
_NOISE = random.Random(11).randbytes(_PAGE)
Change = Callable[[bytes], bytes]
_CHANGES: dict[str, Change] = {
    "zeros": lambda page: _ZEROS,
    "ones": lambda page: _ONES,
    "half a page": lambda page: page[: _PAGE // 2] + _NOISE[_PAGE // 2 :],
}


def own_check(path: Path) -> bool:
    """Whether SQLite by itself has nothing to say against a file."""
    with closing(sqlite3.connect(path)) as file:
        try:
            return file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except sqlite3.Error:
            return False


def overwrite(path: Path, number: int, change: Change) -> None:
    """Overwrites a page; the first one has number 0."""
    with path.open("r+b") as file:
        file.seek(number * _PAGE)
        page = file.read(_PAGE)
        file.seek(number * _PAGE)
        file.write(change(page))


@pytest.mark.slow
@pytest.mark.parametrize("change", _CHANGES)
def test_verify_exits_with_1_wherever_sqlite_reports_something(
    operator: Operator, change: str
) -> None:
    operator.runs("client", "create", "acme", "more", "--scope", "openslot/admin.read")
    sound = operator.database.read_bytes()
    pages, reported = len(sound) // _PAGE, 0
    assert pages > 30
    for number in range(pages):
        operator.database.write_bytes(sound)
        overwrite(operator.database, number, _CHANGES[change])
        if not own_check(operator.database):
            reported += 1
            for log in operator.folder.glob("openslot.db-*"):
                log.unlink()
            said = operator.runs("verify", code=1)
            assert "damaged" in said.stderr, (number, said)
            assert "openslot restore" in said.stderr
        if number % 9 == 0 and not own_check(operator.database):
            assert "damaged" in operator.runs("backup", "copy.db", code=1).stderr
            assert not list(operator.folder.glob("copy.db*"))
    # Pages of tables without rows hold nothing that could be damaged.
    assert reported >= 20, reported


def test_a_truncated_file_is_damaged(operator: Operator) -> None:
    content = operator.database.read_bytes()
    operator.database.write_bytes(content[: len(content) // 2])
    assert "damaged" in operator.runs("verify", code=1).stderr
    assert "damaged" in operator.runs("backup", "copy.db", code=1).stderr


def test_a_file_that_is_no_database_is_damaged(operator: Operator) -> None:
    operator.database.write_text("precious " * 1000)
    for command in (("verify",), ("migrate",), ("client", "list", "acme"), ("serve",)):
        said = operator.runs(*command, code=1).stderr
        assert "damaged" in said and said.count("\n") == 1, said


def test_a_sound_database_says_what_was_checked(operator: Operator) -> None:
    said = operator.runs("verify")
    assert said.stdout.startswith("checked: SQLite's integrity check\n")
    assert said.stderr == ""


def test_an_index_that_lacks_a_row_is_damage(operator: Operator) -> None:
    """The check compares indexes with their tables, which a faster one does not."""
    with closing(sqlite3.connect(operator.database)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("DELETE FROM sqlite_master WHERE name = 'clients_by_key'")
        raw.commit()
    with closing(sqlite3.connect(operator.database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    assert "damaged" in operator.runs("verify", code=1).stderr


def test_a_check_of_a_copy_leaves_no_other_file(operator: Operator) -> None:
    operator.runs("backup", "copy.db")
    copy = operator.folder / "copy.db"
    assert check_copy(copy).findings == ()
    assert list(operator.folder.glob("copy.db*")) == [copy]
