"""The page of one appointment, and the acts that it has beside those of the day."""

from typing import Any

import pytest

from ...admin.desk import booked as booked_by_staff
from ...html_page import Page
from ...site import PERSON, Site, at
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def path(booked: dict[str, Any], act: str = "") -> str:
    """The page of an appointment, or of an act."""
    return f"/console/appointments/{booked['appointmentId']}" + (f"/{act}" if act else "")


def facts(page: Page) -> dict[str, str]:
    """What the page says of the appointment."""
    names, texts = page.root.all("dt"), page.root.all("dd")
    return {name.text: text.text for name, text in zip(names, texts, strict=True)}


def history(page: Page) -> list[list[str]]:
    """The rows of the history, without their times."""
    (table,) = [t for t in page.root.all("table") if t.one("caption").text == "History"]
    return [[cell.text for cell in row.all("td")[1:]] for row in table.one("tbody").all("tr")]


async def test_everything_about_it_with_who_did_what(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book(notes="Comes by train")
    page = await eva.open(path(booked))
    assert page.heading == "Appointment"
    said = facts(page)
    assert said["Name"] == "Wilhelmina Oosterschelde"
    assert said["E-mail address"] == PERSON["email"]
    assert said["Phone"] == PERSON["phoneNumber"]
    assert said["Identifier"] == PERSON["personalIdentifier"]
    assert said["State"] == "Confirmed"
    assert said["Time"].startswith(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "S"))
    assert {"Place", "Service", "Resource", "People", "Reference"} <= {*said}
    assert page.id("notes").text == "Comes by train"
    time = booked["timeSlot"]["startTime"][11:16]
    page = await eva.press(page, f"Arrive Wilhelmina Oosterschelde, {time}")
    assert str(page.response.url).endswith(path(booked))
    assert [row[:2] for row in history(page)] == [
        ["full", "Booked"], ["Desk Smit", "Arrived"],
    ]  # fmt: skip


async def test_a_viewer_sees_the_name_alone_and_no_form(staff: Staff, shared: Site) -> None:
    viewer, booked = await staff("viewer"), await shared.book(notes="Comes by train")
    page = await viewer.open(path(booked))
    assert facts(page)["Name"] == "Wilhelmina Oosterschelde"
    for secret in (PERSON["email"], PERSON["phoneNumber"], "Comes by train", "Zx81"):
        assert secret not in page.response.text
    forms = [form for form in page.root.all("form") if form.attributes.get("method") == "post"]
    assert [form.attributes["action"] for form in forms] == ["/console/sign-out"]
    for act in ("cancel", "move"):
        assert (await viewer.get(path(booked, act))).status_code == 403


async def test_notes_are_saved_and_a_late_clerk_hears_who_was_first(
    staff: Staff, shared: Site
) -> None:
    eva, adam, booked = await staff("desk"), await staff("administrator"), await shared.book()
    late = await adam.open(path(booked))
    page = await eva.press(await eva.open(path(booked)), "Save note", {"notes": "<b>Ring</b>"})
    assert page.id("notes").text == "<b>Ring</b>"
    assert page.id("status").text == "Notes saved"
    assert history(page)[-1][:2] == ["Desk Smit", "Notes changed"]
    page = await adam.press(late, "Save note", {"notes": "Mine"})
    assert "by Desk Smit" in page.id("status").text
    assert page.id("notes").text == "<b>Ring</b>"
    page = await adam.press(page, "Save note", {"notes": "x" * 2049})
    assert (page.status, page.root.one("title").text[:6]) == (422, "Error:")


async def test_a_message_is_sent_again_once(staff: Staff, shared: Site) -> None:
    eva, appointment = await staff("desk"), await booked_by_staff(shared)
    page = await eva.open(path(appointment))
    (first,) = [b for b in page.root.all("button") if b.name.startswith("Resend Confirmation")]
    await eva.sent(page, first)
    page = await eva.press(page, first)
    assert page.id("status").text == "The message is being sent"
    rows = [b for b in page.root.all("button") if b.name.startswith("Resend Confirmation")]
    assert len(rows) == 2


async def test_cancelling_says_why_and_leads_back_to_the_list(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    day = f"/console/today?date={booked['timeSlot']['startTime'][:10]}"
    page = await eva.open(path(booked, "cancel"), Referer=f"https://openslot.example{day}")
    assert page.heading == "Cancel appointment"
    answer = await eva.sent(page, "Cancel appointment", {"reason": "Is ill", "notify": []})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{day}#appointment-{booked['appointmentId']}"
    late = await eva.press(page, "Cancel appointment")
    assert "Already done at" in late.id("status").text
    shown = await eva.open(path(booked))
    assert history(shown)[-1][1:] == ["Cancelled", "Reason: Is ill; The customer was not told"]
    assert facts(shown)["State"] == "Cancelled"
    assert any(button.name.startswith("Undo") for button in shown.root.all("button"))


async def test_nothing_of_another_account_is_there(shared: Site) -> None:
    booked = await shared.book()
    stranger = await signed_in(shared, "administrator", account="globex")
    form = (await stranger.open("/console/today")).root.one("input", name="form_token")
    token = form.attributes["value"]
    for act in ("", "cancel", "move"):
        assert (await stranger.get(path(booked, act))).status_code == 404
    message = "0190b1a2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
    for act in ("cancel", "move", "notes", f"messages/{message}/resend"):
        sent = [("form_token", token), ("version", "1"), ("notes", "x")]
        assert (await stranger.post(path(booked, act), sent)).status_code == 404, act


async def test_after_the_cut_off_a_planner_cancels_by_breaking_the_rules(
    staff: Staff, shared: Site
) -> None:
    eva, paul = await staff("desk"), await staff("planner")
    appointment = await booked_by_staff(
        shared, service="strict", timeSlot={"startTime": at(0, 16 * 60)}
    )
    late = await eva.open(path(appointment, "cancel"))
    assert "can no longer be cancelled" in late.root.one("main").text
    token = late.root.one("input", name="form_token").attributes["value"]
    sent = [("form_token", token), ("version", "1")]
    assert (await eva.post(path(appointment, "cancel"), sent)).status_code == 409
    page = await paul.open(path(appointment, "cancel"))
    refused = await paul.press(page, "Cancel appointment")
    assert refused.status == 409
    assert refused.id("error-summary").text.endswith(
        "Too late: this is possible until 1,440 minutes before the start"
    )
    typed = {"override": "yes", "reason": "Asked by phone"}
    shown = await paul.press(refused, "Cancel appointment", typed)
    assert history(shown)[-1][1:] == ["Cancelled", "Rules broken; Reason: Asked by phone"]
