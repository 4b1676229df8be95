"""Making, changing and taking away what can be booked, in the console's forms."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ...html_page import Page
from ...site import Site
from ..clerk import Clerk, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WEEK = {
    **{f"{day}-opens": "09:00" for day in ("monday", "tuesday", "wednesday")},
    **{f"{day}-closes": "17:00" for day in ("monday", "tuesday", "wednesday")},
    "monday-break-from": "12:30",
    "monday-break-until": "13:00",
}


@pytest.fixture
async def ann(site: Site) -> AsyncIterator[Clerk]:
    """A planner of a server of the test's own."""
    yield await signed_in(site, "planner")


async def exported(clerk: Clerk) -> str:
    """The account as a file."""
    return (await clerk.get("setup/account-file.yaml")).text


async def saved(clerk: Clerk, path: str, typed: dict[str, Any]) -> Page:
    """The page of a thing after its form was saved."""
    page = await clerk.press(await clerk.open(path), "Save", typed)
    assert page.status == 200, page.root.text
    assert page.id("status").text == "Saved"
    return page


async def test_a_branch_a_service_and_a_resource_are_made(ann: Clerk) -> None:
    page = await ann.open("setup/branches/new")
    assert page.heading == "New branch"
    assert page.id("timeZone").attributes["value"] == "Europe/Amsterdam"
    longer = await ann.press(page, "Add a period", {"name": "Pier 7", **WEEK})
    assert longer.id("name").attributes["value"] == "Pier 7"
    assert longer.id("monday-opens-2")
    page = await ann.press(longer, "Save", {"monday-opens-2": "19:00", "monday-closes-2": "21:00"})
    assert page.heading == "Pier 7"
    assert page.id("monday-closes-2").attributes["value"] == "21:00"
    text = await exported(ann)
    assert "key: pier-7" in text
    branch = page.response.url.path
    page = await saved(
        ann,
        "setup/services/new",
        {
            "name": "Berth",
            "name-nl_NL": "Ligplaats",
            "durationMinutes": "30",
            "slotStepMinutes": "15",
            "resourceTypes": "quay, crane",
            "branches": ["pier-7"],
        },
    )
    assert page.id("resourceTypes").attributes["value"] == "quay, crane"
    assert page.id("horizonDays").attributes["value"] == ""
    typed = {"name": "Quay 1", "branch": "pier-7", "type": "quay", "services": ["berth"]}
    page = await saved(ann, "setup/resources/new", typed)
    assert page.root.one("input", value="berth").attributes["checked"] == ""
    answer = await ann.sent(await ann.open(branch), "Save", {"name": "Pier <b>8</b>"})
    assert answer.status_code == 303
    assert (await ann.open(branch)).heading == "Pier <b>8</b>"
    assert "closes: '21:00'" in await exported(ann) or 'closes: "21:00"' in await exported(ann)


async def test_a_usual_week_is_filled_in_by_one_press(ann: Clerk) -> None:
    page = await ann.open("setup/branches/new")
    page = await ann.press(page, "Fill in Monday to Friday, 09:00 to 17:00", {"name": "Pier 9"})
    assert page.id("name").attributes["value"] == "Pier 9"
    filled = {day: page.id(f"{day}-opens").attributes["value"] for day in ("friday", "saturday")}
    assert filled == {"friday": "09:00", "saturday": ""}


async def test_what_is_wrong_stands_beside_its_field(ann: Clerk) -> None:
    page = await ann.press(
        await ann.open("setup/branches/new"),
        "Save",
        {"name": "", "timeZone": "Moon/Sea", "monday-opens": "9", "monday-closes": "17:00"},
    )
    assert page.status == 422
    for field in ("name", "timeZone", "monday-opens"):
        assert page.id(field).attributes["aria-invalid"] == "true", field
        assert page.id(f"{field}-fault").text
    assert page.id("monday-closes").attributes["value"] == "17:00"
    page = await ann.press(
        await ann.open("setup/services/new"), "Save", {"name": "X", "durationMinutes": "soon"}
    )
    assert page.id("durationMinutes-fault").text == "Enter a whole number from 1 to 1440"
    assert "There is a problem" in page.id("error-summary").text


async def test_a_form_sent_twice_makes_one(ann: Clerk) -> None:
    page = await ann.open("setup/service-groups/new")
    first = await ann.sent(page, "Save", {"name": "Boats"})
    second = await ann.sent(page, "Save", {"name": "Boats"})
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert (await exported(ann)).count("name: Boats") == 1


