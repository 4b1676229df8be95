"""A database with two accounts, and servers on copies of it."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from databases import KINDS
from openslot.app import open_app
from openslot.database import open_database
from openslot.settings import Settings
from postgresql import Server

from .site import PERSON, Site, started
from .world import PUBLIC_URL, World, make_world, pepper

NO_LIMITS: dict[str, Any] = {
    "requests_per_second_and_client": 0,
    "requests_per_second_and_address": 0,
    "searches_per_minute_and_client": 0,
    "max_live_reservations_per_client": 0,
    "tokens_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_address": 0,
}
Start = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings with a master key of this run, and without limits."""
    master_key = base64.b64encode(os.urandom(32)).decode()
    return Settings(public_url=PUBLIC_URL, master_key=master_key, **NO_LIMITS)


@pytest.fixture(scope="session")
def peopled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A file with both accounts; copied, never used."""
    path = tmp_path_factory.mktemp("web") / "peopled.db"
    return path, filled(settings, f"sqlite:///{path}")


def filled(settings: Settings, url: str) -> World:
    """Puts both accounts into an empty database."""

    async def make() -> World:
        on = replace(settings, database_url=url)
        database = open_database(on)
        await database.migrate()
        await database.close()
        app = await open_app(on)
        world = await app.database.write_system("a test", make_world, pepper(app))
        await app.close()
        return world

    return asyncio.run(make())


@pytest.fixture(scope="session")
def peopled_server(settings: Settings, postgresql: Callable[[], Server]) -> tuple[str, World]:
    """A database of the PostgreSQL server with both accounts; copied, never used."""
    url = postgresql().make()
    return url, filled(settings, url)


@pytest.fixture(scope="session", params=KINDS)
def start(
    request: pytest.FixtureRequest,
    settings: Settings,
    postgresql: Callable[[], Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Start:
    """Starts a server on a copy of each kind of database, with other settings if given."""
    on_server = request.param == "postgresql"
    template, world = request.getfixturevalue("peopled_server" if on_server else "peopled")

    @asynccontextmanager
    async def starting(**changes: Any) -> AsyncIterator[Site]:
        if on_server:
            url = postgresql().make(template)
        else:
            path = tmp_path_factory.mktemp("site") / "test.db"
            shutil.copy(template, path)
            url = f"sqlite:///{path}"
        on = replace(settings, database_url=url, **changes)
        async with started(on, world) as site:
            yield site
        if on_server:
            postgresql().drop(url)

    return starting


@pytest.fixture(scope="session")
async def shared(start: Start) -> AsyncIterator[Site]:
    """One server for all tests that mind their own slots and people."""
    async with start() as site:
        yield site


@pytest.fixture
async def site(start: Start) -> AsyncIterator[Site]:
    """A server of the test's own, whose clock it may set."""
    async with start() as site:
        yield site


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is logged meanwhile; never anything of the person that the tests book for."""
    with structlog.testing.capture_logs() as lines:
        yield lines
    text = repr(lines)
    assert not [value for value in PERSON.values() if value in text]
