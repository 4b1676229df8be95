"""The authorization endpoint: every check, whether it is a page or a redirect, and the code."""

from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.kernel import scopes

from .browsing import AUTHORIZE, Staff, answer_in, ask, check_page, let_in, request_of
from .delegation import CALLBACK, CHALLENGE
from .world import PUBLIC_URL

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ISSUER = f"{PUBLIC_URL}/accounts/acme"
TWO_SCOPES = f"{scopes.BOOK} {scopes.CANCEL}"


# What is wrong before it is certain who asks and where an answer goes


@pytest.mark.parametrize(
    "given",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "0" * 26},
        {"client_id": ["0" * 26, "0" * 26]},
        {"client_id": "\0"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK + "#x"},
        {"redirect_uri": [CALLBACK, CALLBACK]},
        {"redirect_uri": [CALLBACK, "https://evil.example/callback"]},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_until_client_and_address_are_certain_there_is_a_page(
    staff: Staff, method: str, given: dict[str, Any]
) -> None:
    """RFC 6749 §4.1.2.1, whatever else is wrong with the request, and whoever is signed in."""
    for browser in (staff.browser(), await staff.signed_in()):
        for more in ({}, {"response_type": "token"}, {"prompt": "none"}, {"state": ["a", "b"]}):
            address = request_of(staff.desk, **given, **more)
            if method == "GET":
                answer = await browser.get(address)
            else:
                form = {"Content-Type": "application/x-www-form-urlencoded"}
                answer = await browser.http.post(
                    AUTHORIZE, content=address.partition("?")[2], headers=form
                )
            page = check_page(answer, 400)
            assert page.forms == []
            assert "evil.example" not in page.text


@pytest.mark.parametrize("raw", ["client_id=%ff", "client_id=%zz", "redirect_uri=%ff", "%ff=%ff"])
async def test_bytes_that_are_no_text_are_nobody(staff: Staff, raw: str) -> None:
    """A page, and no error of ours."""
    name = raw.partition("=")[0]
    known = name if name in ("client_id", "redirect_uri") else "client_id"
    address = request_of(staff.desk, **{known: None}) + "&" + raw
    check_page(await staff.browser().get(address), 400)


async def test_both_repeated_and_sent_in_both_places_are_repeated(staff: Staff) -> None:
    """A query and a form are one request (RFC 6749 §3.1)."""
    browser = staff.browser()
    form = {"client_id": staff.desk.site.client_id}
    check_page(await browser.http.post(request_of(staff.desk), data=form), 400)


async def test_the_address_may_be_left_out_where_one_is_registered(staff: Staff) -> None:
    """RFC 6749 §3.1.2.3; with two it is a page."""
    answer = await ask(staff, redirect_uri=None, prompt="none")
    assert answer_in(answer)["error"] == "login_required"
    document = {**staff.desk.site.document, "redirectUris": [CALLBACK, CALLBACK + "2"]}
    await staff.write(clients.change, staff.desk.site, "The site", document)
    check_page(await ask(staff, redirect_uri=None, prompt="none"), 400)


async def test_another_accounts_client_is_unknown(staff: Staff) -> None:
    """Though its id is good elsewhere."""
    check_page(await ask(staff, client_id=staff.desk.world.foreign.client_id), 400)


async def test_a_disabled_client_gets_a_page(staff: Staff) -> None:
    """Nobody is sent to a program that may do nothing."""
    await staff.write(clients.disable, staff.desk.site)
    check_page(await ask(staff), 400)


async def test_a_suspended_account_gets_a_page(staff: Staff) -> None:
    """At every address of it, signed in or not."""
    browser = await staff.signed_in()
    await staff.write(accounts.suspend)
    for path in (request_of(staff.desk), "/accounts/acme/me", "/accounts/acme/sign-in"):
        check_page(await browser.get(path), 403)


@pytest.mark.parametrize("account", ["nobody", "ACME", "acme%2Foauth2", "..", "acme%0A"])
async def test_an_unknown_account_gets_a_page(staff: Staff, account: str) -> None:
    """404."""
    answer = await staff.browser().get(f"/accounts/{account}/oauth2/authorize?client_id=x")
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        AUTHORIZE + "/",
        AUTHORIZE.upper(),
        AUTHORIZE.replace("/o", "//o"),
        AUTHORIZE.replace("/oauth2", "%2Foauth2"),
        AUTHORIZE.replace("2/", "2%2F"),
        AUTHORIZE + "%0A",
    ],
)
async def test_other_spellings_are_nothing(staff: Staff, path: str) -> None:
    """404, never a redirect."""
    assert (await staff.browser().get(path)).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(staff: Staff, method: str) -> None:
    """405, and a browser's question about other origins is answered with no."""
    answer = await staff.browser().http.request(
        method,
        request_of(staff.desk),
        headers={"Origin": "https://app.example.org", "Access-Control-Request-Method": "GET"},
    )
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert not [name for name in answer.headers if name.startswith("access-control")]


