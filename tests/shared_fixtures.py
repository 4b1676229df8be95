"""What tests of every part use: both databases, clocks, and how examples are made up.

One PostgreSQL server is shared by all tests of a process.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from starlette import routing

from databases import KINDS
from openslot.web.http import limits
from postgresql import Server, running
from rounds import rounds
from stopped_clock import StoppedClock
from warm.program import Warmth

Warmth.active = True
# A thousand servers with the same addresses are made in a process of tests.
routing.compile_path = cache(routing.compile_path)

# Others are at work on the machine, so no example fails for its seconds.
settings.register_profile(
    "openslot",
    max_examples=rounds(few=10, some=100, many=5000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("openslot")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that the product runs on."""
    return "asyncio"


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


@pytest.fixture
def limits_clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """The clock of every rate limit of this process."""
    clock = StoppedClock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Takes back what a test configures of logs: it is of the whole process."""
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


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
