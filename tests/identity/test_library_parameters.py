"""Parameters that OAuth and OpenID libraries send whatever the server is."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from openslot.kernel import scopes

from .browsing import PASSWORD, Browser, Staff, answer_in, ask, check_page, let_in
from .delegation import Desk, redeem, refresh
from .people import sessions_grow_older
from .test_token_endpoint import basic, post
from .world import PUBLIC_URL, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


# Scopes of OpenID Connect


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (f"openid {scopes.BOOK}", [scopes.BOOK]),
        (f"{scopes.BOOK} offline_access openid", [scopes.BOOK]),
        (f"openid {scopes.CANCEL} offline_access {scopes.BOOK}", [scopes.CANCEL, scopes.BOOK]),
        ("openid", None),
        ("openid offline_access", None),
    ],
)
async def test_they_are_passed_over_at_the_authorization_endpoint(
    staff: Staff, http: httpx.AsyncClient, asked: str, given: list[str] | None
) -> None:
    """Not granted, and not in the response; alone they are as no scope at all."""
    browser = await staff.signed_in()
    told = answer_in(await let_in(browser, await ask(staff, browser, scope=asked)))
    tokens = await _redeem_of_site(staff, http, told["code"])
    held = tokens.json()["scope"].split(" ")
    assert held == (given or [*scopes.BOOKING, scopes.ADMIN_READ, scopes.APPOINTMENTS_MANAGE])


@pytest.mark.parametrize("scope", ["openid", "offline_access", f"openid {scopes.BOOK}"])
async def test_they_are_unknown_at_the_token_endpoint(
    http: httpx.AsyncClient, world: World, desk: Desk, scope: str
) -> None:
    answer = await post(
        http, world, urlencode({"grant_type": "client_credentials", "scope": scope})
    )
    assert answer.json()["error"] == "invalid_scope"
    tokens = await desk.tokens(http)
    answer = await refresh(http, desk, tokens["refresh_token"], scope=scope)
    assert answer.json()["error"] == "invalid_scope"
    # The refresh token was not used up by that.
    assert (await refresh(http, desk, tokens["refresh_token"])).status_code == 200


# Signing in again


async def test_a_session_that_is_older_signs_in_again(staff: Staff) -> None:
    """Once; the request goes on with the session of now."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    await sessions_grow_older(staff.app, 60_000, unused=0)
    assert "code" in answer_in(await ask(staff, browser, max_age="3600"))
    assert "code" in answer_in(await ask(staff, browser, max_age="9" * 5000))
    for max_age in ("59", "0", "000"):
        await sessions_grow_older(staff.app, 60_000, unused=0)
        told = answer_in(await ask(staff, browser, max_age=max_age, prompt="none"))
        assert told["error"] == "login_required"
        assert "code" in answer_in(await _sign_in_again(staff, browser, max_age=max_age))


async def test_zero_asks_whoever_has_just_signed_in(staff: Staff) -> None:
    """As `prompt=login` does, whatever the clock says."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    for _ in range(3):
        assert "code" in answer_in(await _sign_in_again(staff, browser, max_age="0"))


async def test_a_session_that_grew_old_on_the_consent_page_signs_in_again(staff: Staff) -> None:
    browser = await staff.signed_in()
    form = check_page(await ask(staff, browser, max_age="600")).form("/authorize")
    await sessions_grow_older(staff.app, 601_000, unused=0)
    page = check_page(await browser.send(form, decision="allow"))
    assert "Password" in page.text


@pytest.mark.parametrize(
    "prompt", ["select_account", "login select_account", "select_account consent"]
)
async def test_select_account_shows_sign_in_to_who_is_signed_in(staff: Staff, prompt: str) -> None:
    """Once; consent that is asked for besides is asked then."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    answer = await _sign_in_again(staff, browser, prompt=prompt)
    if "consent" in prompt:
        answer = await let_in(browser, answer)
    assert "code" in answer_in(answer)


