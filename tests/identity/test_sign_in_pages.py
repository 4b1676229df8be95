"""Signing in and out on the pages: who gets a session, and what its cookie is like."""

from typing import Any

import pytest

from openslot.identity import accounts
from openslot.identity.model.roles import ROLES
from openslot.identity.people import users
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.texts import SCOPE_SENTENCES

from .browsing import (
    ME,
    OTHER_PASSWORD,
    PASSWORD,
    SECOND_FACTOR,
    SESSION,
    SIGN_IN,
    SIGN_OUT,
    Page,
    Staff,
    check_page,
    request_of,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_signing_in(staff: Staff) -> None:
    """In whatever case the address is typed; then one's own page is there."""
    browser = staff.browser()
    assert (await browser.get(ME)).headers["location"] == SIGN_IN
    answer = await browser.sign_in(staff.email.upper())
    assert (answer.status_code, answer.headers["location"]) == (303, ME)
    page = check_page(await browser.get(ME))
    assert staff.email in page.text
    assert (await browser.get(SIGN_IN)).headers["location"] == ME
    assert (await staff.user()).last_signed_in_at is not None


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_cookie_is_for_this_host_and_no_script(staff: Staff) -> None:
    """RFC 6265bis §4.1.3.2; 256 bits, which are nowhere else."""
    browser = staff.browser()
    answer = await browser.sign_in(staff.email)
    name, _, rest = answer.headers["set-cookie"].partition("=")
    value, *attributes = rest.split("; ")
    assert name == SESSION
    assert len(value) >= 43
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
    database = staff.app.settings.database_url.removeprefix("sqlite:///")
    await staff.app.database.write(staff.desk.world.acme.id, lambda tx: None)
    with open(database, "rb") as file:  # noqa: ASYNC230, PTH123
        assert value.encode() not in file.read()


def test_without_https_the_cookie_can_be_set() -> None:
    """On loopback: no `Secure`, and no name that asks for it."""
    written = Cookies("http://127.0.0.1:8000").write("session", "acme", "x")
    assert written == "session-acme=x; Path=/; HttpOnly; SameSite=Lax"


def test_a_cookie_that_is_there_twice_is_not_believed() -> None:
    """One of them is somebody else's."""
    cookies = Cookies("https://booking.example.org")
    name = b"__Host-session-acme="
    for headers, found in (
        ([(b"cookie", name + b"a")], "a"),
        ([(b"cookie", b"x=1; " + name + b"a; y=2")], "a"),
        ([(b"cookie", name + b"a; " + name + b"b")], None),
        ([(b"cookie", name + b"a"), (b"cookie", name + b"a")], None),
        ([(b"cookie", name)], None),
        ([(b"cookie", b"session-acme=a")], None),
        ([(b"cookie", b"__Host-session-acme-2=a")], None),
        ([], None),
    ):
        assert cookies.read(headers, "session", "acme") == found


async def test_everything_wrong_looks_the_same(staff: Staff) -> None:
    """An unknown person, one who was never invited properly, one who is disabled, a wrong word."""

    def people(tx: AccountTx) -> None:
        users.create(tx, "invited@acme.example", "Invited", "desk")
        gone, _ = users.create(tx, "gone@acme.example", "Gone", "desk")
        users.disable(tx, gone)

    await staff.write(people)
    shown = set()
    for email in ("nobody@acme.example", "invited@acme.example", "gone@acme.example", staff.email):
        browser = staff.browser()
        form = await browser.form()
        answer = await browser.send(form, email=email, password=OTHER_PASSWORD)
        page = check_page(answer)
        assert page.inputs["email"]["value"] == email  # what was typed is kept, but not the secret
        assert OTHER_PASSWORD not in page.text
        token = page.form().fields["form_token"]
        shown.add(page.text.replace(email, "").replace(token, ""))
        assert browser.session is None
        assert "set-cookie" not in answer.headers
    assert len(shown) == 1


@pytest.mark.parametrize("missing", ["email", "password"])
async def test_a_field_left_empty_is_wrong(staff: Staff, missing: str) -> None:
    """And no error of ours."""
    browser = staff.browser()
    filled: dict[str, Any] = {"email": staff.email, "password": PASSWORD, missing: ""}
    check_page(await browser.send(await browser.form(), **filled))
    assert browser.session is None


async def test_a_new_session_for_every_sign_in(staff: Staff) -> None:
    """A cookie that somebody put there becomes nobody's; the session from before ends."""
    browser = staff.browser()
    planted = "A" * 43
    browser.http.cookies.set(SESSION, planted, domain="booking.example.org")
    await browser.sign_in(staff.email)
    first = browser.session
    assert first not in (None, planted)
    page = Page(await browser.get(request_of(staff.desk, prompt="login")))
    await browser.send(page.form("/authorize"), email=staff.email, password=PASSWORD)
    assert browser.session not in (None, first)
    old = staff.browser()
    for text in (planted, first):
        old.http.cookies.set(SESSION, str(text), domain="booking.example.org")
        assert (await old.get(ME)).headers["location"] == SIGN_IN


async def test_another_accounts_session_is_none(staff: Staff) -> None:
    """Under its own name or under this one's."""
    browser = await staff.signed_in()
    text = str(browser.session)
    other = staff.browser()
    for name in (SESSION, "__Host-session-globex"):
        other.http.cookies.set(name, text, domain="booking.example.org")
    assert (await other.get("/accounts/globex/me")).headers["location"] == (
        "/accounts/globex/sign-in"
    )


async def test_signing_out(staff: Staff) -> None:
    """By the form alone; the cookie is of no use afterwards."""
    browser = await staff.signed_in()
    text = str(browser.session)
    form = await browser.form(SIGN_OUT)
    check_page(await browser.get(ME))  # reading the page has not signed out
    check_page(await browser.send(form))
    assert browser.session is None
    browser.http.cookies.set(SESSION, text, domain="booking.example.org")
    assert (await browser.get(ME)).headers["location"] == SIGN_IN
    assert (await staff.browser().get(SIGN_OUT)).headers["location"] == SIGN_IN


def test_every_scope_that_a_user_may_delegate_is_said_in_words() -> None:
    """A consent page that leaves one out would be a lie."""
    delegable = {scope for scopes in ROLES.values() for scope in scopes}
    assert set(SCOPE_SENTENCES) == delegable


async def test_names_are_escaped(staff: Staff) -> None:
    """Whatever an account, a client or a person is called."""
    bad = "<script>alert('1')</script>\"'&"

    def rename(tx: SystemTx) -> None:
        acme = tx.account(staff.desk.world.acme.id)
        accounts.change(acme, {**acme.account.content, "title": bad}, sandbox=True)
        users.change(acme, users.by_id(acme, staff.desk.user.id), bad, "desk")

    await staff.app.database.write_system("a test", rename)
    browser = await staff.signed_in()
    for path in (ME, SIGN_OUT, SECOND_FACTOR, request_of(staff.desk, state=bad, prompt="consent")):
        assert "<script" not in check_page(await browser.get(path)).text
    address = request_of(staff.desk, state='"><script>x</script>')
    assert "<script" not in check_page(await staff.browser().get(address)).text
