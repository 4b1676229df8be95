"""A branch's day."""

from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE, BOOK
from openslot.web.http.request_parsing import FIRST_YEAR, LAST_YEAR

from ..contract import faults
from ..site import Site, at
from ..test_every_failure import change_catalogue
from .desk import ask, booked, nothing_wrong

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def slot(day: int, first: int, last: int) -> dict[str, str]:
    """Minutes of a day in Amsterdam."""
    return {"startTime": at(day, first), "endTime": at(day, last)}


async def day_of(site: Site, day: int, branch: str = "centre") -> dict[str, dict[str, Any]]:
    """The calendar of a day, by the name of the resource."""
    query = {"branch": site.id("branch", branch), "date": at(day, 0)[:10]}
    answer = await ask(site, "GET", "/calendar", params=query)
    assert answer.status_code == 200, answer.text
    return {one["resource"]["name"]: one for one in answer.json()}


async def test_what_is_open_taken_and_free(site: Site) -> None:
    desk = site.id("resource", "desk-1")
    made = await booked(site, timeSlot={"startTime": at(3, 600)}, requestedResourceId=desk)
    held = await site.reserve(timeSlot={"startTime": at(3, 630)}, requestedResourceId=desk)
    block = {**slot(3, 900, 1500), "reason": "Painting"}
    await ask(site, "POST", f"/resources/{desk}/blocks", block)
    day = await day_of(site, 3)
    assert list(day) == ["Desk 1", "Desk 2", "Desk 3", "Desk 4", "Booth"]
    assert day["Desk 2"] == {
        "resource": {"id": site.id("resource", "desk-2"), "name": "Desk 2"},
        "openTime": [slot(3, 540, 1020)],
        "claims": [],
        "freeTime": [slot(3, 540, 1020)],
    }
    first, second = made["appointmentId"], held["appointmentId"]
    assert day["Desk 1"]["claims"] == [
        {**slot(3, 600, 615), "places": 1, "kind": "appointment", "appointmentId": first},
        {**slot(3, 630, 645), "places": 1, "kind": "reservation", "appointmentId": second},
        {**slot(3, 900, 1500), "places": 1, "kind": "block"},
    ]
    assert day["Desk 1"]["freeTime"] == [
        slot(3, 540, 600), slot(3, 615, 630), slot(3, 645, 900),
    ]  # fmt: skip
    next_day = (await day_of(site, 4))["Desk 1"]
    assert [claim["kind"] for claim in next_day["claims"]] == ["block"]
    assert next_day["freeTime"] == [slot(4, 540, 1020)]
    await ask(site, "POST", f"/appointments/{first}/cancel", {})
    assert len((await day_of(site, 3))["Desk 1"]["claims"]) == 2
    await nothing_wrong(site)


async def test_hours_breaks_capacity_and_clock_changes(site: Site) -> None:
    breaks = [{"day": "sunday", "starts": "12:00", "ends": "13:00"}]
    night = [{"day": "sunday", "opens": "00:00", "closes": "24:00"}]
    await change_catalogue(site, "branch", harbour={"openingHours": night, "breaks": breaks})
    more = {"breaks": [{"day": "sunday", "starts": "09:00", "ends": "10:00"}], "capacity": 2}
    await change_catalogue(site, "resource", **{"harbour-desk": more})
    query = {"branch": site.id("branch", "harbour"), "date": "2027-03-28"}  # 23 hours long
    harbour = {"branchId": query["branch"], "timeSlot": {"startTime": "2027-03-28T03:00+02:00"}}
    await booked(site, **harbour)
    [one] = (await ask(site, "GET", "/calendar", params=query)).json()
    wall = [[span["startTime"][11:], span["endTime"][8:]] for span in one["openTime"]]
    assert wall == [
        ["00:00:00+01:00", "28T09:00:00+02:00"],
        ["10:00:00+02:00", "28T12:00:00+02:00"],
        ["13:00:00+02:00", "29T00:00:00+02:00"],
    ]
    assert one["freeTime"] == one["openTime"]  # there are two places
    await booked(site, **harbour)
    [one] = (await ask(site, "GET", "/calendar", params=query)).json()
    assert [one["freeTime"][0]["endTime"], one["freeTime"][1]["startTime"]] == [
        "2027-03-28T03:00:00+02:00", "2027-03-28T03:15:00+02:00",
    ]  # fmt: skip


async def test_an_inactive_resource_is_shown_while_something_takes_it(site: Site) -> None:
    desk = site.id("resource", "desk-1")
    await booked(site, timeSlot={"startTime": at(3, 600)}, requestedResourceId=desk)
    await change_catalogue(site, "resource", **{"desk-1": {"active": False}})
    [one] = [d for name, d in (await day_of(site, 3)).items() if name == "Desk 1"]
    assert (len(one["claims"]), one["openTime"], one["freeTime"]) == (1, [], [])
    assert "Desk 1" not in await day_of(site, 4)


async def test_a_hold_that_has_ended_is_not_there(site: Site) -> None:
    held = await site.reserve(timeSlot={"startTime": at(3, 600)})
    await site.call("DELETE", f"/reservations/{held['appointmentId']}")
    day = await day_of(site, 3)
    assert "Desk 1" in day
    assert [one["claims"] for one in day.values()] == [[]] * len(day)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"/branch": "required", "/date": "required"}),
        (
            {"branch": "x", "date": "2027-02-29"},
            {"/branch": "invalid_value", "/date": "invalid_time"},
        ),
        (
            {"date": "20270104", "day": "1"},
            {"/branch": "required", "/date": "invalid_time", "/day": "unknown_field"},
        ),
    ],
)
async def test_faults(shared: Site, query: dict[str, str], expected: dict[str, str]) -> None:
    assert faults(await ask(shared, "GET", "/calendar", params=query)) == expected


async def test_who_may(shared: Site) -> None:
    query = {"branch": shared.id("branch", "centre"), "date": "2027-01-05"}
    assert (await ask(shared, "GET", "/calendar", params=query, scopes=None)).status_code == 401
    assert (await ask(shared, "GET", "/calendar", params=query, scopes=[BOOK])).status_code == 403
    for scope in (ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE):
        answer = await ask(shared, "GET", "/calendar", params=query, scopes=[scope])
        assert answer.status_code == 200
    foreign = await ask(shared, "GET", "/calendar", params=query, account="globex")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_the_last_and_the_first_year(shared: Site) -> None:
    for day in (f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31"):
        query = {"branch": shared.id("branch", "centre"), "date": day}
        answer = await ask(shared, "GET", "/calendar", params=query)
        assert answer.status_code == 200, answer.text
