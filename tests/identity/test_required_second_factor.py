"""A second factor that the account requires of a role: set up on the way in, before anything."""

from dataclasses import replace

import httpx
import pyotp
import pytest

from openslot.identity import accounts
from openslot.identity.people import sign_in_ticket, users
from openslot.storage.transactions import AccountTx

from .browsing import (
    AUTHORIZE,
    DIGEST,
    ME,
    PASSWORD,
    SECOND_FACTOR,
    SIGN_IN,
    Browser,
    Form,
    Page,
    Staff,
    answer_in,
    check_page,
    let_in,
    request_of,
)
from .people import step_now, well_within_a_step
from .test_recovery_codes import codes_on

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def require(staff: Staff, *roles: str) -> None:
    """Has the account require a second factor of roles."""

    def change(tx: AccountTx) -> None:
        settings = {**tx.account.content["settings"], "secondFactorRequired": list(roles)}
        document = {**tx.account.content, "settings": settings}
        accounts.change(tx, document, sandbox=tx.account.sandbox)

    await staff.write(change)


async def enrolment(browser: Browser, address: str) -> tuple[Form, pyotp.TOTP]:
    """The form of the page, and the app that has scanned it."""
    page = check_page(await browser.get(address))
    key = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    return page.form("/second-factor"), pyotp.TOTP(key)


async def sent_to_enrol(browser: Browser, answer: httpx.Response) -> str:
    """The address that a browser is sent to, which has no session."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    assert address.partition("?")[0] == SECOND_FACTOR
    assert browser.session is None
    return str(address)


async def test_it_is_set_up_after_the_password(staff: Staff) -> None:
    """Without the password once more; then there is a session, and the next time a code."""
    await require(staff, "desk", "planner")
    await well_within_a_step()
    browser = staff.browser()
    address = await sent_to_enrol(browser, await browser.sign_in(staff.email))
    form, app = await enrolment(browser, address)
    assert "password" not in form.fields
    wrong = check_page(await browser.send(form, code="000000"))
    assert "code-fault" in wrong.inputs["code"]["aria-describedby"]
    assert browser.session is None
    done = await browser.send(wrong.form(), code=app.generate_otp(step_now() - 1))
    page = check_page(done)
    codes_on(page)
    assert page.links[-1] == ME
    assert "You have 10 recovery codes left" in check_page(await browser.get(ME)).text
    again = staff.browser()
    asked = check_page(await again.sign_in(staff.email))
    assert (await again.send(asked.form(), code=app.now())).status_code == 303


async def test_until_then_there_is_no_session_no_consent_and_no_code(staff: Staff) -> None:
    """Whatever is asked with the ticket."""
    await require(staff, "desk")
    browser = staff.browser()
    await sent_to_enrol(browser, await browser.sign_in(staff.email))
    for path in (ME, f"{ME}/recovery-codes", "/accounts/acme/sign-out"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)
    asked = check_page(await browser.get(request_of(staff.desk)))
    assert set(asked.inputs) == {"email", "password"}
    silent = await browser.get(request_of(staff.desk, prompt="none"))
    assert answer_in(silent)["error"] == "login_required"
    ticket = browser.http.cookies["__Host-ticket-acme"]
    form = await browser.form()
    for cookie in ("__Host-session-acme", "__Host-form-acme"):
        browser.http.cookies.set(cookie, ticket, domain="booking.example.org")
    assert (await browser.get(ME)).headers["location"] == SIGN_IN
    form.fields |= {"step": "second-factor", "ticket": ticket, "email": staff.email}
    check_page(await browser.send(form, code="000000"), 403)


async def test_the_request_of_a_client_goes_on(staff: Staff) -> None:
    """From its sign-in page to the enrolment, to the consent and back to it."""
    await require(staff, "desk")
    await well_within_a_step()
    browser = staff.browser()
    page = check_page(await browser.get(request_of(staff.desk, prompt="login consent")))
    sent = await browser.send(page.form(), email=staff.email, password=PASSWORD)
    address = await sent_to_enrol(browser, sent)
    form, app = await enrolment(browser, address)
    codes = check_page(await browser.send(form, code=app.now()))
    way_on = codes.links[-1]
    assert way_on.startswith(f"{AUTHORIZE}?")
    consent = await browser.get(way_on)
    told = answer_in(await let_in(browser, consent))
    assert "code" in told
    assert told["state"] == "a state"


async def test_other_roles_and_whoever_has_one_sign_in_as_ever(staff: Staff) -> None:
    """It counts from the next sign-in on."""
    browser = await staff.signed_in()
    await require(staff, "planner", "administrator")
    assert (await staff.browser().sign_in(staff.email)).headers["location"] == ME
    await require(staff, "desk")
    check_page(await browser.get(ME))
    await staff.enrolled()
    assert "code" in check_page(await staff.browser().sign_in(staff.email)).inputs


async def test_it_cannot_be_turned_off(staff: Staff) -> None:
    """It can be replaced."""
    browser = await staff.signed_in()
    form, app = await enrolment(browser, SECOND_FACTOR)
    await well_within_a_step()
    await browser.send(form, code=app.generate_otp(step_now() - 1), password=PASSWORD)
    end = await browser.form(ME, "/second-factor/end")
    await require(staff, "desk")
    assert not [form for form in Page(await browser.get(ME)).forms if "/end" in form.action]
    refused = check_page(await browser.send(end, password=PASSWORD, code=app.now()))
    assert "requires two-factor authentication for your role" in refused.text
    assert (await staff.user()).has_totp


async def test_a_ticket_is_of_one_user_as_they_are(staff: Staff) -> None:
    """It ends when it is used, when the user changes, and after 20 minutes."""
    await require(staff, "desk")
    await well_within_a_step()
    one, other = staff.browser(), staff.browser()
    for browser in (one, other):
        await sent_to_enrol(browser, await browser.sign_in(staff.email))
    form, app = await enrolment(one, SECOND_FACTOR)
    late, late_app = await enrolment(other, SECOND_FACTOR)
    check_page(await other.send(form, code=app.now()), 403)
    codes_on(check_page(await one.send(form, code=app.now())))
    check_page(await other.send(late, code=late_app.now()), 403)
    assert other.session is None


async def test_a_ticket_ends_after_20_minutes(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the page sends back to the sign-in page."""
    await require(staff, "desk")
    browser = staff.browser()
    await sent_to_enrol(browser, await browser.sign_in(staff.email))
    real = sign_in_ticket.now_ms()
    monkeypatch.setattr(sign_in_ticket, "now_ms", lambda: real + 19 * 60_000)
    check_page(await browser.get(SECOND_FACTOR))
    monkeypatch.setattr(sign_in_ticket, "now_ms", lambda: real + 20 * 60_000)
    assert (await browser.get(SECOND_FACTOR)).headers["location"] == SIGN_IN
    waiting = request_of(staff.desk).partition("?")[2]
    location = (await browser.get(f"{SECOND_FACTOR}?{waiting}")).headers["location"]
    assert location == f"{AUTHORIZE}?{waiting}"


