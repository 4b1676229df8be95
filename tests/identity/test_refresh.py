"""Refresh tokens (RFC 6749 §6, RFC 9700 §4.14): rotated, and ended when used twice."""

import asyncio

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.model.grant import Grant
from openslot.identity.people import users
from openslot.identity.tokens import refresh_tokens
from openslot.identity.tokens.grants import ABSOLUTE_MS, IDLE_MS
from openslot.identity.tokens.refresh_token_reuse import GRACE_MS
from openslot.kernel import scopes
from openslot.storage.journal import audit

from .delegation import Desk, is_live, redeem, refresh
from .rows import age
from .test_token_endpoint import assert_error

pytestmark = pytest.mark.anyio


async def test_each_use_gives_the_next_one(http: httpx.AsyncClient, desk: Desk) -> None:
    """Ten rotations, each with an access token of the same grant."""
    told = await desk.tokens(http)
    grants, seen = set(), set()
    for _ in range(10):
        answer = await refresh(http, desk, told["refresh_token"])
        assert answer.status_code == 200, answer.text
        told = answer.json()
        claims = jwt.decode(told["access_token"], options={"verify_signature": False})
        grants.add(claims["gid"])
        seen.add(told["refresh_token"])
        assert claims["sub"] == desk.user.id
    assert (len(grants), len(seen)) == (1, 10)


async def test_an_answer_that_was_lost_is_given_again(http: httpx.AsyncClient, desk: Desk) -> None:
    """Within ten seconds the predecessor gets the same successor; nothing forks."""
    first = (await desk.tokens(http))["refresh_token"]
    second = (await refresh(http, desk, first)).json()["refresh_token"]
    assert (await refresh(http, desk, first)).json()["refresh_token"] == second
    assert (await refresh(http, desk, second)).status_code == 200


