"""Access tokens: what they say, how long, and what ends them sooner."""

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import replace

import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.model.client import Client
from openslot.identity.store import token_status
from openslot.identity.tokens.access_tokens import (
    InvalidToken,
    Issuer,
    TokenReader,
    actor_of,
    issue,
)
from openslot.identity.tokens.token_ids import instant_of, is_token_id, new_token_id
from openslot.kernel import scopes
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import SystemTx

from .world import NOW, PUBLIC_URL, World, confidential

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000


def part(token: bytes, index: int) -> dict[str, object]:
    """Header or claims."""
    segment = token.split(b".")[index]
    value: dict[str, object] = json.loads(urlsafe_b64decode(segment + b"=" * (-len(segment) % 4)))
    return value


async def ask(world: World, token: bytes, reader: TokenReader | None = None) -> Actor:
    """Reads a token and asks who it is, as an API request does."""
    reader = reader or world.reader()

    def operation(tx: SystemTx) -> Actor:
        return actor_of(tx, reader.read(token, tx.real_now))

    return await world.app.database.read_system("a test", operation)


async def test_the_claims_are_those_of_the_contract(world: World) -> None:
    """All of them and no other, and the token is short."""
    token = world.token()
    claims = part(token, 1)
    assert claims == {
        "iss": f"{PUBLIC_URL}/accounts/acme",
        "sub": world.website.client_id,
        "aud": PUBLIC_URL,
        "client_id": world.website.client_id,
        "scope": " ".join(scopes.BOOKING),
        "account": world.acme.id,
        "iat": NOW // 1000,
        "exp": NOW // 1000 + 3600,
        "jti": claims["jti"],
    }
    assert part(token, 0).keys() == {"alg", "typ", "kid"}
    assert part(token, 0)["typ"] == "at+jwt"
    assert len(token) < 900