async def test_a_stale_form_changes_nothing_and_says_so(ann: Clerk, site: Site) -> None:
    path = f"setup/resources/{site.id('resource', 'desk-1')}"
    old = await ann.open(path)
    await saved(ann, path, {"name": "Counter 1"})
    page = await ann.press(old, "Save", {"name": "Table 1"})
    assert page.heading == "Counter 1"
    assert "by Planner Smit. Nothing more was done." in page.id("status").text
    boss = await signed_in(site, "administrator")
    trail = await boss.open("audit?type=catalogue.changed")
    newest = trail.root.one("tbody").one("tr").text
    assert "Planner Smit" in newest
    assert "changed: resource Counter 1" in newest


async def test_a_form_that_is_shown_again_is_saved_over_what_was_shown_first(
    ann: Clerk, site: Site
) -> None:
    path = f"setup/services/{site.id('service', 'card')}"
    old = await ann.open(path)
    await saved(ann, path, {"name": "Library card"})
    longer = await ann.press(old, "Add a question", {"horizonDays": "30"})
    page = await ann.press(longer, "Save")
    assert "Nothing more was done" in page.id("status").text
    assert page.heading == "Library card"


async def test_what_strands_is_shown_before_it_is_saved(ann: Clerk, site: Site) -> None:
    booked = await site.book("strict")
    path = f"setup/resources/{site.id('resource', 'booth')}"
    page = await ann.press(await ann.open(path), "Deactivate")
    assert "Would strand" in page.root.text
    assert "Wilhelmina Oosterschelde" in page.root.text
    assert (await ann.open(path)).root.all("button", value="no"), "nothing is changed yet"
    back = await ann.press(page, "Back")
    assert back.id("name").attributes["value"] == "Booth"
    await ann.press(page, "Save anyway")
    assert (await ann.open(path)).root.all("button", value="yes")
    kept = await site.call("GET", f"/appointments/{booked['appointmentId']}")
    assert kept.json()["status"] == "CONFIRMED"


async def test_back_keeps_what_was_typed(ann: Clerk, site: Site) -> None:
    await site.book("strict")
    path = f"setup/resources/{site.id('resource', 'booth')}"
    page = await ann.press(await ann.open(path), "Save", {"name": "Tent", "services": []})
    assert "Would strand" in page.root.text
    back = await ann.press(page, "Back")
    assert back.id("name").attributes["value"] == "Tent"
    assert "checked" not in back.root.one("input", value="strict").attributes


async def test_delete_is_there_where_nothing_is_missed(ann: Clerk, site: Site) -> None:
    page = await ann.open(f"setup/branches/{site.id('branch', 'centre')}")
    assert not [button for button in page.root.all("button") if button.name == "Delete"]
    made = await saved(ann, "setup/service-groups/new", {"name": "Empty"})
    gone = await ann.press(made, "Delete")
    assert gone.heading == "Service groups"
    assert (await ann.get(made.response.url.path)).status_code == 404


async def test_questions_are_added_and_removed(ann: Clerk, site: Site) -> None:
    path = f"setup/services/{site.id('service', 'card')}"
    longer = await ann.press(await ann.open(path), "Add a question")
    page = await ann.press(
        longer, "Save", {"question-1": "Which colour?", "question-1-required": "yes"}
    )
    assert page.id("question-1").attributes["value"] == "Which colour?"
    assert "key: which-colour" in await exported(ann)
    await ann.press(page, "Save", {"question-1": ""})
    assert "which-colour" not in await exported(ann)


async def test_another_time_zone_needs_a_choice(ann: Clerk, site: Site) -> None:
    await site.book()
    path = f"setup/branches/{site.id('branch', 'centre')}"
    page = await ann.press(await ann.open(path), "Save", {"timeZone": "Europe/London"})
    assert page.status == 422
    assert page.id("appointments-fault").text == "Choose what appointments keep"
    page = await ann.press(page, "Save", {"appointments": "keep-wall-time"})
    assert page.id("status").text == "Saved"


async def test_a_combination_is_made_and_not_changed(ann: Clerk) -> None:
    typed = {"branch": "harbour", "services": ["passport", "licence"]}
    page = await saved(ann, "setup/service-combinations/new", typed)
    assert not [button for button in page.root.all("button") if button.name == "Save"][1:]
    listed = await ann.open("setup/service-combinations")
    assert "Harbour, " in listed.root.text
