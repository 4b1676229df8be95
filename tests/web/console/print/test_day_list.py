"""The day list for paper: whom it names, and what of them to whom."""

import pytest

from ...html_page import Page
from ...site import PERSON, Site
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def rows(page: Page) -> list[list[str]]:
    """The table, head first."""
    (table,) = page.root.all("table")
    return [
        [cell.text for cell in row.all() if cell.tag in ("td", "th")] for row in table.all("tr")
    ]


async def test_one_table_of_who_comes(staff: Staff, shared: Site) -> None:
    eva, viewer = await staff("desk"), await staff("viewer")
    booked = await shared.book("strict")
    start = booked["timeSlot"]["startTime"]
    branch, booth = shared.id("branch", "centre"), shared.id("resource", "booth")
    address = f"print?branch={branch}&date={start[:10]}&resource={booth}"
    page = await eva.open(address)
    assert page.heading == "Day list"
    head, *found = rows(page)
    assert head == [
        "Time", "Name", "Phone", "Service", "Resource", "State", "Notes", "Tick",
    ]  # fmt: skip
    mine = [start[11:16], "Wilhelmina Oosterschelde", PERSON["phoneNumber"], "Strict", "Booth",
            "Confirmed", "", ""]  # fmt: skip
    assert mine in found
    assert {row[4] for row in found} == {"Booth"}
    seen = rows(await viewer.open(address))
    assert seen[0] == ["Time", "Name", "Service", "Resource", "State", "Tick"]
    assert PERSON["phoneNumber"] not in [text for row in seen for text in row]


async def test_another_account_has_no_such_day(shared: Site) -> None:
    stranger = await signed_in(shared, "administrator", account="globex")
    branch, booth = shared.id("branch", "centre"), shared.id("resource", "booth")
    own = shared.id("branch", "centre", account="globex")
    for query in (f"branch={branch}", f"branch={own}&resource={booth}", f"branch={own}&date=x"):
        assert (await stranger.get(f"print?{query}")).status_code == 404, query
