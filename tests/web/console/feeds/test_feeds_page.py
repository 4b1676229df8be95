"""Calendar feeds in the console: made, given another address, revoked."""

import pytest

from ...html_page import Page
from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "setup/feeds"


def address_in(page: Page) -> str:
    """The path of the address that is shown once."""
    found: str = page.root.one("code", class_="secret").text
    return found[found.index("/feeds/") :]


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
    assert "Somebody changed this meanwhile" in stale.id("status").text
    gone = await ann.press(stale, f"Revoke {branch.text}")
    assert gone.id("status").text == "The feed is revoked"
    assert (await site.http.get(second)).status_code == 404
    assert gone.root.all("table") == []


async def test_names_are_given_away_only_by_whoever_may(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open(PATH)
    assert [one.attributes["value"] for one in page.root.all("input", name="detail")] == ["service"]
    refused = await ann.press(page, "Make a feed", {"detail": "full"})
    assert refused.status == 422
    boss = await signed_in(site, "administrator")
    page = await boss.press(await boss.open(PATH), "Make a feed", {"detail": "full"})
    assert page.status == 200
    row = (await ann.open(PATH)).root.one("table")
    assert "Names too" in row.text
    assert "New address" not in row.text
