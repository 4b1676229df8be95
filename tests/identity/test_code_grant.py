"""Redeeming authorization codes (RFC 6749 §4.1.3, RFC 7636, RFC 9700)."""

import asyncio
from typing import Any

import httpx
import jwt
import pytest

from openslot.identity.clients import clients
from openslot.identity.people import users
from openslot.kernel import scopes
from openslot.storage.journal import audit

from .delegation import CALLBACK, Desk, actor, is_live, redeem, refresh
from .rows import age
from .test_token_endpoint import assert_error, assert_not_kept
from .world import World

pytestmark = pytest.mark.anyio


async def test_a_code_gives_tokens_in_the_users_name(http: httpx.AsyncClient, desk: Desk) -> None:
    """RFC 9068 §2.2.1: who signed in, when, and for which client."""
    answer = await redeem(http, desk, await desk.code())
    assert answer.status_code == 200, answer.text
    assert_not_kept(answer)
    told = answer.json()
    assert list(told) == ["access_token", "expires_in", "token_type", "scope", "refresh_token"]
    assert (told["token_type"], told["scope"]) == ("Bearer", scopes.BOOK)
    claims = jwt.decode(told["access_token"], options={"verify_signature": False})
    assert claims["sub"] == desk.user.id
    assert claims["client_id"] == desk.world.mobile.client_id
    assert claims["iat"] - 10 < claims["auth_time"] <= claims["iat"] - 5
    assert claims["exp"] == claims["iat"] + 3600
    assert "email" not in told["access_token"]
    token = desk.world.reader().read(told["access_token"].encode(), claims["iat"] * 1000)
    assert token.grant_id == claims["gid"]
    assert await is_live(desk, told["access_token"])


