"""Signing keys change: by time, by the operator, in an emergency; every process follows."""

import asyncio
from typing import Any

import jwt
import pytest

from openslot.database import open_database
from openslot.identity.keys import rotation
from openslot.identity.keys.key_life import ANNOUNCED_MS, DAY_MS, SIGNS_MS
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.rotation import RotationUnderWay
from openslot.identity.keys.signatures import ES256, RS256
from openslot.identity.tokens.access_tokens import InvalidToken
from openslot.kernel.clock import now_ms
from openslot.settings import SettingsError
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

from .test_audit import trail
from .world import NOW, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

# As if everything so far had happened so long ago.
AGE = SystemStatement(
    "UPDATE signing_keys SET created_at = created_at - :by, signs_from = signs_from - :by"
)
SPOIL = SystemStatement(
    "UPDATE signing_keys SET private_sealed = substr(private_sealed, 1, 1), kid = kid || 'x'"
)
BREAK = SystemStatement("ALTER TABLE signing_keys RENAME TO elsewhere")
MEND = SystemStatement("ALTER TABLE elsewhere RENAME TO signing_keys")


async def does(world: World, statement: SystemStatement, **parameters: Any) -> None:
    await world.app.database.write_system("a test", SystemTx.run, statement, **parameters)


async def age(world: World, by: int) -> None:
    await does(world, AGE, by=by)
    await world.app.keys.refresh(world.app.database)


async def tended(world: World) -> None:
    await rotation.tend(world.app.database, world.app.keys)
    await world.app.keys.refresh(world.app.database)


def signers(world: World) -> dict[str, str]:
    """Which kids sign now, by algorithm."""
    return {
        algorithm: jwt.get_unverified_header(world.app.keys.sign(algorithm, {}))["kid"]
        for algorithm in (ES256, RS256)
    }


def published(world: World) -> set[str]:
    """The kids of the JWK Set, which are those that verify."""
    kids = {key["kid"] for key in world.app.keys.jwks()["keys"]}
    assert kids == world.app.keys.verification_keys.keys()
    return kids


async def key_events(world: World, account_id: str | None = None) -> list[tuple[str, Any, Any]]:
    found = await trail(world, account_id)
    return [(e.type, e.actor_type, dict(e.detail)) for e in found if e.type.split(".")[0] == "keys"]


async def test_a_whole_life_with_nobody_at_the_machine(world: World) -> None:
    """Announced after 89 days, signing after 90, the old pair gone 25 hours later."""
    first = signers(world)
    # The first pair is as old as this run of the tests, so an hour before is before.
    await age(world, SIGNS_MS - ANNOUNCED_MS - 3_600_000)
    await tended(world)
    assert published(world) == set(first.values())

    await age(world, 3_600_000)
    await tended(world)
    assert len(published(world)) == 4
    assert signers(world) == first

    await age(world, DAY_MS)
    second = signers(world)
    assert not set(second.values()) & set(first.values())
    assert published(world) == {*first.values(), *second.values()}

    await age(world, DAY_MS + 3_600_000 - 60_000)
    await tended(world)
    assert len(published(world)) == 4
    await age(world, 60_000)
    await tended(world)
    assert published(world) == set(second.values())

    for account_id in (world.acme.id, world.globex.id):
        announced, rotated, removed = await key_events(world, account_id)
        assert announced[:2] == ("keys.announced", None)
        assert announced[2].keys() == {"kids", "signsFrom"}
        assert announced[2]["kids"] == sorted(second.values())
        assert rotated == ("keys.rotated", None, {"kids": sorted(second.values())})
        assert removed == ("keys.removed", None, {"kids": sorted(first.values())})


