"""Codes of an authenticator app, against RFC 6238's own values and a second implementation."""

import asyncio
import base64
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest

from databases import content, raw
from openslot.identity.keys.master_key import WrongMasterKey
from openslot.identity.model.user import User
from openslot.identity.people import totp, users
from openslot.identity.people.totp import WrongCode
from openslot.storage.transactions import AccountTx

from .people import code_of, made, step_now, trail, well_within_a_step
from .world import World

pytestmark = pytest.mark.anyio

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238 Appendix B, the last six of eight digits
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_values_of_the_rfc(seconds: int, code: str) -> None:
    """Taken one step early and late, and no further."""
    assert code_of(RFC_SECRET, seconds // 30) == code
    taken = [
        around
        for around in range(-3, 4)
        if totp._step_of(RFC_SECRET, code, (seconds + around * 30) * 1000) == seconds // 30
    ]
    assert taken == [-1, 0, 1]


async def enrolled(world: World, email: str = "ann@example.org") -> tuple[User, str, bytes]:
    """A user with an app, its secret, and the key that it is kept under."""
    key = totp.sealing_key(world.app.purpose_keys)
    user, secret = await made(world, email), totp.new_secret()
    await well_within_a_step()
    # A code of the step before, so that the present one is still there to be used.
    code = code_of(secret, step_now() - 1)
    user = await world.app.database.write(world.acme.id, totp.enrol, key, user, secret, code)
    return user, secret, key


async def test_enrolling_takes_a_code_of_the_app(world: World) -> None:
    """Without one, or with a secret that is none of ours, nothing changes."""
    database, acme = world.app.database, world.acme.id
    key = totp.sealing_key(world.app.purpose_keys)
    user, secret = await made(world), totp.new_secret()
    await well_within_a_step()
    good = code_of(secret, step_now())
    wrong = f"{(int(good) + 1) % 1_000_000:06d}"
    for text, code in ((secret, wrong), (secret, ""), (secret, "١٢٣٤٥٦"), ("not base32", good)):
        with pytest.raises(WrongCode):
            await database.write(acme, totp.enrol, key, user, text, code)
    assert await database.read(acme, users.by_id, user.id) == user
    spaced = f" {good[:3]} {good[3:]} "  # as apps show it
    changed = await database.write(acme, totp.enrol, key, user, secret, spaced)
    assert (changed.has_totp, changed.version) == (True, user.version + 1)
    assert not await database.write(acme, totp.accept, key, changed, good)
    assert ("user.totp_enrolled", "operator", {"user": user.id}) in await trail(world.app, acme)


async def test_a_code_is_taken_once_and_none_before_it(world: World) -> None:
    """Who looks over a shoulder comes too late."""
    database, acme = world.app.database, world.acme.id
    user, secret, key = await enrolled(world)

    async def takes(step: int) -> bool:
        return await database.write(acme, totp.accept, key, user, code_of(secret, step))

    now = step_now()
    assert not await takes(now - 1)  # the one that enrolled
    assert await takes(now)
    assert not await takes(now)
    assert await takes(now + 1)
    assert not await takes(now)
    assert not await takes(now + 5)


async def test_of_twenty_with_one_code_one_gets_in(world: World) -> None:
    """Whatever order they come in."""
    database, acme = world.app.database, world.acme.id
    user, secret, key = await enrolled(world)
    code = code_of(secret, step_now())
    taken = await asyncio.gather(
        *(database.write(acme, totp.accept, key, user, code) for _ in range(20))
    )
    assert sorted(taken) == [False] * 19 + [True]


async def test_the_secret_is_sealed_for_its_user_alone(world: World) -> None:
    """A copy of the database gives no codes; a row cannot lend its secret to another."""
    database, acme = world.app.database, world.acme.id
    ann, secret, key = await enrolled(world)
    bob, _, _ = await enrolled(world, "bob@example.org")
    with pytest.raises(WrongMasterKey):
        await database.write(acme, totp.accept, bytes(32), ann, code_of(secret, step_now()))
    url = world.app.settings.database_url
    with raw(url) as connection:
        dump = content(url).lower()
        assert secret.lower() not in dump
        assert base64.b32decode(secret).hex() not in dump
        assert secret.encode().hex() not in dump
        connection.execute(
            "UPDATE users SET totp_sealed = (SELECT totp_sealed FROM users WHERE id = ?) "
            "WHERE id = ?",
            (ann.id, bob.id),
        )
    with pytest.raises(WrongMasterKey):
        await database.write(acme, totp.accept, key, bob, code_of(secret, step_now()))


async def test_removing_it(world: World) -> None:
    """No code counts any more, not even a good one; removing nothing is no event."""
    database, acme = world.app.database, world.acme.id
    user, secret, key = await enrolled(world)
    removed = await database.write(acme, totp.remove, user)
    assert not removed.has_totp
    assert not await database.write(acme, totp.accept, key, removed, code_of(secret, step_now()))
    assert await database.write(acme, totp.remove, removed) == removed
    types = [kind for kind, _, _ in await trail(world.app, acme)]
    assert types.count("user.totp_removed") == 1


async def test_a_user_of_another_account_has_another_factor(world: World) -> None:
    """The same UUID does not reach over."""
    user, secret, key = await enrolled(world)

    def foreign(tx: AccountTx) -> bool:
        return totp.accept(tx, key, user, code_of(secret, step_now()))

    assert not await world.app.database.write(world.globex.id, foreign)


def test_what_the_app_reads() -> None:
    """The account's title and the address, whatever characters they hold."""
    secret = totp.new_secret()
    assert len(base64.b32decode(secret)) == 20
    uri = totp.provisioning_uri(secret, account_title="Büro: A & B?", email="ann+x@example.org")
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Büro A & B?:ann+x@example.org"
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Büro A & B?"]}
    assert parse_qs(parts.query).get("algorithm", ["SHA1"]) == ["SHA1"]


def test_the_qr_code_is_a_picture_and_nothing_else() -> None:
    """No script, no address, no style: a strict policy lets it through."""
    uri = totp.provisioning_uri(totp.new_secret(), account_title="A", email="a@example.org")
    picture = totp.qr_code(uri)
    root = ElementTree.fromstring(picture)  # noqa: S314  (made by us)
    assert root.tag == "svg"
    names = {child.tag for child in root.iter()}
    assert {"svg", "path"} <= names <= {"svg", "g", "path"}
    attributes = {name for child in root.iter() for name in child.attrib}
    assert attributes <= {"viewBox", "class", "transform", "fill", "stroke", "d"}
