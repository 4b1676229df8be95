"""The PostgreSQL server that all tests of a process share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from postgresql import Server, running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], Server]]:
    """Gives the server; it is started when somebody asks for the first time."""
    with ExitStack() as stack:
        started: list[Server] = []

        def server() -> Server:
            if not started:
                started.append(stack.enter_context(running()))
            return started[0]

        yield server
