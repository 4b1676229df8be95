"""Refused token requests in the audit trail: counted, recorded later, never a flood."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.identity.refusals.token_refusals import TokenRefusals
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter

from .test_throttles import HERE, UNKNOWN, Door
from .test_token_endpoint import basic, post
from .world import World

pytestmark = pytest.mark.anyio

REFUSED = AuditFilter(type="token.refused")


async def events(world: World, account_id: str | None = None, most: int = 1000) -> list[AuditEntry]:
    """What acme's trail says of refused requests."""
    return await world.app.database.read(account_id or world.acme.id, audit.events, REFUSED, most)


async def refuse(http: httpx.AsyncClient, world: World, client_id: str, **more: Any) -> None:
    """A request with a wrong secret."""
    headers = [("Authorization", basic(client_id, more.pop("secret", "osk_very_wrong")))]
    headers += [("X-ACCOUNT", more["account"])] if "account" in more else []
    without = ("Authorization", *(("X-ACCOUNT",) if "account" in more else ()))
    answer = await post(http, world, headers=headers, without=without)
    assert answer.status_code == 401


async def test_each_client_and_address_is_one_event(http: httpx.AsyncClient, world: World) -> None:
    """With how often and why; written later, and nothing beside it."""
    for _ in range(5):
        await refuse(http, world, world.website.client_id)
    await refuse(http, world, world.mobile.client_id)
    assert await events(world) == []
    await world.app.token_refusals.flush()
    found = {event.client: event for event in await events(world)}
    assert found.keys() == {world.website.client_id, world.mobile.client_id}
    event = found[world.website.client_id]
    assert (event.actor_type, event.actor_id, event.secret_id) == (None, None, None)
    assert event.address == "127.0.0.1"
    assert event.detail.keys() == {"count", "reasons", "firstAt", "lastAt"}
    assert event.detail["count"] == 5
    assert event.detail["reasons"] == {"wrong_secret": 5}
    assert event.detail["firstAt"] <= event.detail["lastAt"]
    assert "osk_" not in repr(found)
    assert await events(world, world.globex.id) == []


async def test_every_reason(http: httpx.AsyncClient, world: World) -> None:
    """Unknown and foreign clients are not named; what they sent as an id is not kept."""
    database = world.app.database
    await refuse(http, world, UNKNOWN)
    await refuse(http, world, world.secret)
    await refuse(http, world, world.foreign.client_id, secret=world.foreign_secret)
    await database.write(world.acme.id, clients.disable, world.website)
    await refuse(http, world, world.website.client_id, secret=world.secret)
    await database.write(world.globex.id, accounts.suspend)
    await refuse(
        http, world, world.foreign.client_id, secret=world.foreign_secret, account="globex"
    )
    await refuse(http, world, world.website.client_id, account="nobody")
    headers = [("Authorization", "Basic !")]
    await post(http, world, headers=headers, without=("Authorization",))
    await world.app.token_refusals.flush()
    reasons = {event.client: event.detail["reasons"] for event in await events(world)}
    assert reasons == {
        None: {"unknown_client": 3, "unreadable_credentials": 1},
        world.website.client_id: {"client_disabled": 1},
    }
    (suspended,) = await events(world, world.globex.id)
    assert suspended.client == world.foreign.client_id
    assert suspended.detail["reasons"] == {"account_suspended": 1}
    assert world.secret not in repr(await events(world))


async def test_throttled_ones_are_counted_too(world: World) -> None:
    """Under the client, where there is one."""
    door = Door(world, wrong_secrets_per_minute_and_client=2)
    for client_id in (world.website.client_id, UNKNOWN):
        for _ in range(6):
            await door.wrong(client_id)
    await world.app.token_refusals.flush()
    found = {event.client: event for event in await events(world)}
    assert found[world.website.client_id].detail["reasons"] == {"wrong_secret": 2, "throttled": 4}
    assert found[None].detail["reasons"] == {"unknown_client": 2, "throttled": 4}
    assert len(found) == 2
    assert {event.address for event in found.values()} == {HERE}


