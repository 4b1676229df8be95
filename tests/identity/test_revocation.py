"""Revocation and introspection (RFC 7009, RFC 7662)."""

import time
from typing import Any

import httpx
import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.model.client import Client
from openslot.identity.people import users
from openslot.kernel import scopes
from openslot.kernel.clock import now_ms

from .delegation import Desk, is_live, redeem, refresh
from .test_token_endpoint import FORM, assert_error, assert_not_kept
from .world import PUBLIC_URL, World, confidential

pytestmark = pytest.mark.anyio

REVOKE, INTROSPECT = "/accounts/acme/oauth2/revoke", "/accounts/acme/oauth2/introspect"
DEAD = {"active": False}
Auth = tuple[str, str]


async def _resource_server(world: World, *scope: str) -> Auth:
    client, secret = await world.app.database.write(
        world.acme.id, clients.create, world.pepper, "api", "An API",
        confidential(*(scope or (scopes.INTROSPECT,))),
    )  # fmt: skip
    assert secret is not None
    return client.client_id, secret


async def _introspect(http: httpx.AsyncClient, token: str, auth: Auth, **form: str) -> Any:
    answer = await http.post(INTROSPECT, data={"token": token, **form}, auth=auth)
    assert answer.status_code == 200, answer.text
    assert_not_kept(answer)
    return answer.json()


def _auth(client: Client, secret: str) -> Auth:
    return client.client_id, secret


# Revocation


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
async def test_a_revoked_access_token_is_dead_at_once(
    http: httpx.AsyncClient, desk: Desk, hint: str | None
) -> None:
    """It alone: others of the client live on. A wrong hint does not matter."""
    world = desk.world
    token, other = (world.token(now_ms()).decode() for _ in range(2))
    form = {"token": token} | ({} if hint is None else {"token_type_hint": hint})
    for _ in range(2):  # a second time there is nothing to end
        answer = await http.post(REVOKE, data=form, auth=_auth(world.website, world.secret))
        assert (answer.status_code, answer.content) == (200, b"")
        assert_not_kept(answer)
    assert not await is_live(desk, token)
    assert await is_live(desk, other)


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
async def test_a_refresh_token_takes_its_grant_along_an_access_token_does_not(
    http: httpx.AsyncClient, desk: Desk, which: str
) -> None:
    """RFC 7009 §2.1. A public client revokes by its id alone."""
    told = await desk.tokens(http)
    form = {"token": told[which], "client_id": desk.world.mobile.client_id}
    assert (await http.post(REVOKE, data=form)).status_code == 200
    assert not await is_live(desk, told["access_token"])
    again = await refresh(http, desk, told["refresh_token"])
    assert again.status_code == (400 if which == "refresh_token" else 200)


async def test_another_clients_token_survives(http: httpx.AsyncClient, desk: Desk) -> None:
    """And whoever tries cannot tell: the answer is the one for an unknown token."""
    told = await desk.tokens(http)
    for token in (told["access_token"], told["refresh_token"], "x", "osr_" + "0" * 70, "é"):
        answer = await http.post(
            REVOKE, data={"token": token}, auth=_auth(desk.site, desk.site_secret)
        )
        assert (answer.status_code, answer.content) == (200, b"")
    assert await is_live(desk, told["access_token"])
    assert (await refresh(http, desk, told["refresh_token"])).status_code == 200


async def test_another_accounts_client_ends_nothing(http: httpx.AsyncClient, desk: Desk) -> None:
    """Even by a token of another account's client of the same key."""
    world = desk.world
    token = world.token(now_ms()).decode()
    answer = await http.post(
        "/accounts/globex/oauth2/revoke",
        data={"token": token},
        auth=_auth(world.foreign, world.foreign_secret),
    )
    assert answer.status_code == 200
    assert await is_live(desk, token)


@pytest.mark.parametrize("path", [REVOKE, INTROSPECT])
async def test_the_form_is_read_as_at_the_token_endpoint(
    http: httpx.AsyncClient, desk: Desk, path: str
) -> None:
    """The same checks in the same order, at both addresses."""
    world = desk.world
    auth = _auth(world.website, world.secret)
    assert_error(await http.post(path, data={"token": ""}, auth=auth), 400, "invalid_request")
    assert_error(await http.post(path, auth=(auth[0], "wrong")), 400, "invalid_request")
    headers = {"Content-Type": FORM}
    wrong = await http.post(path, auth=(auth[0], "wrong"), headers=headers)
    assert_error(wrong, 401, "invalid_client")
    assert_error(await http.post(path, headers=headers), 401, "invalid_client")
    assert_error(await http.get(path), 405, "invalid_request")
    twice = await http.post(path, content="token=a&token=b", headers=headers, auth=auth)
    assert_error(twice, 400, "invalid_request")
    root = path.removeprefix("/accounts/acme")
    assert_error(await http.post(root, data={"token": "x"}, auth=auth), 400, "invalid_request")
    named = await http.post(root, data={"token": "x"}, auth=auth, headers={"X-ACCOUNT": "acme"})
    assert named.status_code == 200
    large = await http.post(path, data={"token": "x" * 20_000}, auth=auth)
    assert_error(large, 413, "invalid_request")