async def test_without_the_refresh_grant_there_is_no_refresh_token(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """A client gets what it is registered for."""
    document = {**desk.world.mobile.document, "grants": ["authorization_code"]}
    await desk.world.app.database.write(
        desk.world.acme.id, clients.change, desk.world.mobile, "Mobile app", document
    )
    assert "refresh_token" not in (await redeem(http, desk, await desk.code())).json()


@pytest.mark.parametrize(
    ("issued", "sent"),
    [
        ({}, {"code_verifier": None}),
        ({}, {"code_verifier": "x" * 43}),
        ({}, {"code_verifier": "short"}),
        ({}, {"code_verifier": "x" * 129}),
        ({}, {"redirect_uri": None}),
        ({}, {"redirect_uri": CALLBACK + "/"}),
        ({}, {"redirect_uri": "https://evil.example/callback"}),
        ({"redirect_uri": None}, {}),
        ({"dpop_jkt": "x" * 43}, {}),
    ],
)
async def test_a_wrong_attempt_burns_the_code(
    http: httpx.AsyncClient, desk: Desk, issued: dict[str, Any], sent: dict[str, Any]
) -> None:
    """Whoever guesses has one guess; the right one afterwards is refused as well."""
    code = await desk.code(**issued)
    assert_error(await redeem(http, desk, code, **sent), 400, "invalid_grant")
    right = {"redirect_uri": None} if issued.get("redirect_uri", "") is None else {}
    assert_error(await redeem(http, desk, code, **right), 400, "invalid_grant")


async def test_a_redirect_uri_that_was_left_out_is_left_out_again(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """RFC 6749 §4.1.3: required if it was included, and identical."""
    code = await desk.code(redirect_uri=None)
    assert (await redeem(http, desk, code, redirect_uri=None)).status_code == 200


async def test_another_client_burns_the_code(http: httpx.AsyncClient, desk: Desk) -> None:
    """One of the account that has shown who it is."""
    code = await desk.code()
    auth = (desk.site.client_id, desk.site_secret)
    assert_error(await redeem(http, desk, code, client_id=None, auth=auth), 400, "invalid_grant")
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")


async def test_a_client_that_redeems_no_codes_burns_it_too(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """It is told that it may not, and the code has leaked."""
    code, other = await desk.code(), await desk.code()
    auth = (desk.world.website.client_id, desk.world.secret)
    answer = await redeem(http, desk, code, client_id=None, auth=auth)
    assert_error(answer, 400, "unauthorized_client")
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")
    assert (await redeem(http, desk, other)).status_code == 200


async def test_a_client_that_is_not_let_in_burns_nothing(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """A confidential client without its secret, or a stranger, cannot spoil a code."""
    code = await desk.code(desk.site)
    wrong = await redeem(http, desk, code, client_id=desk.site.client_id)
    assert_error(wrong, 401, "invalid_client")
    right = await redeem(
        http, desk, code, client_id=None, auth=(desk.site.client_id, desk.site_secret)
    )
    assert right.status_code == 200


async def test_a_code_used_twice_ends_what_it_gave(http: httpx.AsyncClient, desk: Desk) -> None:
    """RFC 6749 §4.1.2: one of the two users of it is not the right one."""
    code = await desk.code()
    first = (await redeem(http, desk, code)).json()
    assert await is_live(desk, first["access_token"])
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")
    assert not await is_live(desk, first["access_token"])
    assert_error(await refresh(http, desk, first["refresh_token"]), 400, "invalid_grant")
    events = await desk.world.app.database.read(
        desk.world.acme.id, audit.events, audit.AuditFilter(type="grant.ended"), 10
    )
    assert [event.detail["why"] for event in events] == ["code_used_twice"]


async def test_of_twenty_at_once_one_gets_tokens(http: httpx.AsyncClient, desk: Desk) -> None:
    """And no answer is a fault of the server's."""
    code = await desk.code()
    answers = await asyncio.gather(*(redeem(http, desk, code) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


@pytest.mark.parametrize("code", ["", "x", "osc_" + "x" * 43, "osr_" + "x" * 70])
async def test_what_is_no_code_is_refused(http: httpx.AsyncClient, desk: Desk, code: str) -> None:
    """An empty one counts as missing."""
    error = "invalid_grant" if code else "invalid_request"
    assert_error(await redeem(http, desk, code), 400, error)


async def test_a_code_lives_for_a_minute(http: httpx.AsyncClient, desk: Desk) -> None:
    """Aged in its row, since nothing in the product can turn real time."""
    code = await desk.code()
    await age(desk.world.app.database, "authorization_codes", "expires_at", 60_000)
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")


async def test_another_accounts_code_is_unknown(http: httpx.AsyncClient, desk: Desk) -> None:
    """And is not burnt by the attempt."""
    code = await desk.code()
    world: World = desk.world
    document = {**world.mobile.document, "redirectUris": [CALLBACK]}
    other, _ = await world.app.database.write(
        world.globex.id, clients.create, world.pepper, "mobile", "Mobile", document
    )
    form = {
        "grant_type": "authorization_code", "code": code, "client_id": other.client_id,
        "redirect_uri": CALLBACK, "code_verifier": "x" * 43,
    }  # fmt: skip
    answer = await http.post("/accounts/globex/oauth2/token", data=form)
    assert_error(answer, 400, "invalid_grant")
    assert (await redeem(http, desk, code)).status_code == 200


async def test_scopes_are_those_that_client_and_role_still_hold(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """A desk may not write the catalogue, whatever the code was made for."""
    code = await desk.code(desk.site, scopes=(scopes.ADMIN_READ, scopes.ADMIN_WRITE))
    answer = await redeem(
        http, desk, code, client_id=None, auth=(desk.site.client_id, desk.site_secret)
    )
    assert answer.json()["scope"] == scopes.ADMIN_READ


async def test_a_disabled_users_code_gives_nothing(http: httpx.AsyncClient, desk: Desk) -> None:
    """Between the page and the redemption somebody may have been let go."""
    code = await desk.code()
    await desk.world.app.database.write(desk.world.acme.id, users.disable, desk.user)
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")


async def test_a_change_of_role_counts_at_once(http: httpx.AsyncClient, desk: Desk) -> None:
    """The token says what was given; what it may now, the role says."""
    code = await desk.code(desk.site, scopes=(scopes.BOOK, scopes.APPOINTMENTS_MANAGE))
    auth = (desk.site.client_id, desk.site_secret)
    token = (await redeem(http, desk, code, client_id=None, auth=auth)).json()["access_token"]
    asks = await actor(desk, token)
    assert (asks.kind, asks.id) == ("user", desk.user.id)
    assert asks.scopes == {scopes.BOOK, scopes.APPOINTMENTS_MANAGE}
    await desk.world.app.database.write(
        desk.world.acme.id, users.change, desk.user, "At the desk", "viewer"
    )
    assert (await actor(desk, token)).scopes == {scopes.BOOK}


async def test_a_scope_that_the_client_loses_is_gone_at_once(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """From what a user let it do, too."""
    code = await desk.code(desk.site, scopes=(scopes.BOOK, scopes.CANCEL))
    auth = (desk.site.client_id, desk.site_secret)
    token = (await redeem(http, desk, code, client_id=None, auth=auth)).json()["access_token"]
    document = {**desk.site.document, "scopes": [scopes.CANCEL, scopes.ADMIN_READ]}
    database, account_id = desk.world.app.database, desk.world.acme.id
    await database.write(account_id, clients.change, desk.site, desk.site.name, document)
    assert (await actor(desk, token)).scopes == {scopes.CANCEL}