async def test_a_flood_writes_no_flood(world: World) -> None:
    """5 000 client ids are one event, as many addresses are bounded, and nothing is lost."""
    refusals = TokenRefusals(world.app.database)
    for number in range(5_000):
        refusals.note(RefusalOrigin("acme", None, HERE), "unknown_client", number, None)
    assert len(refusals) == 1
    for number in range(5_000):
        refusals.note(
            RefusalOrigin("acme", None, f"2001:db8:{number:x}::1"), "unknown_client", 1, None
        )
    assert len(refusals) <= 2001
    for number in range(5_000):
        refusals.note(RefusalOrigin(f"nobody-{number}", None, HERE), "unknown_client", 1, None)
    assert len(refusals) <= 4000
    await refusals.close()
    found = await events(world, most=5000)
    assert len(found) == 2001
    assert sum(event.detail["count"] for event in found) == 10_000


async def test_a_flood_writes_no_more_because_the_first_are_written_soon(world: World) -> None:
    """An origin that has an event keeps its place for a minute: as many as before are named."""
    refusals = TokenRefusals(world.app.database)
    for part in range(5):
        for number in range(1000):
            address = f"2001:db8:{part:x}:{number:x}::1"
            refusals.note(RefusalOrigin("acme", None, address), "unknown_client", 1, None)
        await refusals.flush_due()
        # From the third part on all are counted for the account, which had its event then.
        assert len(await events(world, most=5000)) == min(1000 * (part + 1), 2001)
    await refusals.close()
    found = await events(world, most=5000)
    assert len(found) == 2002
    assert sum(event.detail["count"] for event in found) == 5000


@pytest.mark.slow
async def test_the_first_is_in_the_trail_within_five_seconds(
    http: httpx.AsyncClient, world: World
) -> None:
    """By itself; what is refused again at the same client and address is not, so soon."""
    await refuse(http, world, world.website.client_id)
    async with asyncio.timeout(5):
        while not await events(world):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    for _ in range(3):
        await refuse(http, world, world.website.client_id)
    await asyncio.sleep(5)
    assert [event.detail["count"] for event in await events(world)] == [1]
    await world.app.token_refusals.close()
    assert [event.detail["count"] for event in await events(world)] == [3, 1]


@pytest.mark.slow
async def test_what_follows_is_counted_together(world: World) -> None:
    """However long it goes on, an origin has an event for each time that passes; none is lost."""
    together = 0.3
    refusals = TokenRefusals(world.app.database, first_seconds=0.01, together_seconds=together)
    began, noted = time.monotonic(), 0
    while time.monotonic() < began + 3.5 * together:
        refusals.note(RefusalOrigin("acme", None, HERE), "unknown_client", 1, None)
        noted += 1
        await asyncio.sleep(0.005)
    lasted = time.monotonic() - began
    found = await events(world)
    assert 2 <= len(found) <= 1 + lasted / together
    await refusals.close()
    assert sum(event.detail["count"] for event in await events(world)) == noted


async def test_nothing_runs_when_the_minute_has_passed(world: World) -> None:
    """And another refusal is then a first one again."""
    refusals = TokenRefusals(world.app.database, first_seconds=0.01, together_seconds=0.05)
    for times in (1, 2):
        refusals.note(RefusalOrigin("acme", None, HERE), "unknown_client", 1000, "request")
        async with asyncio.timeout(5):
            while refusals._flushing is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert len(await events(world)) == times
        assert len(refusals) == 0
    await refusals.close()


async def test_closing_records_what_is_left(http: httpx.AsyncClient, world: World) -> None:
    """Before the database goes."""
    await refuse(http, world, world.website.client_id)
    await world.app.token_refusals.close()
    assert len(await events(world)) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_it_survives_a_database_that_cannot_be_written(world: World) -> None:
    """What was counted is kept, and joined with what comes meanwhile."""
    writer = world.app.database._writer  # type: ignore[attr-defined]
    refusals = TokenRefusals(world.app.database)
    place = RefusalOrigin("acme", world.website.client_id, HERE)
    refusals.note(place, "wrong_secret", 2000, "one")
    writer.execute("PRAGMA query_only = 1")
    await refusals.flush()
    refusals.note(place, "client_disabled", 1000, "two")
    writer.execute("PRAGMA query_only = 0")
    await refusals.close()
    (event,) = await events(world)
    assert event.detail == {
        "count": 2,
        "reasons": {"wrong_secret": 1, "client_disabled": 1},
        "firstAt": "1970-01-01T00:00:01.000+00:00",
        "lastAt": "1970-01-01T00:00:02.000+00:00",
    }
    assert event.request_id == "one"
