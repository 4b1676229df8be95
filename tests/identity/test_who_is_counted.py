"""Whoever acts is counted, however they write themselves: addresses × spellings × limits."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from openslot.identity.people.user_rules import counted_person

from .browsing import OTHER_PASSWORD, Staff
from .test_throttles import Door

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("limits_clock")]

# One house each: how it may show itself, and who lives elsewhere
HOUSES = {
    "IPv4": (
        ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201", "192.0.2.1:80", "[::ffff:c000:201]:1"],
        "192.0.2.2",
    ),
    "IPv6": (
        ["2001:db8:1:1::1", "2001:DB8:1:1:0::2", "[2001:db8:1:1::3]:80", "2001:db8:1:1:f::4%eth0"],
        "2001:db8:1:2::1",
    ),
    "no address": (["unknown", "_hidden", "", "192.0.2.300"], "192.0.2.1"),
}
EMAIL = "desk@acme.example"
PEOPLE = {
    "known": [EMAIL, "DESK@acme.example", " Desk@ACME.example ", "desk@\uff41cme.example",
              "desk@acme\u3002example", "desk@acme\uff0eexample"],
    "unknown": ["nobody@acme.example", "NOBODY@acme.example", "nobody@acm\uff45.example"],
    "no address": ["nobody", " NOBODY ", "\uff4eobody"],
}  # fmt: skip

Refused = Callable[[str], Awaitable[bool]]


def tokens_of_one_client(staff: Staff) -> Refused:
    """Wrong secrets of one client from one address."""
    return _tokens(staff, wrong_secrets_per_minute_and_client=4)


def tokens_of_any_client(staff: Staff) -> Refused:
    """Wrong secrets from one address."""
    return _tokens(staff, wrong_secrets_per_minute_and_address=4)


def _tokens(staff: Staff, **limits: int) -> Refused:
    door = Door(staff.desk.world, **limits)

    async def refused(address: str) -> bool:
        answer = await door.ask(door.world.website.client_id, "wrong", address)
        return answer.status_code == 429

    return refused


def sign_in_of_one_person(staff: Staff) -> Refused:
    """Attempts at one person from one address."""
    return _sign_in(staff, wrong_secrets_per_minute_and_client=4)


def sign_in_of_anybody(staff: Staff) -> Refused:
    """Failed attempts from one address."""
    return _sign_in(staff, wrong_secrets_per_minute_and_address=4)


def _sign_in(staff: Staff, **limits: int) -> Refused:
    browser_at = staff.limited(**limits)

    async def refused(address: str) -> bool:
        return (await browser_at(address).sign_in(EMAIL, OTHER_PASSWORD)).status_code == 429

    return refused


LIMITS = [tokens_of_one_client, tokens_of_any_client, sign_in_of_one_person, sign_in_of_anybody]


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("limit", LIMITS)
async def test_a_house_is_counted_once(
    staff: Staff, limit: Callable[[Staff], Refused], house: str
) -> None:
    """Four attempts, from whichever of its addresses; nobody else is counted with it."""
    spellings, elsewhere = HOUSES[house]
    refused = limit(staff)
    assert len(spellings) >= 4
    assert [await refused(one) for one in spellings[:4]] == [False] * 4
    assert [await refused(one) for one in spellings] == [True] * len(spellings)
    assert not await refused(elsewhere)


@pytest.mark.parametrize("person", PEOPLE)
async def test_a_person_is_counted_once(staff: Staff, person: str) -> None:
    """However the address is typed, and whether it finds anybody; another person is another."""
    spellings = PEOPLE[person]
    browser = staff.limited(wrong_secrets_per_minute_and_client=3)("192.0.2.1")
    form = await browser.form()

    async def attempt(email: str) -> httpx.Response:
        return await browser.send(form, email=email, password=OTHER_PASSWORD)

    assert [(await attempt(email)).status_code for email in spellings[:3]] == [200] * 3
    refused = [await attempt(email) for email in spellings]
    assert [answer.status_code for answer in refused] == [429] * len(spellings)
    assert {answer.headers["retry-after"] for answer in refused} == {"20"}
    assert (await attempt("other@acme.example")).status_code == 200


async def test_whoever_is_found_is_counted_as_the_one_who_is_stored(staff: Staff) -> None:
    """So that no text finds a user without being counted as that user."""
    found = []
    for email in PEOPLE["known"]:
        answer = await staff.browser().sign_in(email)
        found.append((answer.status_code, counted_person(email)))
    assert found == [(303, EMAIL)] * len(PEOPLE["known"])


@pytest.mark.parametrize("house", HOUSES)
async def test_refusals_of_a_house_are_one_event(staff: Staff, house: str) -> None:
    """Of the audit trail, so that a flood from many addresses of it is no flood of events."""
    spellings, elsewhere = HOUSES[house]
    world = staff.desk.world
    door = Door(world)
    for address in (*spellings, elsewhere):
        await door.wrong(address=address)
    assert len(world.app.token_refusals) == 2