async def test_a_pair_begins_to_sign_without_a_look_at_the_database(world: World) -> None:
    """A process that was cut off since the announcement changes keys at the very instant."""
    await rotation.announce(world.app.database, world.app.keys)
    first = signers(world)
    await age(world, ANNOUNCED_MS - 200)
    start = max(row.start for row in world.app.keys._rows).signs_from
    assert signers(world) == first or now_ms() >= start
    await asyncio.sleep(max(0, start - now_ms() + 5) / 1000)
    second = signers(world)
    assert not set(second.values()) & set(first.values())
    assert published(world) == {*first.values(), *second.values()}


async def test_tokens_outlive_the_change_of_keys(world: World) -> None:
    """Those of the old pair verify, in a reader that has seen them before and in a new one."""
    known = world.reader()
    tokens = [world.token(algorithm=algorithm) for algorithm in (ES256, RS256)]
    for token in tokens:
        known.read(token, NOW)
    await rotation.announce(world.app.database, world.app.keys)
    await age(world, ANNOUNCED_MS)
    later = [world.token(algorithm=algorithm) for algorithm in (ES256, RS256)]
    for token in [*tokens, *later]:
        for reader in (known, world.reader()):
            assert reader.read(token, NOW).client_id == world.website.client_id


async def test_an_emergency_drops_all_at_once(world: World) -> None:
    """The announced pair too; readers forget what they have verified."""
    await rotation.announce(world.app.database, world.app.keys)
    await world.app.keys.refresh(world.app.database)
    old = published(world)
    reader, token = world.reader(), world.token()
    reader.read(token, NOW)
    kids = await rotation.replace(world.app.database, world.app.keys)
    await world.app.keys.refresh(world.app.database)
    assert published(world) == set(kids) == set(signers(world).values())
    for one in (reader, world.reader()):
        with pytest.raises(InvalidToken):
            one.read(token, NOW)
        assert one.read(world.token(), NOW).client_id == world.website.client_id
    for account_id in (world.acme.id, world.globex.id):
        _, replaced = await key_events(world, account_id)
        assert replaced == (
            "keys.replaced", "operator", {"kids": kids, "droppedKids": sorted(old)}
        )  # fmt: skip


async def test_one_pair_is_announced_at_a_time(world: World) -> None:
    kids = await rotation.announce(world.app.database, world.app.keys)
    with pytest.raises(RotationUnderWay, match=r"signs from \d{4}-"):
        await rotation.announce(world.app.database, world.app.keys)
    ((event, actor, detail),) = await key_events(world)
    assert (event, actor, detail["kids"]) == ("keys.announced", "operator", kids)


async def test_workers_at_once_make_one_pair(world: World) -> None:
    """Of several processes, so to say: each on connections of its own."""
    await age(world, SIGNS_MS)
    settings = world.app.settings
    databases = [open_database(settings) for _ in range(3)]
    rings = [await KeyRing.load(each, world.app.purpose_keys) for each in databases]
    await asyncio.gather(*(rotation.tend(*each) for each in zip(databases, rings, strict=True)))
    for ring, database in zip(rings, databases, strict=True):
        await ring.refresh(database)
        assert len(ring.verification_keys) == 4
        await database.close()
    assert [event for event, _, _ in await key_events(world)] == ["keys.announced"]


async def test_who_cannot_read_the_keys_keeps_those_it_has(world: World) -> None:
    """And follows again once it can."""
    keys, database = world.app.keys, world.app.database
    following = asyncio.create_task(keys.follow(database))
    try:
        before = published(world)
        await does(world, BREAK)
        await asyncio.sleep(0.6)
        assert published(world) == before
        assert set(signers(world).values()) == before
        await does(world, MEND)
        kids = await rotation.replace(database, keys)
        await asyncio.sleep(0.6)
        assert published(world) == set(kids)
    finally:
        following.cancel()


async def test_keys_under_another_master_key_are_not_taken_over(world: World) -> None:
    before = published(world)
    await does(world, SPOIL)
    with pytest.raises(SettingsError):
        await world.app.keys.refresh(world.app.database)
    assert published(world) == before
    assert set(signers(world).values()) == before