async def test_nothing_of_it_is_told_before_the_password_was_right(staff: Staff) -> None:
    """A wrong password is answered as for everybody else."""
    await require(staff, "desk")
    known, unknown = [
        await staff.browser().sign_in(email, "a wrong password")
        for email in (staff.email, "nobody@acme.example")
    ]
    assert known.status_code == unknown.status_code == 200
    assert len(known.text.replace(staff.email, "nobody@acme.example")) == len(unknown.text)


async def test_a_role_that_is_given_in_between_counts(staff: Staff) -> None:
    """The transaction that would let somebody in looks again."""
    passwords = staff.app.passwords

    class Meanwhile:
        """The account changes while the password is compared."""

        async def verifies(self, digest: str | None, text: str) -> bool:
            right = await passwords.verifies(digest, text)
            await require(staff, "desk")
            return right

    app = replace(staff.app, passwords=Meanwhile())  # type: ignore[arg-type]
    browser = Browser(app)
    form = await browser.form()
    answer = await browser.send(form, email=staff.email, password=PASSWORD)
    assert "Incorrect" in check_page(answer).text
    assert browser.session is None
    assert (await staff.write(users.by_id, staff.desk.user.id)).last_signed_in_at is None


async def test_whoever_was_signed_in_before_is_not_meant(staff: Staff) -> None:
    """In a browser that somebody else has left: the second factor is of whose password it was."""

    def other(tx: AccountTx) -> None:
        user, text = users.create(tx, "other@acme.example", "Other", "planner")
        users.set_password(tx, user, DIGEST, invitation=text)

    await staff.write(other)
    await require(staff, "planner")
    browser = await staff.signed_in()
    page = check_page(await browser.get(request_of(staff.desk, prompt="login")))
    sent = await browser.send(page.form(), email="other@acme.example", password=PASSWORD)
    assert sent.status_code == 303
    form, app = await enrolment(browser, sent.headers["location"])
    assert form.fields["email"] == "other@acme.example"
    codes_on(check_page(await browser.send(form, code=app.now())))
    assert not (await staff.user()).has_totp
    assert "other@acme.example" in check_page(await browser.get(ME)).text
