"""A database, an application and an HTTP client of each test's own."""

import base64
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from databases import Templates
from openslot.app import App, open_app
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.settings import Settings
from openslot.storage.transactions import Database
from postgresql import Server

from .browsing import Staff, make_staff
from .delegation import Desk, make_desk
from .world import PUBLIC_URL, World, make_world, oauth_app, on

NO_LIMITS: dict[str, Any] = {
    "tokens_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_client": 0,
    "wrong_secrets_per_minute_and_address": 0,
}


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings with a master key of this run, and without limits."""
    master_key = base64.b64encode(os.urandom(32)).decode()
    return Settings(public_url=PUBLIC_URL, master_key=master_key, **NO_LIMITS)


@pytest.fixture(scope="session")
def first_day(
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: Callable[[], Server],
) -> Templates[Callable[[App], World]]:
    """Databases with keys and both accounts. Copied, never used."""

    async def fill(database: Database, _: str) -> Callable[[App], World]:
        keys = await PurposeKeys.load(database, settings.master_key_bytes)
        await KeyRing.load(database, keys)
        pepper = pepper_of(keys)
        return await database.write_system("a test", make_world, pepper)

    return Templates(tmp_path_factory.mktemp("identity"), postgresql, fill)


@pytest.fixture
def address(
    dialect: str, first_day: Templates[Callable[[App], World]], tmp_path: Path
) -> Iterator[str]:
    """Of a copy of such a database."""
    # Made here and not in `app`: it runs a loop of its own.
    with first_day.of(dialect).copied(tmp_path) as url:
        yield url


@pytest.fixture
async def app(settings: Settings, address: str) -> AsyncIterator[App]:
    """A started application on that database."""
    app = await open_app(on(settings, address))
    yield app
    await app.close()


@pytest.fixture
async def world(app: App, dialect: str, first_day: Templates[Callable[[App], World]]) -> World:
    """Two accounts with clients."""
    return first_day.of(dialect).filled(app)


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
