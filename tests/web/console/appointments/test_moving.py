"""Moving an appointment: which times are offered, and what is said of one that is refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from ...html_page import Page
from ...site import Site
from ..conftest import Staff
from .test_appointment_page import facts, history, path

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def times(page: Page) -> list[str]:
    """The values of the radio buttons."""
    return [one.attributes["value"] for one in page.root.all("input", name="startTime")]


def chosen(page: Page) -> str:
    """The value of the one that is chosen."""
    (found,) = [
        one
        for one in page.root.all("input", name="startTime", type="radio")
        if "checked" in one.attributes
    ]
    return found.attributes["value"]


def shifted(start: str, minutes: int) -> str:
    """A start on the same day, later."""
    at = int(start[11:13]) * 60 + int(start[14:16]) + minutes
    return f"{start[:11]}{at // 60:02}:{at % 60:02}{start[16:]}"


async def test_the_times_of_a_date_and_the_nearest_is_chosen(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    start = booked["timeSlot"]["startTime"]
    page = await eva.open(path(booked, "move"))
    assert page.heading == "Move appointment"
    assert {value[:10] for value in times(page)} == {start[:10]}
    assert len(times(page)) == 32  # the whole day: there are four desks
    assert chosen(page) == start
    tomorrow = date.fromisoformat(start[:10]) + timedelta(days=1)
    page = await eva.press(page, "Show times", {"date": str(tomorrow)})
    assert {value[:10] for value in times(page)} == {str(tomorrow)}
    assert chosen(page)[11:] == start[11:]
    assert not page.has("otherTime")
    assert not page.has("override")


async def test_a_move_tells_nobody_if_so_wished(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    wanted = shifted(booked["timeSlot"]["startTime"], 120)
    page = await eva.open(path(booked, "move"))
    resource = shared.id("resource", "desk-2")
    typed: dict[str, Any] = {"startTime": wanted, "resource": resource, "notify": []}
    shown = await eva.press(page, "Move", typed)
    assert facts(shown)["Resource"] == "Desk 2"
    assert wanted[11:16] in facts(shown)["Time"]
    assert "moved to" in shown.id("status").text
    assert history(shown)[-1][1] == "Moved"
    assert history(shown)[-1][2].endswith("The customer was not told")
    late = await eva.press(page, "Move", typed)
    assert "Already done at" in late.id("status").text


async def test_a_time_that_is_taken_is_explained(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book("strict")
    other = await shared.book("strict")
    taken = other["timeSlot"]["startTime"]
    page = await eva.open(path(booked, "move") + f"?date={taken[:10]}")
    assert taken not in times(page)
    pairs = [("startTime", taken), ("notify", "yes")] + [
        (one.attributes["name"], one.attributes["value"])
        for one in page.root.all("input", type="hidden")
    ]
    refused = Page(await eva.post(path(booked, "move"), pairs))
    assert refused.status == 409
    assert refused.root.one("title").text.startswith("Error:")
    assert refused.id("startTime-fault").text == "The time is taken"
    end = shifted(taken, 15)[11:16]
    said = refused.root.one("div", class_="warning").text
    assert f"{taken[11:16]} to {end}, Strict, Wilhelmina Oosterschelde" in said
    assert len(times(refused)) == 3
    assert taken not in times(refused)
    moved = await eva.press(refused, "Move")
    assert moved.heading == "Appointment"


async def test_a_planner_takes_another_time_and_length_by_breaking_the_rules(
    staff: Staff, shared: Site
) -> None:
    paul, booked = await staff("planner"), await shared.book()
    start = booked["timeSlot"]["startTime"]
    dragged = shifted(start, 7)
    query = f"?startTime={dragged.replace('+', '%2B')}&durationMinutes=40"
    page = await paul.open(path(booked, "move") + query)
    assert page.id("otherTime").attributes["value"] == dragged[:16]
    assert page.id("durationMinutes").attributes["value"] == "40"
    refused = await paul.press(page, "Move")
    assert refused.id("startTime-fault").text == "Appointments do not begin at this time"
    assert chosen(refused) == dragged
    missing = await paul.press(refused, "Move", {"override": "yes"})
    assert (missing.status, missing.id("reason-fault").text) == (
        422, "Say why the rules are broken",
    )  # fmt: skip
    assert chosen(missing) == dragged
    moved = await paul.press(missing, "Move", {"override": "yes", "reason": "Lives far away"})
    assert facts(moved)["State"] == "Confirmed, Rules broken"
    assert f"{dragged[11:16]} to {shifted(dragged, 40)[11:16]}" in facts(moved)["Time"]
    assert "Reason: Lives far away" in history(moved)[-1][2]


async def test_the_desk_breaks_no_rule(staff: Staff, shared: Site) -> None:
    eva, booked = await staff("desk"), await shared.book()
    page = await eva.open(path(booked, "move"))
    for more in ([("override", "yes"), ("reason", "x")], [("durationMinutes", "40")]):
        hidden = page.root.all("input", type="hidden")
        pairs = [(one.attributes["name"], one.attributes["value"]) for one in hidden]
        sent = [*pairs, ("startTime", chosen(page)), *more]
        assert (await eva.post(path(booked, "move"), sent)).status_code == 403
    assert facts(await eva.open(path(booked)))["State"] == "Confirmed"
