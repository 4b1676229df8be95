"""Sessions: who a cookie is of, and when it stops to count."""

import pytest

from databases import content, raw
from openslot.identity import accounts
from openslot.identity.people import sessions, users
from openslot.identity.people.sessions import IDLE_MS, LIFETIME_MS
from openslot.kernel.clock import MINUTE_MS, now_ms

from .people import made, sessions_grow_older
from .world import World

pytestmark = pytest.mark.anyio


async def test_a_cookie_finds_its_user_in_its_account_alone(world: World) -> None:
    """Two sign-ins are two sessions; a changed or foreign text finds nobody."""
    database, acme = world.app.database, world.acme.id
    ann, bob = await made(world), await made(world, "bob@example.org")
    before = now_ms()
    texts = [await database.write(acme, sessions.start, one) for one in (ann, ann, bob)]
    assert len(set(texts)) == 3
    assert all(len(text) == 43 for text in texts)  # 256 bits in base64url
    for text, user in zip(texts, (ann, ann, bob), strict=True):
        session = await database.read(acme, sessions.find, text)
        assert session is not None
        assert session.user == user
        assert before <= session.signed_in_at <= now_ms()
        assert await database.read(world.globex.id, sessions.find, text) is None
    for wrong in (texts[0][:-1], texts[0] + "A", texts[0].swapcase(), "", "\ud800"):
        assert await database.read(acme, sessions.find, wrong) is None


async def test_the_database_does_not_hold_the_cookie(world: World) -> None:
    """So that a copy of it signs nobody in."""
    text = await world.app.database.write(world.acme.id, sessions.start, await made(world))
    url = world.app.settings.database_url
    assert text not in content(url)
    with raw(url) as connection:
        [(digest,)] = connection.execute("SELECT digest FROM sessions").fetchall()
    session = await world.app.database.read(world.acme.id, sessions.find, text)
    assert session is not None
    assert session.digest == digest


@pytest.mark.parametrize(
    ("age", "unused", "live"),
    [
        (LIFETIME_MS - 5_000, 0, True),
        (LIFETIME_MS, 0, False),
        (IDLE_MS - 5_000, IDLE_MS - 5_000, True),
        (IDLE_MS, IDLE_MS, False),
    ],
)
async def test_it_ends_after_twelve_hours_or_an_hour_unused(
    world: World, age: int, unused: int, live: bool
) -> None:
    """Whatever was done with it, and however it is asked for."""
    database, acme = world.app.database, world.acme.id
    text = await database.write(acme, sessions.start, await made(world))
    await sessions_grow_older(world.app, age, unused=unused)
    found = [
        await database.read(acme, sessions.find, text),
        await sessions.look_up(database, acme, text),
        await database.write(acme, sessions.find, text),
    ]
    assert [session is not None for session in found] == [live] * 3


async def test_use_keeps_it_alive_and_is_written_once_a_minute(world: World) -> None:
    """Reading a page does not become a write each time; 3 hours of use are no idle hour."""
    database, acme = world.app.database, world.acme.id
    text = await database.write(acme, sessions.start, await made(world))
    first = await sessions.look_up(database, acme, text)
    assert first is not None
    assert first.last_used_at > now_ms() - MINUTE_MS
    for _ in range(4):
        await sessions_grow_older(world.app, IDLE_MS - MINUTE_MS)
        read = await database.read(acme, sessions.find, text)
        assert read is not None
        assert read.last_used_at <= now_ms() - MINUTE_MS
        again = await database.read(acme, sessions.find, text)
        assert again is not None
        assert again.last_used_at == read.last_used_at  # reading alone notes nothing
        assert await sessions.look_up(database, acme, text) is not None
        noted = await database.read(acme, sessions.find, text)
        assert noted is not None
        assert noted.last_used_at > now_ms() - MINUTE_MS
    await sessions_grow_older(world.app, IDLE_MS)
    assert await sessions.look_up(database, acme, text) is None


async def test_signing_out(world: World) -> None:
    """Of one browser, of all others, of all."""
    database, acme = world.app.database, world.acme.id
    ann, bob = await made(world), await made(world, "bob@example.org")
    texts = [await database.write(acme, sessions.start, one) for one in (ann, ann, ann, bob)]

    async def live() -> list[bool]:
        return [await database.read(acme, sessions.find, text) is not None for text in texts]

    first = await database.read(acme, sessions.find, texts[0])
    assert first is not None
    await database.write(acme, sessions.end, first)
    assert await live() == [False, True, True, True]
    second = await database.read(acme, sessions.find, texts[1])
    assert second is not None
    await database.write(acme, sessions.end_others, second)
    assert await live() == [False, True, False, True]
    await database.write(acme, users.end_sessions, ann)
    assert await live() == [False, False, False, True]


async def test_nobody_is_signed_in_to_a_suspended_account(world: World) -> None:
    """Until it is resumed."""
    database, acme = world.app.database, world.acme.id
    text = await database.write(acme, sessions.start, await made(world))
    await database.write(acme, accounts.suspend)
    assert await database.read(acme, sessions.find, text) is None
    await database.write(acme, accounts.resume)
    assert await database.read(acme, sessions.find, text) is not None


async def test_nobody_who_is_disabled_is_signed_in(world: World) -> None:
    """Not even by a page that did not know it yet."""
    database, acme = world.app.database, world.acme.id
    user = await made(world)
    await database.write(acme, users.disable, user)
    text = await database.write(acme, sessions.start, user)
    assert await database.read(acme, sessions.find, text) is None


async def test_a_new_password_signs_out_everywhere(world: World) -> None:
    """Whoever knew the old one may be signed in somewhere."""
    database, acme = world.app.database, world.acme.id
    user = await made(world)
    text = await database.write(acme, sessions.start, user)
    await database.write(acme, users.set_password, user, "$argon2id$other", invitation=None)
    assert await database.read(acme, sessions.find, text) is None


async def test_a_session_shows_its_user_as_they_are_now(world: World) -> None:
    """A role that is lost is lost at once."""
    database, acme = world.app.database, world.acme.id
    user = await made(world, role="planner")
    text = await database.write(acme, sessions.start, user)
    await database.write(acme, users.change, user, "Ann", "viewer")
    session = await database.read(acme, sessions.find, text)
    assert session is not None
    assert session.user.role == "viewer"
