"""A database in memory for pure rules, and one of each test's own for operations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from databases import Templates
from openslot.storage.transactions import Database
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
) -> Templates[None]:
    """Databases with both accounts. Copied, never used."""

    async def fill(database: Database, _: str) -> None:
        await make_town(database)

    return Templates(tmp_path_factory.mktemp("scheduling"), postgresql, fill)


@pytest.fixture
def town(dialect: str, first_day: Templates[None], tmp_path: Path) -> Iterator[Town]:
    """A copy of one, open; what must always hold of its accounts is looked at in the end."""
    with first_day.of(dialect).copied(tmp_path) as url:
        town = Town.at(url)
        yield town
        problems = {name: office.problems() for name, office in town.offices.items()}
        town.close()
        assert not any(problems.values()), problems


@pytest.fixture
def acme(town: Town) -> Office:
    """The account that a test is about."""
    return town.office("acme")


@pytest.fixture
def globex(town: Town) -> Office:
    """Another account with the same catalogue, which must never notice."""
    return town.office("globex")
