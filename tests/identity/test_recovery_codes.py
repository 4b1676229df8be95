"""Recovery codes: ten, shown once, each good once, and nowhere to be read."""

import re

import pyotp
import pytest

from databases import content
from openslot.identity.people import second_factor, users
from openslot.storage.transactions import AccountTx

from .browsing import ME, PASSWORD, SECOND_FACTOR, Browser, Page, Staff, check_page
from .people import step_now, trail, well_within_a_step

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

RENEWAL = f"{ME}/recovery-codes"
CODE = re.compile(r"<li>([a-z2-7]{5}-[a-z2-7]{5})</li>")


def codes_on(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    found = CODE.findall(page.text)
    assert len(found) == len(set(found)) == 10, page.text
    return list(found)


async def set_up(staff: Staff, browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Turns two-factor authentication on; the app and the codes."""
    await well_within_a_step()
    page = check_page(await browser.get(SECOND_FACTOR))
    key = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    app = pyotp.TOTP(key)
    earlier = app.generate_otp(step_now() - 1)
    answer = await browser.send(page.form(), code=earlier, password=PASSWORD)
    return app, codes_on(check_page(answer))


async def enter(staff: Staff, code: str) -> bool:
    """Whether a code lets somebody in who knows the password."""
    browser = staff.browser()
    page = check_page(await browser.sign_in(staff.email))
    return (await browser.send(page.form(), code=code)).status_code == 303


async def test_they_are_shown_once_and_let_in_once(staff: Staff) -> None:
    """However they are typed; the page says how many are left."""
    browser = await staff.signed_in()
    _, codes = await set_up(staff, browser)
    for code, typed in zip(codes, (codes[0], codes[1].upper(), codes[2].replace("-", " ")),
                           strict=False):  # fmt: skip
        assert await enter(staff, typed)
        assert not await enter(staff, code)
    assert "7 recovery codes left" in check_page(await browser.get(ME)).text
    for path in (ME, SECOND_FACTOR, RENEWAL):
        assert not CODE.search(check_page(await browser.get(path)).text)


async def test_they_are_typed_into_a_field_for_letters(staff: Staff) -> None:
    """A telephone shows digits alone for the code of an app."""
    browser = await staff.signed_in()
    _, codes = await set_up(staff, browser)
    browser = staff.browser()
    page = check_page(await browser.sign_in(staff.email))
    assert page.inputs["code"]["inputmode"] == "numeric"
    page = check_page(await browser.send(page.form(), recovery="yes"))
    assert "inputmode" not in page.inputs["code"]
    assert "Recovery code" in page.text
    page = check_page(await browser.send(page.form(), code="aaaaa-aaaaa"))
    assert "inputmode" not in page.inputs["code"]
    assert (await browser.send(page.form(), code=codes[0])).status_code == 303


async def test_new_ones_void_the_old_ones(staff: Staff) -> None:
    """With the password and a code, a recovery code among them."""
    browser = await staff.signed_in()
    app, old = await set_up(staff, browser)
    form = await browser.form(RENEWAL)
    for wrong in ({"password": PASSWORD, "code": "000000"}, {"password": "x", "code": old[0]}):
        assert not CODE.search(check_page(await browser.send(form, **wrong)).text)
    new = codes_on(check_page(await browser.send(form, password=PASSWORD, code=old[0])))
    assert not set(new) & set(old)
    assert not await enter(staff, old[1])
    assert await enter(staff, new[0])
    again = codes_on(check_page(await browser.send(form, password=PASSWORD, code=app.now())))
    assert not await enter(staff, new[1])
    assert await enter(staff, again[0])


async def test_they_end_with_the_second_factor(staff: Staff) -> None:
    """Removed, reset or replaced: none of the old ones is good for the next one."""
    browser = await staff.signed_in()
    _, codes = await set_up(staff, browser)
    end = await browser.form(ME, "/second-factor/end")
    assert (await browser.send(end, password=PASSWORD, code=codes[0])).status_code == 303
    _, other = await set_up(staff, browser)
    assert not await enter(staff, codes[1])

    def reset(tx: AccountTx) -> None:
        second_factor.reset(tx, users.by_id(tx, staff.desk.user.id))

    await staff.write(reset)
    assert (await staff.browser().sign_in(staff.email)).status_code == 303
    await set_up(staff, await staff.signed_in())
    assert not await enter(staff, other[0])


async def test_the_database_and_the_trail_do_not_hold_them(staff: Staff) -> None:
    """The trail has that one was used, and how many are left."""
    browser = await staff.signed_in()
    _, codes = await set_up(staff, browser)
    assert await enter(staff, codes[0])
    stored = content(staff.app.settings.database_url)
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    events = await trail(staff.app, staff.desk.world.acme.id)
    used = [detail for type, _, detail in events if type == "user.recovery_code_used"]
    assert used == [{"user": staff.desk.user.id, "left": 9}]
    assert [type for type, *_ in events].count("user.recovery_codes_made") == 1


async def test_a_foreign_one_is_wrong(staff: Staff) -> None:
    """Codes are tied to their user."""
    browser = await staff.signed_in()
    _, codes = await set_up(staff, browser)

    def other(tx: AccountTx) -> bool:
        user, _ = users.create(tx, "other@acme.example", "Other", "desk")
        rule = second_factor.CodeRule.of(staff.app.settings, staff.app.purpose_keys)
        return second_factor.accept(tx, rule, user, codes[0])

    assert not await staff.write(other)
    assert await enter(staff, codes[0])
