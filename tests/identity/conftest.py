"""A database, an application and an HTTP client of each test's own."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.app import App, open_app, open_database
from openslot.settings import Settings

from .browsing import Staff, make_staff
from .delegation import Desk, make_desk
from .world import PUBLIC_URL, World, make_world, oauth_app, on

NO_LIMITS: dict[str, Any] = {
    "tokens_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_address": 0,
}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that the product runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings with a master key of this run, and without limits."""
    master_key = base64.b64encode(os.urandom(32)).decode()
    return Settings(public_url=PUBLIC_URL, master_key=master_key, **NO_LIMITS)


@pytest.fixture(scope="session")
def first_start(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database after its first start: tables and keys, no account. Copied, never used."""
    path = tmp_path_factory.mktemp("identity") / "first.db"

    async def start() -> None:
        database = open_database(on(settings, path))
        await database.migrate()
        await database.close()
        app = await open_app(on(settings, path))
        await app.close()

    asyncio.run(start())
    return path


@pytest.fixture
async def app(settings: Settings, first_start: Path, tmp_path: Path) -> AsyncIterator[App]:
    """A started application on a copy of that database."""
    path = tmp_path / "test.db"
    shutil.copy(first_start, path)
    app = await open_app(on(settings, path))
    yield app
    await app.close()


@pytest.fixture
async def world(app: App) -> World:
    """Two accounts with clients."""
    return await app.database.write_system("a test", make_world, app)


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the OAuth routes alone, without a server."""
    transport = httpx.ASGITransport(app=oauth_app(world.app))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        yield client


@pytest.fixture
async def desk(world: World) -> Desk:
    """A user of acme who lets clients act."""
    return await make_desk(world)


@pytest.fixture
async def staff(desk: Desk) -> Staff:
    """The same user, who can sign in."""
    return await make_staff(desk)
