"""Last uses of secrets: noted at once, written a little later, never lost on the way."""

import asyncio

import httpx
import pytest

from openslot.app import App, open_app
from openslot.identity.clients import secret_rotation
from openslot.identity.clients.secret_uses import SecretUses
from openslot.kernel.clock import now_ms

from .test_token_endpoint import basic, post
from .world import World

pytestmark = pytest.mark.anyio


async def last_used(world: World, app: App | None = None) -> list[int | None]:
    """Of the website's secrets, the oldest first."""
    database = (app or world.app).database
    secrets = await database.read(world.acme.id, secret_rotation.secrets_of, world.website)
    return [secret.last_used_at for secret in secrets]


async def until_written(world: World, uses: SecretUses, at: int) -> None:
    """Waits until this use is in the database and nothing is left to do."""
    async with asyncio.timeout(5):
        while await last_used(world) != [at] or uses._flushing is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_use_is_written_later_not_with_the_token(
    http: httpx.AsyncClient, world: World
) -> None:
    """The token's answer does not wait for it; a refused request is no use."""
    before = now_ms()
    headers = [("Authorization", basic(world.website.client_id, "wrong"))]
    await post(http, world, headers=headers, without=("Authorization",))
    await world.app.secret_uses.flush()
    assert await last_used(world) == [None]
    await post(http, world)
    assert await last_used(world) == [None]
    await world.app.secret_uses.flush()
    (used,) = await last_used(world)
    assert used is not None
    assert before <= used <= now_ms()


async def test_the_secret_that_was_used_is_the_one_marked(
    http: httpx.AsyncClient, world: World
) -> None:
    """Of two live ones; and the foreign client's stays unused."""
    database = world.app.database
    second = await database.write(
        world.acme.id, secret_rotation.make_secret, world.pepper, world.website
    )
    headers = [("Authorization", basic(world.website.client_id, second.text))]
    await post(http, world, headers=headers, without=("Authorization",))
    await world.app.secret_uses.flush()
    first_use, second_use = await last_used(world)
    assert first_use is None
    assert second_use is not None
    (foreign,) = await database.read(world.globex.id, secret_rotation.secrets_of, world.foreign)
    assert foreign.last_used_at is None


async def test_it_is_written_by_itself(world: World) -> None:
    """After the time that was set, and again after the next use; nothing runs in between."""
    uses = SecretUses(world.app.database, flush_seconds=0.02)
    (secret,) = await world.app.database.read(
        world.acme.id, secret_rotation.secrets_of, world.website
    )
    for at in (1000, 2000):
        uses.note(world.acme.id, world.website.client_id, secret.id, at)
        assert uses._flushing is not None
        await until_written(world, uses, at)
    await uses.close()


async def test_an_older_use_does_not_go_back(world: World) -> None:
    """Two processes write as they please."""
    uses = SecretUses(world.app.database)
    (secret,) = await world.app.database.read(
        world.acme.id, secret_rotation.secrets_of, world.website
    )
    for at, expected in ((2000, 2000), (1000, 2000), (3000, 3000)):
        uses.note(world.acme.id, world.website.client_id, secret.id, at)
        await uses.flush()
        assert await last_used(world) == [expected]
    await uses.close()


async def test_closing_writes_what_is_left(http: httpx.AsyncClient, world: World) -> None:
    """Before the database goes."""
    await post(http, world)
    await world.app.close()
    again = await open_app(world.app.settings)
    (used,) = await last_used(world, again)
    assert used is not None
    await again.close()


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_use_survives_a_database_that_cannot_be_written(world: World) -> None:
    """It is kept, and written when the database can be."""
    writer = world.app.database._writer  # type: ignore[attr-defined]
    writer.execute("PRAGMA query_only = 1")
    uses = SecretUses(world.app.database, flush_seconds=0.01)
    (secret,) = await world.app.database.read(
        world.acme.id, secret_rotation.secrets_of, world.website
    )
    uses.note(world.acme.id, world.website.client_id, secret.id, 1000)
    await uses.flush()
    await asyncio.sleep(0.05)
    assert await last_used(world) == [None]
    writer.execute("PRAGMA query_only = 0")
    await until_written(world, uses, 1000)
    await uses.close()


async def test_a_revoked_secret_is_not_brought_back(world: World) -> None:
    """Its use was noted before it went."""
    database = world.app.database
    (secret,) = await database.read(world.acme.id, secret_rotation.secrets_of, world.website)
    world.app.secret_uses.note(world.acme.id, world.website.client_id, secret.id, 1000)
    await database.write(world.acme.id, secret_rotation.revoke_secret, world.website, secret.id)
    await world.app.secret_uses.flush()
    assert await last_used(world) == []
