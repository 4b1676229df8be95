"""Wrong codes of a second factor: five of a sign-in, twenty an hour of a user, from anywhere."""

import asyncio
import secrets

import httpx
import pytest

from openslot.identity.store import user_credentials
from openslot.kernel.clock import now_ms
from openslot.storage.transactions import AccountTx

from .browsing import ME, OTHER_PASSWORD, PASSWORD, SIGN_IN, Browser, Staff, check_page
from .people import well_within_a_step

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WRONG = "000000"


def no_code() -> str:
    """Something that looks like a code and is none."""
    return secrets.choice(("abcde-23456", "ABCDE 23456", "12345", "1234567", "", "\u0660" * 6))


async def at_the_code(staff: Staff, address: str = "192.0.2.1") -> tuple[Browser, httpx.Response]:
    """A browser that has shown the password."""
    browser = staff.browser(address)
    return browser, await browser.sign_in(staff.email)


async def test_five_wrong_codes_end_the_sign_in(staff: Staff) -> None:
    """From whatever addresses they come; then the right one does not help, but the password."""
    app = await staff.enrolled()
    await well_within_a_step()
    first, page = await at_the_code(staff)
    form = check_page(page).form()
    statuses = []
    for number in range(5):
        browser = Browser(staff.app, f"198.51.100.{number}")
        browser.http.cookies = first.http.cookies
        statuses.append((await browser.send(form, code=WRONG)).status_code)
    assert statuses == [200] * 5
    refused = await browser.send(form, code=app.now())
    assert check_page(refused, 403).links[-1] == SIGN_IN
    assert browser.session is None
    fresh, answer = await at_the_code(staff)
    done = await fresh.send(check_page(answer).form(), code=app.now())
    assert done.status_code == 303, done.text


async def test_the_fifth_says_that_it_begins_again(staff: Staff) -> None:
    """The form for the password, with the reason."""
    await staff.enrolled()
    browser, page = await at_the_code(staff)
    form = check_page(page).form()
    for _ in range(4):
        assert "code" in check_page(await browser.send(form, code=WRONG)).inputs
    last = check_page(await browser.send(form, code=WRONG))
    assert "Too many wrong codes" in last.text
    assert set(last.inputs) == {"email", "password"}


async def test_four_wrong_codes_do_not(staff: Staff) -> None:
    """Somebody who types badly gets in."""
    app = await staff.enrolled()
    await well_within_a_step()
    browser, page = await at_the_code(staff)
    form = check_page(page).form()
    for _ in range(4):
        await browser.send(form, code=WRONG)
    assert (await browser.send(form, code=app.now())).status_code == 303


async def test_wrong_codes_at_once_count_each(staff: Staff) -> None:
    """Nobody gets more guesses by sending them together."""
    await staff.enrolled()
    browser, page = await at_the_code(staff)
    form = check_page(page).form()
    answers = await asyncio.gather(*(browser.send(form, code=WRONG) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [403] * 15


async def test_twenty_an_hour_of_a_user(staff: Staff) -> None:
    """From many addresses, of every kind; then none is compared, and the page says when."""
    app = await staff.enrolled()
    await well_within_a_step()
    for sign_in in range(4):
        browser, page = await at_the_code(staff, f"198.51.100.{sign_in}")
        form = check_page(page).form()
        for _ in range(5):
            code = WRONG if sign_in % 2 else no_code()
            assert (await browser.send(form, code=code)).status_code == 200
    for address in ("198.51.100.1", "203.0.113.9"):
        browser, page = await at_the_code(staff, address)
        refused = await browser.send(check_page(page).form(), code=app.now())
        shown = check_page(refused, 429)
        assert 170 <= int(refused.headers["retry-after"]) <= 180
        assert "You can try again in 3 minutes." in shown.text
        assert browser.session is None
    await staff.write(_three_minutes_pass, staff.desk.user.id)
    browser, page = await at_the_code(staff)
    assert (await browser.send(check_page(page).form(), code=app.now())).status_code == 303


def _three_minutes_pass(tx: AccountTx, user_id: str) -> None:
    """Counts one less, as three minutes do."""
    wrong = user_credentials.wrong_codes(tx, user_id)
    user_credentials.count_wrong_code(tx, user_id, wrong.clear_at - 180_000)


async def test_another_user_is_not_counted(staff: Staff) -> None:
    """Nor is whoever does not know the password."""
    await staff.enrolled()
    browser = staff.browser()
    form = await browser.form()
    for _ in range(30):
        await browser.send(form, email=staff.email, password=OTHER_PASSWORD)
    wrong = await staff.write(user_credentials.wrong_codes, staff.desk.user.id)
    assert wrong.count == 0


async def test_the_limit_is_a_setting_and_zero_is_off(staff: Staff) -> None:
    """Five of a sign-in stay."""
    await staff.enrolled()
    for most, expected in ((3, [200, 200, 200, 429]), (0, [200, 200, 200, 200, 200, 403])):
        await staff.write(_nothing_was_wrong, staff.desk.user.id)
        browser = staff.limited(wrong_codes_per_hour_and_user=most)("192.0.2.1")
        form = check_page(await browser.sign_in(staff.email)).form()
        statuses = [(await browser.send(form, code=WRONG)).status_code for _ in expected]
        assert statuses == expected


def _nothing_was_wrong(tx: AccountTx, user_id: str) -> None:
    user_credentials.count_wrong_code(tx, user_id, 0)


async def test_codes_on_the_account_page_count_too(staff: Staff) -> None:
    """A browser that was left signed in, with the password, has no more guesses."""
    app = await staff.enrolled()
    await well_within_a_step()
    made = staff.limited(wrong_codes_per_hour_and_user=3)
    browser = made("192.0.2.1")
    page = check_page(await browser.sign_in(staff.email))
    assert (await browser.send(page.form(), code=app.now())).status_code == 303
    forms = [
        await browser.form(ME, "/second-factor/end"),
        await browser.form(f"{ME}/second-factor"),
        await browser.form(f"{ME}/recovery-codes"),
    ]
    statuses = []
    for form in forms:
        answer = await browser.send(form, password=PASSWORD, code=WRONG)
        assert "code-fault" in check_page(answer).inputs["code"]["aria-describedby"]
        statuses.append(answer.status_code)
    for form in forms:
        check_page(await browser.send(form, password=PASSWORD, code=WRONG), 429)
    assert statuses == [200] * 3
    assert (await staff.user()).has_totp


async def test_the_count_is_that_of_all_processes(staff: Staff) -> None:
    """It is in the database, so that a restart forgets nothing."""
    await staff.enrolled()
    browser, page = await at_the_code(staff)
    before = now_ms()
    await browser.send(check_page(page).form(), code=WRONG)
    wrong = await staff.write(user_credentials.wrong_codes, staff.desk.user.id)
    assert wrong.count == 1
    assert before + 180_000 <= wrong.clear_at <= now_ms() + 180_000
