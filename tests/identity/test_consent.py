"""Letting a client in: sign-in, consent, what is remembered, and a code that is good for it."""

import httpx
import pytest

from openslot.identity.clients import clients
from openslot.identity.people import consents, sessions, users
from openslot.kernel import scopes
from openslot.storage.transactions import AccountTx

from .browsing import (
    AUTHORIZE,
    PASSWORD,
    Browser,
    Page,
    Staff,
    answer_in,
    ask,
    check_page,
    let_in,
    request_of,
)
from .delegation import CALLBACK, redeem
from .world import PUBLIC_URL

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ISSUER = f"{PUBLIC_URL}/accounts/acme"
TWO_SCOPES = f"{scopes.BOOK} {scopes.CANCEL}"


async def test_somebody_lets_a_client_in(staff: Staff, http: httpx.AsyncClient) -> None:
    """Sign-in, consent, a code that is good for tokens in their name."""
    browser = staff.browser()
    address = request_of(staff.desk, client_id=staff.desk.world.mobile.client_id)
    page = check_page(await browser.get(address))
    assert "Mobile app" in page.text
    answer = await browser.send(page.form("/authorize"), email=staff.email, password=PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(AUTHORIZE + "?")
    page = check_page(await browser.get(answer.headers["location"]))
    assert "Mobile app" in page.text
    assert "See free times and book appointments" in page.text
    assert "app.example.org" in page.text
    told = answer_in(await browser.send(page.form("/authorize"), decision="allow"))
    assert set(told) == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == ("a state", ISSUER)
    tokens = await redeem(http, staff.desk, told["code"])
    assert tokens.status_code == 200, tokens.text
    assert tokens.json()["scope"] == scopes.BOOK


async def test_consent_is_asked_once(staff: Staff) -> None:
    """For what was agreed to; more is asked again, and so is `prompt=consent`."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser, scope=TWO_SCOPES))
    assert "code" in answer_in(await ask(staff, browser, scope=TWO_SCOPES))
    assert "code" in answer_in(await ask(staff, browser, scope=scopes.CANCEL))
    assert "code" in answer_in(await ask(staff, browser, scope=scopes.CANCEL, prompt="none"))
    check_page(await ask(staff, browser, scope=scopes.RESCHEDULE))
    again = await ask(staff, browser, prompt="consent")
    check_page(again)
    assert "code" in answer_in(await let_in(browser, again))
    other = await ask(staff, browser, client_id=staff.desk.world.mobile.client_id)
    check_page(other)


async def test_consent_is_the_users_own(staff: Staff) -> None:
    """What one user agreed to is no other's consent."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))

    def other(tx: AccountTx) -> str:
        return sessions.start(tx, users.create(tx, "other@acme.example", "Other", "desk")[0])

    browser.http.cookies.set("__Host-session-acme", await staff.write(other))
    check_page(await ask(staff, browser))


async def test_who_says_no_sends_the_client_away(staff: Staff) -> None:
    """access_denied, nothing remembered; a form without an answer is no answer of yes."""
    browser = await staff.signed_in()
    for decision in ("deny", "Allow", None):
        form = Page(await ask(staff, browser)).form("/authorize")
        told = answer_in(await browser.send(form, decision=decision))
        assert told["error"] == "access_denied"
        assert (told["state"], told["iss"]) == ("a state", ISSUER)
    check_page(await ask(staff, browser))


async def test_prompt_none_shows_no_page(staff: Staff) -> None:
    """login_required without a session, consent_required without consent."""
    assert answer_in(await ask(staff, prompt="none"))["error"] == "login_required"
    browser = await staff.signed_in()
    assert answer_in(await ask(staff, browser, prompt="none"))["error"] == "consent_required"


async def test_prompt_login_asks_who_is_signed_in(staff: Staff) -> None:
    """Once: afterwards the request goes on, with a session of now; with consent, that is asked."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    before = browser.session
    for prompt in ("login", "login consent", "consent login"):
        page = check_page(await ask(staff, browser, prompt=prompt))
        answer = await browser.send(page.form("/authorize"), email=staff.email, password=PASSWORD)
        assert browser.session not in (None, before)
        answer = await browser.get(answer.headers["location"])
        if "consent" in prompt:
            answer = await let_in(browser, answer)
        assert "code" in answer_in(answer)


async def test_a_role_gives_no_more_than_it_holds(staff: Staff, http: httpx.AsyncClient) -> None:
    """The rest is left out, asked for or not; with nothing left the client is told."""
    browser = await staff.signed_in()
    told = answer_in(await ask(staff, browser, scope=scopes.ADMIN_WRITE))
    assert told["error"] == "access_denied"
    for scope in (f"{scopes.ADMIN_WRITE} {scopes.BOOK}", None):
        answer = await ask(staff, browser, scope=scope, prompt="consent")
        assert "Change branches" not in answer.text
        told = answer_in(await let_in(browser, answer))
        given = await redeem(
            http,
            staff.desk,
            told["code"],
            client_id=None,
            auth=(staff.desk.site.client_id, staff.desk.site_secret),
        )
        held = given.json()["scope"].split()
        assert scopes.ADMIN_WRITE not in held
        assert scopes.BOOK in held


async def test_the_token_request_repeats_what_was_sent(
    staff: Staff, http: httpx.AsyncClient
) -> None:
    """RFC 6749 §4.1.3: an address that was left out is left out again."""
    browser = await staff.signed_in()
    auth = (staff.desk.site.client_id, staff.desk.site_secret)
    told = answer_in(await let_in(browser, await ask(staff, browser, redirect_uri=None)))
    given = await redeem(
        http, staff.desk, told["code"], client_id=None, redirect_uri=None, auth=auth
    )
    assert given.status_code == 200, given.text


async def test_any_loopback_port(staff: Staff) -> None:
    """RFC 8252 §7.3: the answer goes to the port that was asked with."""
    document = {
        **staff.desk.site.document,
        "redirectUris": ["http://127.0.0.1/cb", "http://[::1]/cb"],
    }
    await staff.write(clients.change, staff.desk.site, "The site", document)
    browser = await staff.signed_in()
    for uri in ("http://127.0.0.1:54321/cb", "http://[::1]:54321/cb"):
        page = await ask(staff, browser, redirect_uri=uri, prompt="consent")
        assert "code" in answer_in(await let_in(browser, page), uri)


NATIVE = ["http://127.0.0.1/cb", "http://localhost/cb", "com.example.app:/cb"]


@pytest.mark.parametrize("uri", [*NATIVE, "http://127.0.0.1:54321/cb", "http://localhost:54321/cb"])
async def test_a_native_app_is_asked_for_each_time(staff: Staff, uri: str) -> None:
    """RFC 8252 §8.6: another program of the machine can say that it is the app."""
    await _register_native(staff, *NATIVE)
    browser = await staff.signed_in()
    for _ in range(3):
        assert "code" in answer_in(
            await let_in(browser, await _ask_native(staff, browser, uri)), uri
        )
        told = answer_in(await _ask_native(staff, browser, uri, prompt="none"), uri)
        assert told["error"] == "consent_required"
    anonymous = await _ask_native(staff, staff.browser(), uri, prompt="none")
    assert answer_in(anonymous, uri)["error"] == "login_required"


async def test_consent_to_a_native_app_counts_at_no_other_address(staff: Staff) -> None:
    """Nor does that of a page count for it: neither has proved to be the other."""
    uri = "com.example.app:/cb"
    await _register_native(staff, CALLBACK, uri)
    browser = await staff.signed_in()
    assert "code" in answer_in(await let_in(browser, await _ask_native(staff, browser, uri)), uri)
    page = await _ask_native(staff, browser, CALLBACK)
    assert "code" in answer_in(await let_in(browser, page))
    assert "code" in answer_in(await _ask_native(staff, browser, CALLBACK))
    page = check_page(await _ask_native(staff, browser, uri))
    assert "com.example.app" in page.text


async def test_a_client_with_a_secret_is_asked_for_once_on_loopback(staff: Staff) -> None:
    """Its code is worth nothing to another program."""
    uri = "http://127.0.0.1/cb"
    document = {**staff.desk.site.document, "redirectUris": [uri]}
    await staff.write(clients.change, staff.desk.site, "The site", document)
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser, redirect_uri=uri))
    assert "code" in answer_in(await ask(staff, browser, redirect_uri=uri, prompt="none"), uri)


async def _register_native(staff: Staff, *uris: str) -> None:
    mobile = staff.desk.world.mobile
    document = {**mobile.document, "redirectUris": list(uris)}
    await staff.write(clients.change, mobile, mobile.name, document)


async def _ask_native(staff: Staff, browser: Browser, uri: str, **more: str) -> httpx.Response:
    client_id = staff.desk.world.mobile.client_id
    return await ask(staff, browser, client_id=client_id, redirect_uri=uri, **more)


async def test_no_policy_binds_what_a_client_does_after_a_form(staff: Staff) -> None:
    """On every page of a request, the sign-in page and that of a fault among them."""
    good, faulty = request_of(staff.desk), request_of(staff.desk, client_id="x")
    pages = [
        await browser.get(address)
        for browser in (staff.browser(), await staff.signed_in())
        for address in (good, faulty)
    ]
    assert [page.status_code for page in pages] == [200, 400, 200, 400]
    for page in pages:
        assert "form-action" not in page.headers["content-security-policy"]
    other = await staff.browser().get("/accounts/acme/sign-in")
    assert "form-action 'self';" in other.headers["content-security-policy"]


async def test_a_request_may_be_posted(staff: Staff) -> None:
    """RFC 6749 §3.1; from another site it goes round by GET, which carries the session."""
    browser = await staff.signed_in()
    query = request_of(staff.desk, state="a+b c&d").partition("?")[2]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    here = await browser.http.post(AUTHORIZE, content=query, headers=form)
    assert "code" in answer_in(await let_in(browser, here))
    form["Sec-Fetch-Site"] = "cross-site"
    away = await staff.browser().http.post(AUTHORIZE, content=query, headers=form)
    assert away.status_code == 303
    assert away.headers["location"].startswith(AUTHORIZE + "?")
    assert answer_in(await browser.get(away.headers["location"]))["state"] == "a+b c&d"


@pytest.mark.parametrize(
    "given", [{"scope": TWO_SCOPES}, {"state": "another"}, {"code_challenge": "A" * 43}]
)
async def test_consent_is_for_the_request_that_was_shown(
    staff: Staff, given: dict[str, str]
) -> None:
    """The form of one request agrees to no other, though it asks for the same."""
    browser = await staff.signed_in()
    shown = Page(await ask(staff, browser)).form("/authorize")
    shown.action = Page(await ask(staff, browser, **given)).form("/authorize").action
    check_page(await browser.send(shown, decision="allow"), 403)
    check_page(await ask(staff, browser, **given))


async def test_consent_is_to_the_scopes_that_were_shown(staff: Staff) -> None:
    """A client that may do more meanwhile gets it from no form that did not say so."""
    browser = await staff.signed_in()
    less = {**staff.desk.site.document, "scopes": [scopes.BOOK]}
    await staff.write(clients.change, staff.desk.site, "The site", less)
    form = Page(await ask(staff, browser, scope=None)).form("/authorize")
    more = {**staff.desk.site.document, "scopes": list(scopes.BOOKING)}
    await staff.write(clients.change, staff.desk.site, "The site", more)
    check_page(await browser.send(form, decision="allow"), 403)


async def test_a_form_of_the_past_gives_nothing(staff: Staff) -> None:
    """The session ended, or the user was disabled, while the page was open."""
    for end in (users.end_sessions, users.disable):
        browser = await staff.signed_in()
        form = Page(await ask(staff, browser, prompt="consent")).form("/authorize")
        await staff.write(end, staff.desk.user)
        page = check_page(await browser.send(form, decision="allow"))
        assert "Password" in page.text


async def test_withdrawn_consent_is_asked_again(staff: Staff) -> None:
    """Remembering ends where the user says so."""
    browser = await staff.signed_in()
    await let_in(browser, await ask(staff, browser))
    await staff.write(consents.withdraw, staff.desk.user.id, staff.desk.site.client_id)
    check_page(await ask(staff, browser))
