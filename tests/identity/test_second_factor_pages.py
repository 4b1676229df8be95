"""The second step on the pages: asked for, set up, taken away."""

import pyotp
import pytest

from .browsing import ME, OTHER_PASSWORD, PASSWORD, SECOND_FACTOR, Browser, Form, Staff, check_page

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_code_is_asked_when_enrolled(staff: Staff) -> None:
    """No session before it; a wrong one is told beside the field; each is taken once."""
    app = await staff.enrolled()
    browser = staff.browser()
    page = check_page(await browser.sign_in(staff.email))
    assert browser.session is None
    assert page.inputs["code"]["autocomplete"] == "one-time-code"
    assert page.inputs["code"]["inputmode"] == "numeric"
    wrong = check_page(await browser.send(page.form(), code="000000"))
    assert "code-fault" in wrong.inputs["code"]["aria-describedby"]
    assert browser.session is None
    code = app.now()
    answer = await browser.send(wrong.form(), code=f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.headers["location"]) == (303, ME)
    check_page(await browser.get(ME))
    again = staff.browser()
    page = check_page(await again.sign_in(staff.email))
    check_page(await again.send(page.form(), code=code))
    assert again.session is None


async def test_a_made_up_ticket_gives_nothing(staff: Staff) -> None:
    """The second form is only of who has sent the first."""
    app = await staff.enrolled()
    browser = staff.browser()
    form = check_page(await browser.sign_in(staff.email)).form()
    check_page(await browser.send(form, ticket="A" * 80, code=app.now()), 403)
    assert browser.session is None


async def enrolment(browser: Browser) -> tuple[Form, str]:
    """The form of the second step's setting up, and the key it shows."""
    page = check_page(await browser.get(SECOND_FACTOR))
    assert "<title>Set up two-factor authentication" in page.text
    assert "<svg" in page.text
    key = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    return page.form("/second-factor"), key


async def test_setting_up_the_second_step(staff: Staff) -> None:
    """With the password and a code; the next sign-in asks for one."""
    browser = await staff.signed_in()
    form, key = await enrolment(browser)
    code = pyotp.TOTP(key).now()
    for filled, field in (
        ({"code": code, "password": OTHER_PASSWORD}, "password"),
        ({"code": "000000", "password": PASSWORD}, "code"),
    ):
        page = check_page(await browser.send(form, **filled))
        assert f"{field}-fault" in page.inputs[field]["aria-describedby"]
        assert "<title>Error: Set up two-factor authentication" in page.text
        assert not (await staff.user()).has_totp
        form = page.form("/second-factor")
    done = check_page(await browser.send(form, code=code, password=PASSWORD))
    assert "Two-factor authentication is on" in done.text
    assert (await staff.user()).has_totp
    check_page(await browser.get(ME))
    asked = check_page(await staff.browser().sign_in(staff.email))
    assert "code" in asked.inputs


async def test_a_key_of_another_session_is_not_taken(staff: Staff) -> None:
    """Nobody turns on a second step whose key somebody else has seen."""
    one, other = await staff.signed_in(), await staff.signed_in()
    form, _ = await enrolment(one)
    foreign, key = await enrolment(other)
    filled = {"code": pyotp.TOTP(key).now(), "password": PASSWORD}
    for secret in (foreign.fields["secret"], "AAAA", "", key):
        check_page(await one.send(form, secret=secret, **filled))
    assert not (await staff.user()).has_totp
