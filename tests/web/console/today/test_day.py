"""The day at the desk without scripts: who stands there, and what each button does."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from ...html_page import Element, Page
from ...site import Site
from ..clerk import Clerk, signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def address(site: Site, booked: dict[str, Any], branch: str = "centre") -> str:
    """The day of an appointment."""
    return f"today?branch={site.id('branch', branch)}&date={booked['timeSlot']['startTime'][:10]}"


def row(page: Page, booked: dict[str, Any]) -> Element:
    """The row of an appointment."""
    return page.id(f"appointment-{booked['appointmentId']}")


def acts(page: Page, booked: dict[str, Any]) -> list[str]:
    """The names of a row's buttons and links, the time aside."""
    found = row(page, booked)
    return [one.name for one in (*found.all("button"), *found.all("a")[1:])]


def button(page: Page, booked: dict[str, Any], word: str) -> Element:
    """A button of a row."""
    (found,) = [b for b in row(page, booked).all("button") if b.name.split()[0] == word]
    return found


async def test_everybody_of_the_day_with_what_would_work_now(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    time = booked["timeSlot"]["startTime"][11:16]
    page = await eva.open(address(shared, booked))
    assert page.heading.split()[-1] == "January"
    found = row(page, booked)
    assert found.attributes["data-status"] == "CONFIRMED"
    assert found.attributes["data-version"] == "1"
    assert found.attributes["tabindex"] == "0"
    person = f"Wilhelmina Oosterschelde, {time}"
    assert acts(page, booked) == [f"Arrive {person}", f"Move {person}", f"Cancel {person}"]
    assert page.link("Previous day").attributes["href"].endswith(f"date={_day_before(booked)}")
    assert page.has("find")


def _day_before(booked: dict[str, Any]) -> str:
    from datetime import date, timedelta  # noqa: PLC0415

    return str(date.fromisoformat(booked["timeSlot"]["startTime"][:10]) - timedelta(days=1))


async def test_a_visit_from_arrival_to_undo(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    day = address(shared, booked)
    page = await eva.open(day)
    answer = await eva.sent(page, button(page, booked, "Arrive"))
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert (where.path, where.fragment) == (
        "/console/today",
        f"appointment-{booked['appointmentId']}",
    )
    for word, status, said in [
        ("Start", "IN_SERVICE", "in service"),
        ("Complete", "COMPLETED", "completed"),
        ("Undo", "IN_SERVICE", "undone"),
    ]:
        page = await eva.press(await eva.open(day), button(await eva.open(day), booked, word))
        assert row(page, booked).attributes["data-status"] == status
        assert page.id("status").text == f"Wilhelmina Oosterschelde: {said}"


async def test_whoever_comes_second_is_told_who_did_it(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    other = await signed_in(shared, "planner")
    seen = await other.open(address(shared, booked))
    page = await eva.open(address(shared, booked))
    await eva.press(page, button(page, booked, "Arrive"))
    told = await other.press(seen, button(seen, booked, "Arrive"))
    assert told.id("status").text == "Already done at 08:00 by Desk Smit"
    assert row(told, booked).attributes["data-version"] == "2"


async def test_what_else_happened_meanwhile_is_told_too(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    page = await eva.open(address(shared, booked))
    cancelled = await shared.call("DELETE", f"/appointments/{booked['appointmentId']}")
    assert cancelled.status_code == 204
    told = await eva.press(page, button(page, booked, "Arrive"))
    assert told.id("status").text.startswith("Changed at 08:00 by ")
    assert told.id("status").text.endswith("It is now: Cancelled")
    assert acts(told, booked) == []


async def test_a_row_alone_for_a_page_that_is_open(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    page = await eva.open(address(shared, booked))
    form = button(page, booked, "Arrive")
    day = booked["timeSlot"]["startTime"][:10]
    sent = await eva.post(
        f"/console/appointments/{booked['appointmentId']}/arrive",
        [
            ("form_token", page.root.one("input", name="form_token").attributes["value"]),
            ("version", "1"),
            ("part", "rows"),
            ("branch", shared.id("branch", "centre")),
            ("date", day),
        ],
    )
    assert (sent.status_code, form.tag) == (303, "button")
    alone = Page(await eva.http.get(sent.headers["location"]))
    assert alone.id("notice").text == "Wilhelmina Oosterschelde: arrived"
    assert len([r for r in alone.root.all("tr") if "data-status" in r.attributes]) == 1
    assert row(alone, booked).attributes["data-status"] == "ARRIVED"


async def test_a_viewer_looks_and_acts_on_nothing(staff: Staff, shared: Site) -> None:
    viewer, booked = await staff("viewer"), await shared.book()
    page = await viewer.open(address(shared, booked))
    assert acts(page, booked) == []
    assert [form.attributes["action"] for form in page.root.all("form", method="post")] == [
        "/console/sign-out"
    ]
    token = page.root.one("input", name="form_token").attributes["value"]
    refused = await viewer.post(
        f"/console/appointments/{booked['appointmentId']}/arrive",
        [("form_token", token), ("version", "1")],
    )
    assert refused.status_code == 403
    assert "oosterschelde.example" not in page.response.text
    assert [key.text for key in page.id("keys").all("kbd")] == ["↑ ↓", "Enter", "?"]


@pytest.mark.parametrize(
    "query", ["branch=unknown", "date=2027-13-01", "date=12-01-2027", "date=9999-12-31"]
)
async def test_a_day_that_there_is_not(staff: Staff, query: str) -> None:
    eva = await staff("desk")
    for path in ("today", "today/rows"):
        assert (await eva.get(f"{path}?{query}")).status_code == 404


async def test_another_account_has_none_of_it(staff: Staff, shared: Site) -> None:
    booked = await shared.book()
    stranger: Clerk = await signed_in(shared, "administrator", account="globex")
    branch = shared.id("branch", "centre")
    for path in ("today", "today/rows", "events"):
        assert (await stranger.get(f"{path}?branch={branch}")).status_code == 404
    page = await stranger.open("today")
    token = page.root.one("input", name="form_token").attributes["value"]
    for act in ("arrive", "start", "complete", "no-show", "undo"):
        answer = await stranger.post(
            f"/console/appointments/{booked['appointmentId']}/{act}",
            [("form_token", token), ("version", "1")],
        )
        assert answer.status_code == 404, act
