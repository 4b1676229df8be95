"""How often somebody may try to sign in: by person and address together, and by address."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from openslot.identity.people.passwords import Passwords

from .browsing import OTHER_PASSWORD, Browser, Staff, check_page

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("limits_clock")]


async def tries(browser: Browser, email: str, most: int, **filled: str) -> list[httpx.Response]:
    """So many attempts of one browser."""
    form = await browser.form()
    values = {"password": OTHER_PASSWORD, **filled}
    return [await browser.send(form, email=email, **values) for _ in range(most)]


async def test_a_person_is_tried_so_often_from_an_address(staff: Staff) -> None:
    """Known or not; then the right password does not help here, and still does elsewhere."""
    browser_at = staff.limited(wrong_secrets_per_minute_and_client=3)  # one more after 20 s
    for email in (staff.email, "nobody@acme.example"):
        answers = await tries(browser_at("192.0.2.1"), email, 4)
        assert [answer.status_code for answer in answers] == [200] * 3 + [429]
        assert answers[-1].headers["retry-after"] == "20"
        check_page(answers[-1], 429)
    refused = await browser_at("192.0.2.1").sign_in(staff.email.upper())
    assert refused.status_code == 429
    assert (await browser_at("192.0.2.2").sign_in(staff.email)).status_code == 303


async def test_attempts_at_once_count_each(staff: Staff) -> None:
    """Nobody gets more guesses by sending them together."""
    browser = staff.limited(wrong_secrets_per_minute_and_client=3)("192.0.2.1")
    form = await browser.form()
    sent = (browser.send(form, email=staff.email, password=OTHER_PASSWORD) for _ in range(25))
    answers = await asyncio.gather(*sent)
    assert sum(answer.status_code == 200 for answer in answers) == 3
    assert sum(answer.status_code == 429 for answer in answers) == 22


async def test_an_address_tries_so_often(staff: Staff) -> None:
    """Whoever it tries; good sign-ins of a whole office are no attempts."""
    browser_at = staff.limited(wrong_secrets_per_minute_and_address=5)
    for _ in range(8):
        assert (await browser_at("192.0.2.1").sign_in(staff.email)).status_code == 303
    browser = browser_at("192.0.2.1")
    form = await browser.form()
    statuses = [
        (await browser.send(form, email=f"x{n}@acme.example", password="x")).status_code
        for n in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2
    assert (await browser_at("192.0.2.2").sign_in(staff.email)).status_code == 303


async def test_right_passwords_count_nothing(staff: Staff) -> None:
    """However often somebody signs in, a wrong one is still the first."""
    browser_at = staff.limited(wrong_secrets_per_minute_and_client=2)
    for _ in range(5):
        assert (await browser_at("192.0.2.1").sign_in(staff.email)).status_code == 303
    answers = await tries(browser_at("192.0.2.1"), staff.email, 3)
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_guesses_at_codes_are_counted(staff: Staff) -> None:
    """Whoever knows the password has no more of them, by however many pages."""
    await staff.enrolled()
    browser_at = staff.limited(wrong_secrets_per_minute_and_client=5)
    left = []
    for _ in range(4):
        browser = browser_at("192.0.2.1")
        answer = await browser.sign_in(staff.email)
        left.append(answer.status_code)
        if answer.status_code == 200:
            form = check_page(answer).form()
            left += [(await browser.send(form, code="000000")).status_code for _ in range(3)]
    # Two pages with codes, the second cut off after two of its three.
    assert left == [200, *[200] * 3, 200, *[200] * 2, 429, 429, 429]


async def test_the_address_of_the_second_form_is_that_of_the_first(staff: Staff) -> None:
    """So that nobody counts their guesses on somebody else."""
    await staff.enrolled()
    browser = staff.browser()
    form = check_page(await browser.sign_in(staff.email)).form()
    check_page(await browser.send(form, email="x@acme.example", code="000000"), 403)


async def test_when_too_many_sign_in_at_once(staff: Staff) -> None:
    """503 with a time to try again, as a page; nobody's attempt is lost for good."""
    full = Passwords(most_waiting=0)
    browser = Browser(replace(staff.app, passwords=full))
    answer = await browser.sign_in(staff.email)
    check_page(answer, 503)
    assert answer.headers["retry-after"] == "1"
    full.close()
    assert (await staff.browser().sign_in(staff.email)).status_code == 303
