"""A form that is no longer valid leads to where it began, and from there it goes on."""

from collections.abc import Awaitable, Callable

import pytest

from openslot.identity.people import users

from .browsing import (
    ME,
    OTHER_PASSWORD,
    PASSWORD,
    SECOND_FACTOR,
    SIGN_IN,
    SIGN_OUT,
    Browser,
    Page,
    Staff,
    check_page,
    request_of,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

Beginning = Callable[[Staff], Awaitable[tuple[Browser, str, str]]]


async def _sign_in(staff: Staff) -> tuple[Browser, str, str]:
    return staff.browser(), SIGN_IN, ""


async def _sign_in_for_a_client(staff: Staff) -> tuple[Browser, str, str]:
    state = "a&b=\"c\" <d> 'e'"
    return staff.browser(), request_of(staff.desk, state=state), "/authorize"


async def _consent(staff: Staff) -> tuple[Browser, str, str]:
    return await staff.signed_in(), request_of(staff.desk), "/authorize"


async def _invitation(staff: Staff) -> tuple[Browser, str, str]:
    _, text = await staff.write(users.create, "new@acme.example", "New", "desk")
    return staff.browser(), f"/accounts/acme/invitations/{text}", ""


async def _sign_out(staff: Staff) -> tuple[Browser, str, str]:
    return await staff.signed_in(), SIGN_OUT, ""


async def _enrolment(staff: Staff) -> tuple[Browser, str, str]:
    return await staff.signed_in(), SECOND_FACTOR, ""


async def _password(staff: Staff) -> tuple[Browser, str, str]:
    return await staff.signed_in(), ME, "/password"


BEGINNINGS = [
    _sign_in, _sign_in_for_a_client, _consent, _invitation, _sign_out, _enrolment, _password,
]  # fmt: skip


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda b: b.__name__.strip("_"))
async def test_the_link_of_a_form_that_is_not_valid(staff: Staff, beginning: Beginning) -> None:
    """It is the address of the form, with everything in it; that form can be sent."""
    browser, address, ending = await beginning(staff)
    form = await browser.form(address, ending)
    refused = await browser.send(form, form_token="too old")
    page = check_page(refused, 403)
    assert "no longer valid" in page.text
    assert [str(browser.http.base_url.join(link)) for link in page.links[1:]] == [
        str(browser.http.base_url.join(address))
    ]
    again = await browser.form(page.links[1], ending)
    assert again.fields["form_token"] == form.fields["form_token"]


async def test_a_form_that_has_lost_its_cookie(staff: Staff) -> None:
    """For instance in a browser that was restarted; what one wanted is still possible."""
    address = request_of(staff.desk)
    form = await staff.browser().form(address, "/authorize")
    restarted = staff.browser()
    page = check_page(await restarted.send(form, email=staff.email, password=PASSWORD), 403)
    again = await restarted.form(page.links[1], "/authorize")
    sent = await restarted.send(again, email=staff.email, password=PASSWORD)
    assert sent.status_code == 303, sent.text
    assert "Allow" in check_page(await restarted.get(sent.headers["location"])).text


@pytest.mark.parametrize("beginning", [b for b in BEGINNINGS if b is not _sign_out])
async def test_any_form_that_has_lost_its_cookie(staff: Staff, beginning: Beginning) -> None:
    """The link is there for each; it leads to the same, or to the sign-in that comes before it."""
    browser, address, ending = await beginning(staff)
    form = await browser.form(address, ending)
    restarted = staff.browser()
    page = check_page(await restarted.send(form, decision="allow"), 403)
    again = await restarted.get(page.links[1])
    assert again.status_code == 200 or again.headers["location"] == SIGN_IN


async def test_a_code_that_comes_too_late(staff: Staff) -> None:
    """The password was changed meanwhile: the sign-in begins again."""
    await staff.enrolled()
    browser = staff.browser()
    form = Page(await browser.sign_in(staff.email)).form()
    await staff.write(_another_password, staff.desk.user.id)
    page = check_page(await browser.send(form, code="000000"), 403)
    assert page.links[1:] == [SIGN_IN]


def _another_password(tx, user_id: str) -> None:  # type: ignore[no-untyped-def]
    users.set_password(tx, users.by_id(tx, user_id), OTHER_PASSWORD, invitation=None)


async def test_other_refusals_have_no_such_link(staff: Staff) -> None:
    """There is nothing to begin again."""
    page = check_page(await staff.browser().get("/accounts/acme/invitations/none"), 404)
    assert page.links == ["#content"]