# Introspection


async def test_a_live_token_is_described(http: httpx.AsyncClient, desk: Desk) -> None:
    """RFC 7662 §2.2."""
    auth = await _resource_server(desk.world)
    token = desk.world.token(now_ms()).decode()
    told = await _introspect(http, token, auth, token_type_hint="refresh_token")
    assert told.pop("exp") - told.pop("iat") == 3600
    assert len(told.pop("jti")) == 36
    assert told == {
        "active": True,
        "iss": f"{PUBLIC_URL}/accounts/acme",
        "sub": desk.world.website.client_id,
        "aud": PUBLIC_URL,
        "client_id": desk.world.website.client_id,
        "scope": " ".join(sorted(scopes.BOOKING)),
        "account": desk.world.acme.id,
        "token_type": "Bearer",
    }


async def test_a_delegated_token_is_its_users(http: httpx.AsyncClient, desk: Desk) -> None:
    """Also at a client that did not get it."""
    auth = await _resource_server(desk.world)
    told = await _introspect(http, (await desk.tokens(http))["access_token"], auth)
    assert (told["active"], told["sub"]) == (True, desk.user.id)
    assert len(told["gid"]) == 36


async def test_whatever_does_not_count_looks_the_same(http: httpx.AsyncClient, desk: Desk) -> None:
    """Refresh tokens, old, foreign, forged and revoked ones."""
    world = desk.world
    auth = await _resource_server(world)
    told = await desk.tokens(http)
    good = told["access_token"]
    for token in (
        told["refresh_token"],
        world.token(now_ms() - 3_600_000).decode(),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "x",
        "é",
    ):
        assert await _introspect(http, token, auth) == DEAD
    assert (await _introspect(http, good, auth))["active"]
    await world.app.database.write(world.acme.id, users.disable, desk.user)
    assert await _introspect(http, good, auth) == DEAD
    mine = world.token(now_ms()).decode()
    await world.app.database.write(world.acme.id, clients.disable, world.website)
    assert await _introspect(http, mine, auth) == DEAD


async def test_only_who_may_is_told(http: httpx.AsyncClient, desk: Desk) -> None:
    """Without the scope even its own token; a foreign account's; a bearer token is nobody."""
    world = desk.world
    token = world.token(now_ms()).decode()
    assert await _introspect(http, token, _auth(world.website, world.secret)) == DEAD
    document = confidential(scopes.INTROSPECT)
    await world.app.database.write(
        world.globex.id, clients.change, world.foreign, "Website", document
    )
    answer = await http.post(
        "/accounts/globex/oauth2/introspect",
        data={"token": token},
        auth=_auth(world.foreign, world.foreign_secret),
    )
    assert answer.json() == DEAD
    bearer = await http.post(
        INTROSPECT, data={"token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    assert_error(bearer, 401, "invalid_client")
    public = await http.post(INTROSPECT, data={"token": token, "client_id": world.mobile.client_id})
    assert_error(public, 401, "invalid_client")


# The whole account


async def test_an_accounts_tokens_can_be_revoked_together(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """Those from before are dead, those from the same second on live, another account's too."""
    world = desk.world
    told = await desk.tokens(http)
    mine = world.token(now_ms()).decode()
    await world.app.database.write(world.acme.id, accounts.revoke_tokens)
    for token in (mine, told["access_token"]):
        assert not await is_live(desk, token)
    assert_error(await refresh(http, desk, told["refresh_token"]), 400, "invalid_grant")
    began = time.monotonic()
    answer = await http.post(
        "/accounts/acme/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=_auth(world.website, world.secret),
    )
    assert await is_live(desk, answer.json()["access_token"])
    again = await redeem(http, desk, await desk.code())
    assert await is_live(desk, again.json()["access_token"])
    assert time.monotonic() - began < 60


async def test_a_clients_tokens_can_be_revoked_together(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """The client goes on with its secrets; users have to let it act again."""
    world = desk.world
    told = await desk.tokens(http)
    mine = world.token(now_ms()).decode()
    await world.app.database.write(world.acme.id, clients.revoke_tokens, world.mobile)
    assert not await is_live(desk, told["access_token"])
    assert await is_live(desk, mine)
    assert_error(await refresh(http, desk, told["refresh_token"]), 400, "invalid_grant")
    again = await redeem(http, desk, await desk.code())
    assert await is_live(desk, again.json()["access_token"])
