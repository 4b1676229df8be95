"""A database in memory for pure rules, and one of each test's own for operations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from databases import Templates
from postgresql import Server

from .ledger import Ledger
from .office import Office, Town, make_town


@pytest.fixture(scope="session")
def ledger() -> Iterator[Ledger]:
    """One account without a file."""
    ledger = Ledger()
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def first_day(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[[], Server]
) -> Templates:
    """Databases with both accounts. Copied, never used."""
    return Templates(tmp_path_factory.mktemp("scheduling"), postgresql, make_town)


@pytest.fixture
def town(dialect: str, first_day: Templates, tmp_path: Path) -> Iterator[Town]:
    """A copy of one, open; what must always hold is looked at when the test is over."""
    with first_day.of(dialect).copied(tmp_path) as url:
        town = Town.at(url)
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
