"""The first run, and what an account sets for itself in the console."""

from collections.abc import AsyncIterator

import pytest

from ...site import Site
from ..clerk import Clerk, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
async def ann(site: Site) -> AsyncIterator[Clerk]:
    """A planner of a server of the test's own."""
    yield await signed_in(site, "planner")


async def exported(clerk: Clerk) -> str:
    """The account as a file."""
    return (await clerk.get("setup/account-file.yaml")).text


async def test_the_first_run_says_what_is_done_and_what_is_next(ann: Clerk) -> None:
    page = await ann.open("start")
    assert page.heading == "Set up your account"
    steps = page.root.one("ol").all("li")
    assert [step.one("a").text for step in steps] == [
        "Branch", "Hours", "Service", "Resource", "Try the booking page",
    ]  # fmt: skip
    assert ["Done" in step.text for step in steps] == [True, True, True, True, False]
    current = [step.one("a").text for step in steps if "aria-current" in step.attributes]
    assert current == ["Try the booking page"]
    for step in steps:
        assert step.one("a").attributes["href"].startswith("/console/setup/")


async def test_the_accounts_own_settings_are_saved(ann: Clerk) -> None:
    page = await ann.open("setup/account")
    typed = {"title": "Acme & <Sons>", "retentionDays": "30", "orchestra": "yes"}
    saved = await ann.press(page, "Save", typed)
    assert saved.id("status").text == "Saved"
    assert saved.root.one("title").text == "Account – Acme & <Sons>"
    assert "retentionDays: 30" in await exported(ann)
    stale = await ann.press(page, "Save", {"title": "Other"})
    assert "by Planner Smit. Nothing more was done." in stale.id("status").text
    assert stale.id("title").attributes["value"] == "Acme & <Sons>"


async def test_a_faulty_setting_is_shown_beside_its_field(ann: Clerk) -> None:
    page = await ann.open("setup/account")
    answer = await ann.press(page, "Save", {"retentionDays": "never", "title": ""})
    assert answer.status == 422
    assert answer.id("retentionDays-fault").text == "Enter a whole number from 1 to 3650"
    answer = await ann.press(page, "Save", {"retentionDays": "0", "locales": "xx-yy-zz"})
    assert answer.id("retentionDays-fault").text
    assert answer.id("locales-fault").text


async def test_a_date_is_closed_and_opened_again(ann: Clerk, site: Site) -> None:
    path = f"setup/branches/{site.id('branch', 'centre')}/overrides"
    page = await ann.open(path)
    page = await ann.press(
        page, "Save", {"date": "2027-02-01", "opens": "10:00", "closes": "12:00"}
    )
    assert "Monday 1 February 2027 10:00 – 12:00" in page.root.text
    again = await ann.press(page, "Save", {"date": "2027-02-01", "closed": "yes"})
    assert again.status == 422
    gone = await ann.press(page, "Remove Monday 1 February 2027")
    assert "1 February" not in gone.root.text
    faulty = await ann.press(gone, "Save", {"date": "2027-02-01", "opens": "9", "closes": ""})
    assert faulty.status == 422
    assert faulty.id("opens-fault").text


async def test_closing_a_date_with_appointments_shows_them_first(ann: Clerk, site: Site) -> None:
    booked = await site.book()
    day = booked["timeSlot"]["startTime"][:10]
    path = f"setup/branches/{site.id('branch', 'centre')}/overrides"
    preview = await ann.press(await ann.open(path), "Save", {"date": day, "closed": "yes"})
    assert "Would strand" in preview.root.text
    assert "Wilhelmina Oosterschelde" in preview.root.text
    back = await ann.press(preview, "Back")
    assert back.id("date").attributes["value"] == day
    saved = await ann.press(preview, "Save anyway")
    assert saved.id("status").text == "Saved"


async def test_rows_of_services_are_saved_where_they_changed(ann: Clerk, site: Site) -> None:
    passport, card = site.id("service", "passport"), site.id("service", "card")
    page = await ann.open("setup/customer-fields")
    await ann.press(page, "Save", {f"{passport}-dateOfBirth": "required"})
    text = await exported(ann)
    assert text.count("customerFields") == 1
    page = await ann.open("setup/reminders")
    typed = {f"{passport}-reminders": "2h, 1d 18:00", f"{card}-reminders": "soon"}
    faulty = await ann.press(page, "Save", typed)
    assert faulty.status == 422
    assert "such as 2h, 1d or 1d 18:00" in faulty.id(f"{card}-reminders-fault").text
    assert "reminders:" not in await exported(ann)
    saved = await ann.press(faulty, "Save", {f"{card}-reminders": ""})
    assert saved.id("status").text == "Saved"
    assert saved.id(f"{passport}-reminders").attributes["value"] == "2h, 1d 18:00"
    text = await exported(ann)
    assert "before: PT2H" in text
    assert "before: P1D" in text


@pytest.mark.parametrize("stale", ["card", "passport"])  # the first row, and a later one
async def test_where_one_row_is_stale_none_is_saved(ann: Clerk, site: Site, stale: str) -> None:
    fields = {key: f"{site.id('service', key)}-reminders" for key in ("card", "passport")}
    old = await ann.open("setup/reminders")
    await ann.press(old, "Save", {fields[stale]: "3h"})
    page = await ann.press(old, "Save", dict.fromkeys(fields.values(), "4h"))
    assert "by Planner Smit. Nothing more was done." in page.id("status").text
    shown = {key: page.id(field).attributes["value"] for key, field in fields.items()}
    assert shown == {**dict.fromkeys(fields, ""), stale: "3h"}


async def test_a_row_that_is_shown_again_is_saved_over_what_was_shown_first(
    ann: Clerk, site: Site
) -> None:
    field, other = (f"{site.id('service', key)}-reminders" for key in ("passport", "card"))
    old = await ann.open("setup/reminders")
    await ann.press(old, "Save", {field: "3h"})
    faulty = await ann.press(old, "Save", {field: "4h", other: "soon"})
    page = await ann.press(faulty, "Save", {other: ""})
    assert "Nothing more was done" in page.id("status").text
    assert page.id(field).attributes["value"] == "3h"