async def test_the_way_to_another_user_keeps_what_the_client_wants(staff: Staff) -> None:
    """The link on the consent page leads to sign-in, and then to consent again."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    page = check_page(await ask(staff, browser, prompt="consent"))
    [link] = [link for link in page.links if "/authorize" in link]
    page = check_page(await browser.get(link))
    answer = await browser.send(page.form("/authorize"), email=staff.email, password=PASSWORD)
    assert "Allow" in check_page(await browser.get(answer.headers["location"])).text


# Resources


@pytest.mark.parametrize("resource", [PUBLIC_URL, PUBLIC_URL + "/", ""])
async def test_the_api_is_the_resource_of_every_token(
    staff: Staff, http: httpx.AsyncClient, world: World, resource: str
) -> None:
    """RFC 8707 §2: named, with or without a slash, or not; at both endpoints and every grant."""
    browser = await staff.signed_in()
    page = await ask(staff, browser, resource=resource)
    told = answer_in(await let_in(browser, page))
    tokens = await _redeem_of_site(staff, http, told["code"], resource=resource)
    auth = (staff.desk.site.client_id, staff.desk.site_secret)
    form = {"auth": auth, "client_id": None, "resource": resource}
    refreshed = await refresh(http, staff.desk, tokens.json()["refresh_token"], **form)
    assert refreshed.status_code == 200, refreshed.text
    form = {"grant_type": "client_credentials", "resource": resource}
    answer = await post(http, world, urlencode(form))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "resources",
    [
        ["https://other.example.org"],
        [PUBLIC_URL + "/external/v1"],
        [PUBLIC_URL.upper()],
        [" "],
        [PUBLIC_URL + " "],
        [PUBLIC_URL, PUBLIC_URL],
        [PUBLIC_URL, PUBLIC_URL + "/"],
        ["https://other.example.org", PUBLIC_URL],
    ],
)
async def test_another_resource_is_no_target(
    http: httpx.AsyncClient, world: World, desk: Desk, resources: list[str]
) -> None:
    """invalid_target, and neither code nor refresh token is used up."""
    code, tokens = await desk.code(), await desk.tokens(http)
    for sent in (
        redeem(http, desk, code, resource=resources),
        refresh(http, desk, tokens["refresh_token"], resource=resources),
        http.post(
            "/accounts/acme/oauth2/token",
            data={"grant_type": "client_credentials", "resource": resources},
            headers={"Authorization": basic(world.website.client_id, world.secret)},
        ),
    ):
        answer = await sent
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")
        assert answer.headers["cache-control"] == "no-store"
    assert (await redeem(http, desk, code)).status_code == 200
    assert (await refresh(http, desk, tokens["refresh_token"])).status_code == 200


async def test_only_a_client_that_is_known_is_told_of_the_resource(
    http: httpx.AsyncClient, world: World
) -> None:
    """The checks before it come first."""
    form = "grant_type=client_credentials&resource=x"
    headers = [("Authorization", basic(world.website.client_id, "osk_wrong"))]
    answer = await post(http, world, form, headers=headers, without=("Authorization",))
    assert answer.json()["error"] == "invalid_client"
    answer = await post(http, world, "grant_type=password&resource=x")
    assert answer.json()["error"] == "unsupported_grant_type"


async def _sign_in_again(staff: Staff, browser: Browser, **given: str) -> httpx.Response:
    """A request that asks for a password though there is a session; what follows it."""
    page = check_page(await ask(staff, browser, **given))
    assert "Password" in page.text
    answer = await browser.send(page.form("/authorize"), email=staff.email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


async def _redeem_of_site(
    staff: Staff, http: httpx.AsyncClient, code: str, **form: Any
) -> httpx.Response:
    auth = (staff.desk.site.client_id, staff.desk.site_secret)
    answer = await redeem(http, staff.desk, code, client_id=None, auth=auth, **form)
    assert answer.status_code == 200, answer.text
    return answer
