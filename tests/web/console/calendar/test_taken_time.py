"""Blocks and absences: nothing is done before one has seen whom it concerns."""

from typing import Any

import pytest

from openslot.kernel.scopes import ALL

from ...admin.administrator import Administrator, administrator
from ...html_page import Page
from ...site import Site, at
from ..conftest import Staff
from .test_calendar_page import booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DAY = 330  # after the dates that other tests book on


def typed(site: Site, day: int, begin: int, end: int, **more: Any) -> dict[str, Any]:
    """The fields of the first desk's time."""
    return {
        "resource": site.id("resource", "desk-1"),
        "startTime": at(day, begin)[:16],
        "endTime": at(day, end)[:16],
        "reason": "Training",
        **more,
    }


async def blocks(who: Administrator, day: int) -> list[Any]:
    """The blocks of the first desk on a day."""
    path = f"/resources/{who.site.id('resource', 'desk-1')}/blocks"
    query = {"from": at(day, 0), "to": at(day + 1, 0)}
    found: list[Any] = (await who.call("GET", path, params=query)).json()
    return found


async def appointment(who: Administrator, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = (await who.call("GET", f"/appointments/{id_}")).json()
    return found


async def test_time_that_nobody_has_is_blocked_at_once(shared: Site, staff: Staff) -> None:
    desk, who = await staff("desk"), await administrator(shared, *ALL)
    page = await desk.open(f"blocks/new?resource={shared.id('resource', 'desk-1')}")
    wanted = typed(shared, DAY, 600, 660)
    done = await desk.press(page, "Block", wanted)
    assert done.heading == "Calendar"
    assert "The time is blocked" in done.root.text
    assert "Block 10:00 to 11:00, Training" in done.root.text
    again = await desk.sent(page, "Block", wanted)
    assert again.status_code == 303
    assert len(await blocks(who, DAY)) == 1
    other = await desk.press(page, "Block", {**wanted, "reason": "Repair"})
    assert other.status == 422
    retried = await desk.press(other, "Block", {})
    assert retried.status == 200
    assert len(await blocks(who, DAY)) == 2


async def test_a_block_is_taken_away_again(shared: Site, staff: Staff) -> None:
    desk, who = await staff("desk"), await administrator(shared, *ALL)
    page = await desk.open("blocks/new")
    calendar = await desk.press(page, "Block", typed(shared, DAY + 4, 600, 660))
    block = await desk.open(calendar.link("Block 10:00 to 11:00, Training").attributes["href"])
    assert (block.heading, "Training" in block.root.text) == ("Block", True)
    assert "The block is removed" in (await desk.press(block, "Remove")).root.text
    assert await blocks(who, DAY + 4) == []
    late = await desk.press(block, "Remove")
    assert "by Desk Smit. Nothing more was done." in late.id("status").text
    id_ = block.response.url.path.rpartition("/")[2]
    assert (await desk.get(f"blocks/{id_}")).status_code == 404
    assert (await (await staff("viewer")).get(f"blocks/{id_}")).status_code == 403


async def test_a_block_is_for_an_hour_and_an_absence_for_the_day_at_first(
    shared: Site, staff: Staff
) -> None:
    """Without a date from now on; it is eight o'clock, and the branch opens at nine."""
    desk, today, later = await staff("desk"), at(0, 0)[:10], at(DAY, 0)[:10]
    for path, times in {
        "blocks/new": (f"{today}T09:00", f"{today}T10:00"),
        f"blocks/new?date={later}": (f"{later}T09:00", f"{later}T10:00"),
        f"absences/new?date={later}": (f"{later}T09:00", f"{later}T17:00"),
    }.items():
        page = await desk.open(path)
        shown = [page.id(name).attributes["value"] for name in ("startTime", "endTime")]
        assert (path, *shown) == (path, *times)


async def test_who_would_lose_a_place_is_seen_before(shared: Site, staff: Staff) -> None:
    desk, who = await staff("desk"), await administrator(shared, *ALL)
    id_ = await booked(shared, DAY + 1, 600)
    page = await desk.open("blocks/new")
    wanted = typed(shared, DAY + 1, 600, 660)
    preview = await desk.press(page, "Block", wanted)
    assert preview.status == 200
    assert "Would strand" in [h.text for h in preview.root.all("h2")]
    (line,) = [li.text for li in preview.id("main").all("li")]
    assert line.endswith("10:00, Wilhelmina Oosterschelde , Passport")
    assert await blocks(who, DAY + 1) == []
    back = await desk.press(preview, "Back")
    assert back.id("startTime").attributes["value"] == wanted["startTime"]
    assert await blocks(who, DAY + 1) == []
    await desk.press(preview, "Block anyway")
    assert [block["reason"] for block in await blocks(who, DAY + 1)] == ["Training"]
    assert (await appointment(who, id_))["stranded"] is True


async def test_faults_stand_beside_their_fields(shared: Site, staff: Staff) -> None:
    desk = await staff("desk")
    for path, button in (("blocks/new", "Block"), ("absences/new", "Propose")):
        page = await desk.open(path)
        refused = await desk.press(page, button, typed(shared, DAY, 660, 600))
        assert refused.status == 422
        assert refused.id("endTime-fault").text == "Choose a time that is later than the first one"
        assert refused.id("reason").attributes["value"] == "Training"
        none = typed(shared, DAY, 600, 660, startTime="", endTime="soon", reason="x" * 256)
        assert faults(await desk.press(page, button, none)) == {"startTime", "endTime", "reason"}
        foreign = shared.id("resource", "desk-1", "globex")
        assert (await desk.get(f"{path}?resource={foreign}")).status_code == 404
        stolen = await desk.sent(page, button, typed(shared, DAY, 600, 660, resource=foreign))
        assert stolen.status_code == 404


async def test_an_absence_moves_those_that_are_ticked(shared: Site, staff: Staff) -> None:
    desk, who = await staff("desk"), await administrator(shared, *ALL)
    first, second = [await booked(shared, DAY + 2, minute) for minute in (600, 660)]
    page = await desk.open("absences/new")
    proposals = await desk.press(page, "Propose", typed(shared, DAY + 2, 540, 1020))
    assert proposals.status == 200
    boxes = [box for box in proposals.root.all("input") if box.attributes["name"] == "appointments"]
    assert [box.attributes["value"] for box in boxes] == [first, second]
    assert all("checked" in box.attributes for box in boxes)
    assert "same time with Desk 2" in proposals.root.text
    assert await blocks(who, DAY + 2) == []
    done = await desk.sent(proposals, "Confirm", {"appointments": [first], "notify": []})
    assert done.status_code == 303
    told = await desk.open("calendar")
    assert told.id("status").text == "The absence is entered, 1 moved, 1 without a place"
    assert len(await blocks(who, DAY + 2)) == 1
    moved, stays = [await appointment(who, id_) for id_ in (first, second)]
    assert (moved["version"], moved["stranded"]) == (2, False)
    assert (stays["version"], stays["stranded"]) == (1, True)
    history = (await who.call("GET", f"/appointments/{first}/history")).json()
    assert history[-1]["notified"] is False


async def test_an_absence_of_nobody_in_particular(shared: Site, staff: Staff) -> None:
    desk = await staff("desk")
    page = await desk.open(f"absences/new?date={at(DAY + 3, 0)[:10]}")
    assert page.id("startTime").attributes["value"] == at(DAY + 3, 540)[:16]
    proposals = await desk.press(page, "Propose", typed(shared, DAY + 3, 540, 1020))
    assert "No appointment lies in this time." in proposals.root.text


def faults(page: Page) -> set[str]:
    """The fields of which something is said."""
    assert page.status == 422
    return {p.attributes["id"].removesuffix("-fault") for p in page.root.all("p", class_="fault")}