async def test_a_token_is_read_for_sixty_minutes(world: World) -> None:
    """From the second of its issue to the last millisecond before `exp`, remembered or not."""
    token = world.token(NOW)
    reader = world.reader()
    last = (NOW // 1000) * 1000 + HOUR_MS - 1
    for now in (NOW, NOW + 1, last):
        read = reader.read(token, now)
        assert world.reader().read(token, now) == read
    assert read.scopes == set(scopes.BOOKING)
    assert (read.client_id, read.subject) == (world.website.client_id, world.website.client_id)
    assert (read.account_id, read.account_name) == (world.acme.id, "acme")
    assert read.issued_at == NOW
    for late in (last + 1, last + 10**9):
        for one in (reader, world.reader()):
            with pytest.raises(InvalidToken):
                one.read(token, late)


async def test_clocks_may_differ_by_thirty_seconds(world: World) -> None:
    """A token of a machine whose clock is ahead."""
    token = world.token(NOW)
    early = (NOW // 1000) * 1000 - 30_000
    assert world.reader().read(token, early).client_id == world.website.client_id
    with pytest.raises(InvalidToken):
        world.reader().read(token, early - 1)


async def test_the_memory_is_bounded_and_forgets_what_expired(world: World) -> None:
    """The first one in goes first; a token that was forgotten is verified anew."""
    reader = world.reader(most=3)
    tokens = [world.token(NOW + number) for number in range(5)]
    for token in tokens:
        reader.read(token, NOW)
    assert len(reader._verified) == 3
    reader.read(tokens[0], NOW)
    with pytest.raises(InvalidToken):
        reader.read(tokens[0], NOW + HOUR_MS)
    assert len(reader._verified) == 2


async def test_the_actor_is_the_client(world: World) -> None:
    """With the token's scopes, in its account."""
    for algorithm in ("ES256", "RS256"):
        actor = await ask(world, world.token(now_ms(), algorithm))
        assert actor == Actor(
            world.acme.id, "client", world.website.client_id, frozenset(scopes.BOOKING)
        )


async def test_a_scope_that_the_client_loses_is_gone_at_once(world: World) -> None:
    """A token that is already out carries it no more; one that is given later adds nothing."""
    token, reader, database = world.token(now_ms()), world.reader(), world.app.database
    assert (await ask(world, token, reader)).scopes == set(scopes.BOOKING)
    document = confidential(scopes.CANCEL, scopes.ADMIN_READ)
    await database.write(world.acme.id, clients.change, world.website, "Website", document)
    for one in (reader, world.reader()):
        assert (await ask(world, token, one)).scopes == {scopes.CANCEL}


async def test_a_suspended_account_has_no_tokens_until_it_is_resumed(world: World) -> None:
    """Resuming revives what has not expired, also for a reader that remembers it."""
    token, reader, database = world.token(now_ms()), world.reader(), world.app.database
    await ask(world, token, reader)
    await database.write(world.globex.id, accounts.suspend)
    await ask(world, token, reader)
    await database.write(world.acme.id, accounts.suspend)
    for one in (reader, world.reader()):
        with pytest.raises(InvalidToken):
            await ask(world, token, one)
    await database.write(world.acme.id, accounts.resume)
    await ask(world, token, reader)


async def test_the_tokens_of_a_disabled_client_are_dead_for_good(world: World) -> None:
    """Enabling it does not revive them."""
    token, reader, database = world.token(now_ms()), world.reader(), world.app.database
    await database.write(world.globex.id, clients.disable, world.foreign)
    await ask(world, token, reader)
    disabled = await database.write(world.acme.id, clients.disable, world.website)
    with pytest.raises(InvalidToken):
        await ask(world, token, reader)
    await database.write(world.acme.id, clients.enable, disabled)
    with pytest.raises(InvalidToken):
        await ask(world, token, reader)


async def test_a_token_issued_later_in_the_same_second_lives(world: World) -> None:
    """And in the same millisecond: it bears an instant that no seen revocation is after."""
    database = world.app.database
    client: Client = world.website
    dead = []
    for _ in range(5):
        now = now_ms()
        issuer = Issuer(PUBLIC_URL, world.acme.id, "acme", "ES256")
        dead.append(issue(world.app.keys, issuer, client, client.scopes, now).encode())
        disabled = await database.write(world.acme.id, clients.disable, client)
        client = await database.write(world.acme.id, clients.enable, disabled)
        # `now` is from before the revocation; that the client is from after it counts
        alive = issue(world.app.keys, issuer, client, client.scopes, now).encode()
        assert (await ask(world, alive)).id == client.client_id
        for token in dead:
            with pytest.raises(InvalidToken):
                await ask(world, token)


async def test_a_token_from_a_snapshot_before_the_disabling_stays_dead(world: World) -> None:
    """Issued while the disabling was being committed: its instant may be later."""
    database = world.app.database
    disabled = await database.write(world.acme.id, clients.disable, world.website)
    late = disabled.revoked_before + 1
    while now_ms() <= late:
        pass
    token = world.token(late)  # with the client as it was
    with pytest.raises(InvalidToken):
        await ask(world, token)
    await database.write(world.acme.id, clients.enable, disabled)
    with pytest.raises(InvalidToken):
        await ask(world, token)


async def test_a_token_of_an_account_that_is_gone_is_dead(world: World) -> None:
    """Also when another one has its name."""
    token = world.token(now_ms())
    await world.app.database.write_system("a test", accounts.delete, world.acme.id)
    with pytest.raises(InvalidToken):
        await ask(world, token)


async def test_the_issuer_has_to_be_the_accounts_own(world: World) -> None:
    """A token that says another account's issuer, were it signed by us."""
    now = now_ms()
    wrong = Issuer(PUBLIC_URL, world.acme.id, "globex", "ES256")
    foreign = Issuer(PUBLIC_URL, world.globex.id, "globex", "ES256")
    for issuer in (wrong, foreign, replace(wrong, account_name="acme/x")):
        token = issue(world.app.keys, issuer, world.website, world.website.scopes, now).encode()
        assert world.reader().read(token, now)
        with pytest.raises(InvalidToken):
            await ask(world, token)


async def test_a_client_stands_in_its_own_account_alone(world: World) -> None:
    """The store finds no client under another account's id."""

    def look(tx: SystemTx) -> None:
        assert token_status.of_client(tx, world.acme.id, world.website.client_id, "") is not None
        assert token_status.of_client(tx, world.globex.id, world.website.client_id, "") is None

    await world.app.database.read_system("a test", look)


def test_a_token_id_keeps_its_millisecond() -> None:
    """A UUIDv7 in canonical form."""
    for instant in (0, 1, NOW, 2**48 - 1):
        token_id = new_token_id(instant)
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", token_id)
        assert is_token_id(token_id)
        assert instant_of(token_id) == instant
    assert len({new_token_id(NOW) for _ in range(1000)}) == 1000
    assert not is_token_id("00000000-0000-4000-8000-000000000000")
    assert not is_token_id(new_token_id(NOW).upper() + " ")
