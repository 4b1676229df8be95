"""Invitations on the page: one password each."""

import asyncio

import pytest

from openslot.identity.people import users

from .browsing import OTHER_PASSWORD, PASSWORD, SIGN_IN, Staff, check_page

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def invited(staff: Staff) -> tuple[str, str]:
    """A new user's id, and the address of their invitation."""
    user, text = await staff.write(users.create, "new@acme.example", "New one", "viewer")
    return user.id, f"/accounts/acme/invitations/{text}"


async def test_an_invitation_gives_one_password(staff: Staff) -> None:
    """Looking at it uses nothing up; afterwards the password signs in, and it is gone."""
    _, address = await invited(staff)
    browser = staff.browser()
    for _ in range(2):
        page = check_page(await browser.get(address))
    assert "new@acme.example" in page.text
    assert page.inputs["new_password"]["autocomplete"] == "new-password"
    answer = await browser.send(page.form(), new_password=OTHER_PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)
    assert browser.session is None
    assert (await browser.sign_in("new@acme.example", OTHER_PASSWORD)).status_code == 303
    check_page(await staff.browser().get(address), 404)
    check_page(await browser.send(page.form(), new_password=PASSWORD), 404)
    assert (await staff.browser().sign_in("new@acme.example", PASSWORD)).status_code == 200


async def test_two_who_use_it_at_once(staff: Staff) -> None:
    """One password is kept, the other is refused."""
    _, address = await invited(staff)
    browser = staff.browser()
    form = check_page(await browser.get(address)).form()
    words = [f"{OTHER_PASSWORD} {n}" for n in range(2)]
    answers = await asyncio.gather(*(browser.send(form, new_password=word) for word in words))
    assert sorted(answer.status_code for answer in answers) == [303, 404]
    good = [
        (await staff.browser().sign_in("new@acme.example", word)).status_code == 303
        for word in words
    ]
    assert good == [answer.status_code == 303 for answer in answers]


@pytest.mark.parametrize(
    "word", ["", "short", "new@acme.example", "password1234", "x" * 300, "aaaaaaaaaaaa"]
)
async def test_a_weak_password_is_told_beside_the_field(staff: Staff, word: str) -> None:
    """And the invitation is still good."""
    _, address = await invited(staff)
    browser = staff.browser()
    page = check_page(await browser.get(address))
    page = check_page(await browser.send(page.form(), new_password=word))
    assert "new_password-fault" in page.inputs["new_password"]["aria-describedby"]
    assert page.inputs["new_password"].get("value") is None
    answer = await browser.send(page.form(), new_password=OTHER_PASSWORD)
    assert answer.status_code == 303


@pytest.mark.parametrize("text", ["x", "A" * 43, "%00", "%ff"])
async def test_a_made_up_invitation_is_nothing(staff: Staff, text: str) -> None:
    """404, as a page."""
    check_page(await staff.browser().get(f"/accounts/acme/invitations/{text}"), 404)


async def test_an_invitation_of_another_account_is_nothing_here(staff: Staff) -> None:
    """404."""
    _, address = await invited(staff)
    check_page(await staff.browser().get(address.replace("acme", "globex")), 404)
