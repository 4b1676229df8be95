"""One's own page: password, programs that were let in, browsers."""

import asyncio

import httpx
import pytest

from openslot.identity.model.client import Client
from openslot.identity.people import consents, sessions, users
from openslot.identity.tokens import grants
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

from .browsing import ME, OTHER_PASSWORD, PASSWORD, SESSION, SIGN_IN, Staff, check_page
from .delegation import redeem

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_changing_the_password(staff: Staff) -> None:
    """For who knows the present one; every other browser is signed out, this one goes on."""
    browser, other = await staff.signed_in(), await staff.signed_in()
    before = browser.session
    form = await browser.form(ME, "/password")
    for filled, field in (
        ({"password": OTHER_PASSWORD, "new_password": OTHER_PASSWORD}, "old-password"),
        ({"password": PASSWORD, "new_password": "short"}, "new_password"),
    ):
        page = check_page(await browser.send(form, **filled))
        assert f"{field}-fault" in page.inputs[field]["aria-describedby"]
    done = await browser.send(form, password=PASSWORD, new_password=OTHER_PASSWORD)
    assert done.status_code == 303, done.text
    assert browser.session not in (None, before)
    assert (
        "Your password was changed" in check_page(await browser.get(done.headers["location"])).text
    )
    assert (await other.get(ME)).headers["location"] == SIGN_IN
    assert (await staff.browser().sign_in(staff.email)).status_code == 200
    assert (await staff.browser().sign_in(staff.email, OTHER_PASSWORD)).status_code == 303


async def test_two_changes_at_once(staff: Staff) -> None:
    """One is kept, the other is told to try again: nobody's password is what they did not see."""
    browser = await staff.signed_in()
    form = await browser.form(ME, "/password")
    words = [f"{OTHER_PASSWORD} {n}" for n in range(2)]
    sent = (browser.send(form, password=PASSWORD, new_password=word) for word in words)
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [303, 403]
    for answer, word in zip(answers, words, strict=True):
        signed_in = await staff.browser().sign_in(staff.email, word)
        assert (signed_in.status_code == 303) == (answer.status_code == 303)


async def test_the_present_password_is_not_guessed_here_either(staff: Staff) -> None:
    """A browser that was left signed in has as few guesses as the sign-in page."""
    browser = staff.limited(wrong_secrets_per_minute_and_client=5)("192.0.2.1")
    await browser.sign_in(staff.email)
    form = await browser.form(ME, "/password")
    statuses = [
        (await browser.send(form, password="x", new_password=OTHER_PASSWORD)).status_code
        for _ in range(6)
    ]
    assert statuses == [200] * 5 + [429]


async def test_signing_out_everywhere_else(staff: Staff) -> None:
    """The page lists where one is signed in."""
    browser, other = await staff.signed_in(), await staff.signed_in()
    page = check_page(await browser.get(ME))
    assert page.text.count("last used") == 2
    assert page.text.count("this browser") == 1
    assert (await browser.send(page.form("/sessions/end"))).status_code == 303
    assert (await other.get(ME)).headers["location"] == SIGN_IN
    page = check_page(await browser.get(ME))
    assert page.text.count("last used") == 1


async def grant(staff: Staff, http: httpx.AsyncClient, client: Client | None = None) -> str:
    """What the user lets a client do; the refresh token."""
    answer = await redeem(http, staff.desk, await staff.desk.code(client))
    token: str = answer.json()["refresh_token"]
    return token


async def test_ending_what_a_program_may_do(staff: Staff, http: httpx.AsyncClient) -> None:
    """At once, and it is asked about again; the user's own alone."""
    await grant(staff, http)
    client = staff.desk.world.mobile
    await staff.write(consents.give, staff.desk.user.id, client.client_id, client.scopes)
    browser = await staff.signed_in()
    page = check_page(await browser.get(ME))
    assert "Mobile app" in page.text
    form = next(form for form in page.forms if "/apps/" in form.action)

    def other(tx: AccountTx) -> str:
        return sessions.start(tx, users.create(tx, "other@acme.example", "Other", "desk")[0])

    stranger = staff.browser()
    stranger.http.cookies.set(SESSION, await staff.write(other), domain="booking.example.org")
    assert "Mobile app" not in check_page(await stranger.get(ME)).text
    check_page(await stranger.send(form), 403)
    assert len(await staff.write(grants.live_of_user, staff.desk.user.id)) == 1
    assert (await browser.send(form)).status_code == 303
    assert await staff.write(grants.live_of_user, staff.desk.user.id) == []
    covered = await staff.write(
        consents.covers, staff.desk.user.id, client.client_id, client.scopes
    )
    assert not covered
    assert "Mobile app" not in check_page(await browser.get(ME)).text


async def test_what_was_done_is_in_the_audit_trail(staff: Staff) -> None:
    """With who, from where; and with no address, password, cookie or code."""
    browser = await staff.signed_in()
    form = await browser.form(ME, "/password")
    await browser.send(form, password=PASSWORD, new_password=OTHER_PASSWORD)
    events = await staff.write(lambda tx: audit.events(tx, audit.AuditFilter(), 50))
    found = {event.type: event for event in reversed(events)}
    assert found["user.password_set"].address == "192.0.2.1"
    text = repr(events)
    assert not [word for word in (PASSWORD, OTHER_PASSWORD, staff.email) if word in text]
    assert str(browser.session) not in text