# What is wrong with the rest


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"scope": ["a", "a"]}, "invalid_request"),
        ({"response_type": ["code", "code"]}, "invalid_request"),
        ({"code_challenge": [CHALLENGE, CHALLENGE]}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "OpenID"}, "invalid_scope"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"scope": "openid "}, "invalid_scope"),
        ({"scope": "openid  offline_access"}, "invalid_scope"),
        ({"scope": scopes.AUDIT_READ}, "invalid_scope"),
        ({"scope": f"{scopes.BOOK}  {scopes.CANCEL}"}, "invalid_scope"),
        ({"scope": scopes.BOOK.upper()}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:42]}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "A"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "="}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:42] + "+"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "\n"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://app.example.org/request"}, "request_uri_not_supported"),
        ({"request_uri": ["urn:a", "urn:b"]}, "invalid_request"),
        *(
            ({"max_age": text}, "invalid_request")
            for text in ("-1", "+1", "1.0", "1e3", " 1", "1 ", "\u0663", "x", "0x1", ["1", "1"])
        ),
        *(
            ({"resource": text}, "invalid_target")
            for text in (
                "https://other.example.org",
                PUBLIC_URL + "//",
                PUBLIC_URL + "/external/v1",
                PUBLIC_URL.upper(),
                PUBLIC_URL + "/#",
                "x",
                [PUBLIC_URL, PUBLIC_URL],
                [PUBLIC_URL, PUBLIC_URL + "/"],
            )
        ),
        ({"prompt": "none select_account"}, "invalid_request"),
        ({"prompt": "login  consent"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none consent"}, "invalid_request"),
        ({"prompt": "None"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"dpop_jkt": CHALLENGE + "A"}, "invalid_request"),
    ],
)
async def test_other_faults_are_told_to_the_client(
    staff: Staff, given: dict[str, Any], error: str
) -> None:
    """With what is wrong, the state as it came, and the issuer (RFC 6749 §4.1.2.1, RFC 9207)."""
    address = request_of(staff.desk, **given)
    for browser in (staff.browser(), await staff.signed_in()):
        told = answer_in(await browser.get(address))
        assert told["error"] == error
        assert told["state"] == "a state"
        assert told["iss"] == ISSUER
        assert set(told) == {"error", "error_description", "state", "iss"}
        # RFC 6749 §4.1.2.1: %x20-21 / %x23-5B / %x5D-7E
        assert all(0x20 <= ord(c) <= 0x7E and c not in '"\\' for c in told["error_description"])


@pytest.mark.parametrize("scope", ["%zz", "%ff", "%"])
async def test_what_cannot_be_decoded_is_told_too(staff: Staff, scope: str) -> None:
    """It is not guessed at."""
    address = request_of(staff.desk, scope=None) + "&scope=" + scope
    assert answer_in(await staff.browser().get(address))["error"] == "invalid_request"


async def test_a_client_without_the_grant_is_told(staff: Staff) -> None:
    """unauthorized_client, though it has an address registered."""
    document = {**staff.desk.site.document, "grants": ["client_credentials"]}
    await staff.write(clients.change, staff.desk.site, "The site", document)
    assert answer_in(await ask(staff))["error"] == "unauthorized_client"


async def test_the_order_of_the_checks(staff: Staff) -> None:
    """Each fault hides the ones behind it."""
    faults: list[tuple[dict[str, Any], str]] = [
        ({"state": ["a", "b"]}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
    ]
    for place, (_, error) in enumerate(faults):
        given: dict[str, Any] = {}
        for fault, _ in faults[place:]:
            given |= fault
        told = answer_in(await ask(staff, **given))
        assert told["error"] == error
        assert ("state" in told) == (place > 0)  # of two, neither is the client's


@pytest.mark.parametrize(
    "raw",
    [
        b"plain",
        b"with%20space%26and%3Dand%23and%25and%2B",
        b"%E2%82%AC%F0%9F%8E%89",
        b"%ff%fe",
        b"%0D%0ALocation:%20https://evil.example",
        b"%00",
        b"%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        b"x" * 2000,
        b"a+b",
        b"%zz",
    ],
)
async def test_the_state_comes_back_byte_for_byte(staff: Staff, raw: bytes) -> None:
    """In an error and with a code, by whichever page it went."""
    address = request_of(staff.desk, state=None) + "&state=" + raw.decode()
    expected = raw_of(raw)
    browser = await staff.signed_in()
    refused = await browser.get(address + "&prompt=none")
    given = await let_in(browser, await browser.get(address))
    for answer, name in ((refused, "error"), (given, "code")):
        query = answer.headers["location"].partition("?")[2].encode()
        pairs = dict(pair.split(b"=", 1) for pair in query.split(b"&"))
        assert raw_of(pairs[b"state"]) == expected
        assert name.encode() in pairs


def raw_of(encoded: bytes) -> bytes:
    """The bytes of a form-encoded value."""
    return unquote_to_bytes(encoded.replace(b"+", b" "))


async def test_no_state_gives_none(staff: Staff) -> None:
    """Left out and empty are the same (RFC 6749 §3.1)."""
    for state in (None, ""):
        assert "state" not in answer_in(await ask(staff, state=state, prompt="none"))
