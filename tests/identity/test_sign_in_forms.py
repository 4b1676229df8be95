"""Forms are taken from our own pages alone: their tokens, and what a browser says of them."""

import pytest

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.people import users
from openslot.web.page_kit.forms import FormTokens, origin_of
from openslot.web.page_kit.refusals import PageRefused

from .browsing import ME, PASSWORD, SIGN_IN, SIGN_OUT, Staff, check_page, request_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://booking.example.org"},
        {"Origin": "https://booking.example.org:444"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://booking.example.org", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_a_form_on_another_site_is_refused(staff: Staff, headers: dict[str, str]) -> None:
    """Though its token is right, by what the browser says of where it was."""
    browser = staff.browser()
    form = await browser.form()
    answer = await browser.send(form, headers=headers, email=staff.email, password=PASSWORD)
    check_page(answer, 403)
    assert browser.session is None
    browser = await staff.signed_in()
    for path, ending in ((SIGN_OUT, ""), (ME, "/password"), (request_of(staff.desk), "/authorize")):
        form = await browser.form(path, ending)
        check_page(await browser.send(form, headers=headers, decision="allow"), 403)
    check_page(await browser.get(ME))


async def test_an_old_browser_says_nothing_of_it(staff: Staff) -> None:
    """Then the token alone has to do."""
    browser = staff.browser()
    form = await browser.form()
    answer = await browser.send(form, headers={}, email=staff.email, password=PASSWORD)
    assert answer.status_code == 303


async def test_a_form_needs_its_own_token(staff: Staff) -> None:
    """None, a made-up one, that of another browser, session, purpose or account."""
    browser = staff.browser()
    mine = (await browser.form()).fields["form_token"]
    invited, text = await staff.write(users.create, "new@acme.example", "New", "desk")
    assert invited.active
    foreign = {
        None: None,
        "made up": "A" * 43,
        "no ASCII": "é\udcff",
        "another browser": (await staff.browser().form()).fields["form_token"],
        "another purpose": (await browser.form(f"/accounts/acme/invitations/{text}")).fields[
            "form_token"
        ],
        "another account": (await browser.form("/accounts/globex/sign-in")).fields["form_token"],
    }
    form = await browser.form()
    assert form.fields["form_token"] == mine
    for why, token in foreign.items():
        if why == "no ASCII":
            body = b"form_token=%C3%A9&step=sign-in&email=a&password=b"
            answer = await browser.http.post(
                SIGN_IN, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
        else:
            answer = await browser.send(
                form, form_token=token, email=staff.email, password=PASSWORD
            )
        check_page(answer, 403)
        assert browser.session is None, why
    bare = staff.browser()
    check_page(await bare.send(form, email=staff.email, password=PASSWORD), 403)  # without cookie


def test_a_token_is_of_one_account_cookie_and_purpose() -> None:
    """Also where a browser had the same cookie for two accounts."""
    other = FormTokens(PurposeKeys({Purpose.FORM_TOKENS: b"l" * 32}))
    tokens = FormTokens(PurposeKeys({Purpose.FORM_TOKENS: b"k" * 32}))
    made = tokens.make("account", "cookie", "purpose")
    tokens.check("account", "cookie", "purpose", made)
    for account, cookie, purpose in (
        ("other", "cookie", "purpose"),
        ("account", "other", "purpose"),
        ("account", None, "purpose"),
        ("account", "cookie", "other"),
    ):
        with pytest.raises(PageRefused):
            tokens.check(account, cookie, purpose, made)
    with pytest.raises(PageRefused):
        other.check("account", "cookie", "purpose", made)


async def test_a_form_is_of_its_session(staff: Staff) -> None:
    """That of another session of the same user does nothing here, nor does that of a visitor."""
    one, other, visitor = await staff.signed_in(), await staff.signed_in(), staff.browser()
    for token in (
        (await other.form(ME, "/sign-out")).fields["form_token"],
        (await visitor.form()).fields["form_token"],
        (await one.form(ME, "/password")).fields["form_token"],
    ):
        form = await one.form(ME, "/sign-out")
        check_page(await one.send(form, form_token=token), 403)
    check_page(await one.get(ME))


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "", 415),
        (b"form_token=a", "multipart/form-data; boundary=x", 415),
        (b"form_token=a&form_token=b", "application/x-www-form-urlencoded", 400),
        (b"email=%zz", "application/x-www-form-urlencoded", 400),
        (b"email=%ff", "application/x-www-form-urlencoded", 400),
        (b"a" * 20_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_what_is_no_form_is_refused(
    staff: Staff, content: bytes, media_type: str, status: int
) -> None:
    """As a page, like everything here."""
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await staff.browser().http.post(SIGN_IN, content=content, headers=headers)
    check_page(answer, status)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://booking.example.org", "https://booking.example.org"),
        ("https://Booking.example.org:443/below", "https://booking.example.org"),
        ("https://booking.example.org:8443", "https://booking.example.org:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_the_origin_as_browsers_write_it(url: str, origin: str) -> None:
    """RFC 6454 §6.2: without the scheme's own port, in lower case."""
    assert origin_of(url) == origin
