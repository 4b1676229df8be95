"""A database in memory for pure rules, and a file of each test's own for operations."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from openslot.storage.sqlite import SqliteDatabase

from .ledger import Ledger
from .office import Office, Town, make_town


@pytest.fixture(scope="session")
def ledger() -> Iterator[Ledger]:
    """One account without a file."""
    ledger = Ledger()
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with both accounts. Copied, never used."""
    path = tmp_path_factory.mktemp("scheduling") / "first.db"
    make_town(path)
    return path


@pytest.fixture
def town(first_day: Path, tmp_path: Path) -> Iterator[Town]:
    """A copy of that file, open; what must always hold is looked at when the test is over."""
    path = tmp_path / "test.db"
    shutil.copy(first_day, path)
    town = Town(SqliteDatabase(path), asyncio.Runner())
    yield town
    problems = [town.office(name).problems() for name in ("acme", "globex")]
    town.close()
    assert problems == [[], []]


@pytest.fixture
def acme(town: Town) -> Office:
    """The account that a test is about."""
    return town.office("acme")


@pytest.fixture
def globex(town: Town) -> Office:
    """Another account with the same catalogue, which must never notice."""
    return town.office("globex")