async def test_a_predecessor_that_comes_late_ends_the_family(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """Somebody has a copy: nobody goes on with it."""
    told = await desk.tokens(http)
    second = (await refresh(http, desk, told["refresh_token"])).json()
    await age(desk.world.app.database, "grants", "rotated_at", GRACE_MS)
    assert_error(await refresh(http, desk, told["refresh_token"]), 400, "invalid_grant")
    assert_error(await refresh(http, desk, second["refresh_token"]), 400, "invalid_grant")
    assert not await is_live(desk, second["access_token"])
    events = await desk.world.app.database.read(
        desk.world.acme.id, audit.events, audit.AuditFilter(type="grant.ended"), 10
    )
    assert [event.detail["why"] for event in events] == ["refresh_token_used_twice"]


async def test_anything_older_ends_the_family_at_once(http: httpx.AsyncClient, desk: Desk) -> None:
    """The ten seconds are for the immediate predecessor alone."""
    first = (await desk.tokens(http))["refresh_token"]
    second = (await refresh(http, desk, first)).json()["refresh_token"]
    third = (await refresh(http, desk, second)).json()["refresh_token"]
    assert_error(await refresh(http, desk, first), 400, "invalid_grant")
    assert_error(await refresh(http, desk, third), 400, "invalid_grant")


async def test_twenty_at_once_get_one_successor(http: httpx.AsyncClient, desk: Desk) -> None:
    """One rotation, whoever was first."""
    first = (await desk.tokens(http))["refresh_token"]
    answers = await asyncio.gather(*(refresh(http, desk, first) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_a_refused_scope_does_not_use_the_token_up(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """RFC 6749 §6: nothing that was not granted."""
    first = (await desk.tokens(http))["refresh_token"]
    for scope in (scopes.CANCEL, "unknown", f"{scopes.BOOK}  {scopes.BOOK}"):
        assert_error(await refresh(http, desk, first, scope=scope), 400, "invalid_scope")
    await age(desk.world.app.database, "grants", "rotated_at", GRACE_MS)
    assert (await refresh(http, desk, first, scope=scopes.BOOK)).status_code == 200


async def test_fewer_scopes_are_for_one_access_token(http: httpx.AsyncClient, desk: Desk) -> None:
    """The next one may have all of the grant again."""
    code = await desk.code(desk.site, scopes=scopes.BOOKING)
    auth = (desk.site.client_id, desk.site_secret)
    told = (await redeem(http, desk, code, client_id=None, auth=auth)).json()
    fewer = (
        await refresh(
            http, desk, told["refresh_token"], client_id=None, auth=auth, scope=scopes.CANCEL
        )
    ).json()
    assert fewer["scope"] == scopes.CANCEL
    again = await refresh(http, desk, fewer["refresh_token"], client_id=None, auth=auth)
    assert again.json()["scope"] == " ".join(scopes.BOOKING)


@pytest.mark.parametrize(
    ("column", "by_ms"), [("rotated_at", IDLE_MS), ("created_at", ABSOLUTE_MS)]
)
async def test_it_ends_unused_or_in_the_end(
    http: httpx.AsyncClient, desk: Desk, column: str, by_ms: int
) -> None:
    """30 days without a use, 90 days with."""
    told = await desk.tokens(http)
    await age(desk.world.app.database, "grants", column, by_ms - 5_000)
    told = (await refresh(http, desk, told["refresh_token"])).json()
    await age(desk.world.app.database, "grants", column, by_ms)
    assert_error(await refresh(http, desk, told["refresh_token"]), 400, "invalid_grant")


async def test_another_clients_is_unknown_and_survives(http: httpx.AsyncClient, desk: Desk) -> None:
    """Whoever presents it is told nothing of it."""
    first = (await desk.tokens(http))["refresh_token"]
    auth = (desk.site.client_id, desk.site_secret)
    assert_error(await refresh(http, desk, first, client_id=None, auth=auth), 400, "invalid_grant")
    assert (await refresh(http, desk, first)).status_code == 200


async def test_what_ends_user_client_or_account_ends_it(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """A disabled client is refused; enabled again, it has to ask the user again."""
    world, database = desk.world, desk.world.app.database
    of_client = (await desk.tokens(http))["refresh_token"]
    disabled = await database.write(world.acme.id, clients.disable, world.mobile)
    assert_error(await refresh(http, desk, of_client), 401, "invalid_client")
    await database.write(world.acme.id, clients.enable, disabled)
    assert_error(await refresh(http, desk, of_client), 400, "invalid_grant")

    while_suspended = (await desk.tokens(http))["refresh_token"]
    await database.write(world.acme.id, accounts.suspend)
    assert_error(await refresh(http, desk, while_suspended), 401, "invalid_client")
    await database.write(world.acme.id, accounts.resume)
    assert (await refresh(http, desk, while_suspended)).status_code == 200

    of_user = await desk.tokens(http)
    await database.write(world.acme.id, users.disable, desk.user)
    assert_error(await refresh(http, desk, of_user["refresh_token"]), 400, "invalid_grant")
    assert not await is_live(desk, of_user["access_token"])


@pytest.mark.parametrize("text", ["", "x", "osr_", "osr_" + "z" * 70, "osr_" + "0" * 70])
async def test_what_is_no_refresh_token_is_refused(
    http: httpx.AsyncClient, desk: Desk, text: str
) -> None:
    """An empty one counts as missing."""
    error = "invalid_grant" if text else "invalid_request"
    assert_error(await refresh(http, desk, text), 400, error)


async def test_a_guessed_proof_ends_nothing(http: httpx.AsyncClient, desk: Desk) -> None:
    """The grant's id is in every access token: knowing it must not end a family."""
    first = (await desk.tokens(http))["refresh_token"]
    for place in (10, 40, 73):
        other = "A" if first[place] != "A" else "B"
        forged = first[:place] + other + first[place + 1 :]
        assert_error(await refresh(http, desk, forged), 400, "invalid_grant")
    assert (await refresh(http, desk, first)).status_code == 200


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_database_holds_no_token(http: httpx.AsyncClient, desk: Desk) -> None:
    """Neither a refresh token nor a code, nor what one could be made of without the master key."""
    code = await desk.code()
    told = (await redeem(http, desk, code)).json()
    path = desk.world.app.settings.database_url.removeprefix("sqlite:///")
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:  # noqa: ASYNC230, PTH123
            data = file.read()
        for secret in (code, told["refresh_token"], told["access_token"]):
            assert secret.encode() not in data
            assert secret[4:].encode() not in data


@given(
    generation=st.integers(0, 2**32 - 1), now=st.integers(0, 2**32 - 1),
    seed=st.binary(min_size=32, max_size=32),
)  # fmt: skip
def test_a_text_is_read_as_it_was_written(generation: int, now: int, seed: bytes) -> None:
    """And is genuine for its own grant up to the generation that counts, under its own key."""
    grant = _grant("018f2b1c-0000-7000-8000-000000000001", seed, now)
    text = refresh_tokens.text_of(b"key", grant, generation)
    claimed = refresh_tokens.read(text)
    assert claimed is not None
    assert (claimed.grant_id, claimed.generation) == (grant.id, generation)
    assert refresh_tokens.is_genuine(b"key", grant, claimed) == (generation <= now)
    assert not refresh_tokens.is_genuine(b"another", grant, claimed)
    other = _grant("018f2b1c-0000-7000-8000-000000000002", seed, now)
    assert not refresh_tokens.is_genuine(b"key", other, claimed)
    assert len(text) == 74


def _grant(grant_id: str, seed: bytes, generation: int) -> Grant:
    return Grant(grant_id, "client", "user", (), 0, 0, None, seed, generation, 0, None)
