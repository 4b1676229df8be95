"""For all tests: both databases, and no secret of theirs in a log.

One PostgreSQL server is shared by all tests of a process.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from databases import KINDS
from postgresql import Server, running

pytest_plugins = ["leaks.plugin"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], Server]]:
    """Gives the server; it is started when somebody asks for the first time."""
    with ExitStack() as stack:
        started: list[Server] = []

        def server() -> Server:
            if not started:
                started.append(stack.enter_context(running()))
                started[0].begin()
            return started[0]

        yield server


@pytest.fixture(params=KINDS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Each kind of database that there is, in turn."""
    return str(request.param)


@pytest.fixture
def empty(
    dialect: str, tmp_path: Path, postgresql: Callable[[], Server]
) -> Iterator[Callable[[], str]]:
    """Gives the address of an empty database, another one each time."""
    numbers = count()
    with ExitStack() as stack:

        def address() -> str:
            if dialect == "postgresql":
                return stack.enter_context(postgresql().database())
            return f"sqlite:///{tmp_path / f'empty-{next(numbers)}.db'}"

        yield address
