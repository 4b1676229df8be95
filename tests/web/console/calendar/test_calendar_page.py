"""The calendar: every time has its name, and leads to where one acts on it."""

import pytest

from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.store.clock import set_clock

from ...admin.administrator import administrator
from ...html_page import Page
from ...site import PERSON, Site, at
from ...world import NOW
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DAY = 300  # after the dates that other tests book on
NAME = "10:00 to 10:15, Passport, Wilhelmina Oosterschelde"


async def booked(site: Site, day: int, minute: int) -> str:
    """An appointment at the first desk; its id."""
    who = await administrator(site, APPOINTMENTS_MANAGE)
    made = await who.made(
        "/appointments",
        {
            "branchId": site.id("branch", "centre"),
            "serviceId": site.id("service", "passport"),
            "requestedResourceId": site.id("resource", "desk-1"),
            "timeSlot": {"startTime": at(day, minute)},
            "customer": PERSON,
        },
    )
    found: str = made["appointmentId"]
    return found


async def blocked(site: Site, day: int, minute: int) -> None:
    """Half an hour of the first desk, with a reason that is markup; over what stands there."""
    who = await administrator(site, APPOINTMENTS_MANAGE)
    desk = site.id("resource", "desk-1")
    body = {"startTime": at(day, minute), "endTime": at(day, minute + 30), "reason": "<b>Repair"}
    await who.made(f"/resources/{desk}/blocks?force=true", body)


def day_address(site: Site, day: int, **more: str) -> str:
    query = {"branch": site.id("branch", "centre"), "date": at(day, 0)[:10], **more}
    return "calendar?" + "&".join(f"{name}={value}" for name, value in query.items())


def names(page: Page) -> list[str]:
    return [a.name for a in page.id("main").all("a")]


async def test_every_time_has_its_name(shared: Site, staff: Staff) -> None:
    appointment = await booked(shared, DAY, 10 * 60)
    await blocked(shared, DAY, 12 * 60)
    desk = await staff("desk")
    page = await desk.open(day_address(shared, DAY))
    assert page.heading == "Calendar"
    link = page.link(NAME)
    assert link.attributes["href"] == f"/console/appointments/{appointment}"
    assert "Block 12:00 to 12:30, <b>Repair" in page.root.text
    free = page.link("Free 09:00 to 10:00")
    assert free.attributes["href"] == (
        f"/console/book?branch={shared.id('branch', 'centre')}"
        f"&resource={shared.id('resource', 'desk-1')}&date={at(DAY, 0)[:10]}"
    )
    move = page.link("Move Wilhelmina Oosterschelde, 10:00")
    assert move.attributes["href"] == f"/console/appointments/{appointment}/move"
    assert {button.text for button in page.root.all("button")} >= {"Previous", "Today", "Next"}
    table = page.root.one("table")
    assert "10:00 to 10:15 Passport Wilhelmina Oosterschelde Confirmed" in table.text
    assert page.root.all(style="") == []
    next_day = await desk.get(day_address(shared, DAY + 1))
    assert appointment not in next_day.text


async def test_a_week_of_one_resource(shared: Site, staff: Staff) -> None:
    appointment = await booked(shared, DAY + 7, 10 * 60)
    planner = await staff("planner")
    desk_1, desk_2 = (shared.id("resource", key) for key in ("desk-1", "desk-2"))
    page = await planner.open(day_address(shared, DAY + 7, view="week", resource=desk_1))
    assert page.link(NAME).attributes["href"].endswith(appointment)
    columns = [c.attributes["aria-labelledby"] for c in page.root.all(role="group")]
    assert len(columns) == 7
    other = await planner.get(day_address(shared, DAY + 7, view="week", resource=desk_2))
    assert appointment not in other.text


async def test_a_viewer_sees_names_and_can_do_nothing(shared: Site, staff: Staff) -> None:
    await booked(shared, DAY + 14, 10 * 60)
    page = await (await staff("viewer")).open(day_address(shared, DAY + 14))
    assert NAME in names(page)
    assert not [name for name in names(page) if name.startswith(("Free", "Move", "Cancel"))]
    assert "Free 09:00 to 10:00" in page.root.text
    forms = [form.attributes.get("action") for form in page.root.all("form", method="post")]
    assert forms == ["/console/sign-out"]


async def test_stranded_is_said_and_what_is_over_is_not_moved(site: Site) -> None:
    appointment = await booked(site, 1, 10 * 60)
    await blocked(site, 1, 10 * 60)
    clerk = await signed_in(site, "desk")
    page = await clerk.open(day_address(site, 1))
    assert page.link(NAME).text.startswith("Stranded Wilhelmina")
    assert f"/console/appointments/{appointment}/move" in page.response.text
    now = NOW + (24 + 3) * 60 * MINUTE_MS
    await site.app.database.write(site.tenant().account.id, set_clock, now, 0)
    later = await (await signed_in(site, "desk")).open(day_address(site, 1))
    assert f"/console/appointments/{appointment}/move" not in later.response.text
    assert len(later.root.all("div", class_="now")) == 0
    assert 'class="now at-' in later.response.text
    assert 'class="now at-' not in page.response.text


async def test_what_is_not_there_is_not_found(shared: Site, staff: Staff) -> None:
    desk = await staff("desk")
    globex, centre = shared.id("branch", "centre", "globex"), shared.id("branch", "centre")
    foreign = shared.id("resource", "desk-1", "globex")
    for query in (f"branch={globex}", f"branch={centre}&view=week&resource={foreign}"):
        assert (await desk.get(f"calendar?{query}")).status_code == 404
    assert (await desk.get("calendar?date=yesterday")).status_code == 404
