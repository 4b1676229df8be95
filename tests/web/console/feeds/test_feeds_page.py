"""Calendar feeds in the console: made, given another address, revoked."""

import pytest

from openslot.kernel.ids import new_id

from ...html_page import Element, Page, fields_of
from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "setup/feeds"


def address_in(page: Page) -> str:
    """The path of the address that is shown once."""
    found: str = page.root.one("code", class_="secret").text
    return found[found.index("/feeds/") :]


def made_by(page: Page) -> Element:
    """The form that makes a feed."""
    return next(form for form in page.root.all("form") if form.attributes["action"].endswith(PATH))


async def test_a_feed_is_made_changed_and_revoked(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open(PATH)
    branch = page.id("of").one("option")
    made = await ann.press(page, "Make a feed", {"of": branch.attributes["value"]})
    assert made.status == 200
    first = address_in(made)
    assert (await site.http.get(first)).status_code == 200
    again = await ann.press(page, "Make a feed", {"of": branch.attributes["value"]})
    assert "Already done" in again.id("status").text
    assert len(again.root.one("table").all("tr")) == 2
    second = address_in(await ann.press(again, f"New address {branch.text}"))
    assert (await site.http.get(first)).status_code == 404
    assert (await site.http.get(second)).status_code == 200
    stale = await ann.press(again, f"Revoke {branch.text}")
    assert "by Planner Smit. Nothing more was done." in stale.id("status").text
    gone = await ann.press(stale, f"Revoke {branch.text}")
    assert gone.id("status").text == "The feed is revoked"
    assert (await site.http.get(second)).status_code == 404
    assert gone.root.all("table") == []
    twice = await ann.press(stale, f"Revoke {branch.text}")
    assert "by Planner Smit. Nothing more was done." in twice.id("status").text
    never = await ann.post(f"/console/{PATH}/{new_id()}/revoke", fields_of(gone, made_by(gone), {}))
    assert never.status_code == 404


async def test_names_are_given_away_only_by_whoever_may(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open(PATH)
    assert [one.attributes["value"] for one in page.root.all("input", name="detail")] == ["service"]
    refused = await ann.press(page, "Make a feed", {"detail": "full"})
    assert refused.status == 422
    boss = await signed_in(site, "administrator")
    page = await boss.press(await boss.open(PATH), "Make a feed", {"detail": "full"})
    first = address_in(page)
    listed = await boss.open(PATH)
    branch = listed.id("of").one("option")
    assert address_in(await boss.press(listed, f"New address {branch.text}")) != first
    row = (await ann.open(PATH)).root.one("table")
    assert "Names too" in row.text
    assert "New address" not in row.text
