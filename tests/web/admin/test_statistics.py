"""Statistics: what was booked and what became of it, by local date; they survive erasing."""

import sqlite3
from typing import Any

import pytest

from openslot.kernel.ids import new_id
from openslot.kernel.scopes import (
    ADMIN_READ,
    ALL,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
    PRIVACY_MANAGE,
)
from openslot.scheduling.store import statistics
from openslot.scheduling.store.clock import set_clock

from ..contract import check_problem, faults
from ..site import PERSON, Site, at
from ..test_every_failure import change_catalogue
from ..world import NOW
from .administrator import Administrator, administrator

pytestmark = pytest.mark.anyio

PATH = "/statistics"
STAFF = (APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE, PRIVACY_MANAGE)
MINUTE_MS = 60_000
OPEN = 5 * 8 * 60  # four desks and a booth, from nine to five


def date(day: int) -> str:
    """The local date so many days after NOW's."""
    return at(day, 0)[:10]


async def counted(who: Administrator, first: int, last: int, **more: str) -> dict[str, Any]:
    """What is answered."""
    query = {"from": date(first), "to": date(last), **more}
    answer = await who.call("GET", PATH, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def book(
    who: Administrator, day: int, minute: int, *services: str, **more: Any
) -> dict[str, Any]:
    """An appointment of a service, or of several."""
    site = who.site
    ids = [site.id("service", key) for key in services or ("passport",)]
    one = {"serviceId": ids[0]}
    several = {"services": [{"id": i, "numberOfReservations": 1} for i in ids]}
    body = {
        "branchId": site.id("branch", "centre"),
        "timeSlot": {"startTime": at(day, minute)},
        "customer": PERSON,
        **(one if len(ids) == 1 else several),
        **more,
    }
    return await who.made("/appointments", body)


async def step(who: Administrator, booked: dict[str, Any], name: str) -> None:
    """A step of a visit."""
    body = {} if name == "cancel" else None
    answer = await who.call("POST", f"/appointments/{booked['appointmentId']}/{name}", body)
    assert answer.status_code == 200, answer.text


async def test_who_may(shared: Site) -> None:
    """401 without a token, 403 with every other scope together, 200 with either."""
    query = {"from": date(0), "to": date(1)}
    anonymous = await shared.http.get("/admin/v1" + PATH, params=query)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    either = (ADMIN_READ, APPOINTMENTS_MANAGE)
    others = await administrator(shared, *(scope for scope in ALL if scope not in either))
    refused = await others.call("GET", PATH, params=query)
    assert (refused.status_code, refused.json()["scopes"]) == (403, list(either))
    for answer in (anonymous, refused):
        check_problem(answer)
    for scope in either:
        who = await administrator(shared, scope)
        assert (await who.call("GET", PATH, params=query)).status_code == 200


async def test_what_is_no_question(shared: Site) -> None:
    who = await administrator(shared, ADMIN_READ)
    refusals: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {"/from": "required", "/to": "required"}),
        ({"from": "2027-1-4", "to": "today"}, {"/from": "invalid_time", "/to": "invalid_time"}),
        ({"from": "2027-01-04", "to": "2027-01-03"}, {"/to": "invalid_value"}),
        ({"from": "2027-01-04", "to": "2028-01-05"}, {"/to": "out_of_range"}),
        ({"from": "2027-01-04", "to": "2027-01-04", "day": "1"}, {"/day": "unknown_field"}),
        ({"from": "2027-01-04", "to": "2027-01-04", "branch": "1"}, {"/branch": "invalid_value"}),
    ]
    for query, expected in refusals:
        assert faults(await who.call("GET", PATH, params=query)) == expected
    year = {"from": "2027-01-04", "to": "2028-01-04", "branch": shared.id("branch", "centre")}
    assert (await who.call("GET", PATH, params=year)).status_code == 200
    foreign = shared.id("branch", "centre", "globex"), shared.id("service", "passport", "globex")
    for name, id_ in zip(("branch", "service"), foreign, strict=True):
        for unknown in (id_, new_id()):
            answer = await who.call("GET", PATH, params={**year, name: unknown})
            check_problem(answer)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_so_many_branches_get_fewer_days(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    who = await administrator(site, ADMIN_READ)
    monkeypatch.setattr("openslot.scheduling.views.statistics.MOST_BRANCH_DAYS", 30)
    query = {"from": date(0), "to": date(10)}
    answer = await who.call("GET", PATH, params=query)
    assert faults(answer) == {"/to": "out_of_range"}
    assert "10 days" in answer.json()["detail"]
    one = {**query, "branch": site.id("branch", "centre")}
    assert (await who.call("GET", PATH, params=one)).status_code == 200


async def test_what_was_booked_and_what_became_of_it(site: Site) -> None:
    who = await administrator(site, *STAFF)
    centre = site.id("branch", "centre")
    passport, licence = site.id("service", "passport"), site.id("service", "licence")
    await book(who, 1, 540)
    moved = await book(who, 1, 600)
    await step(who, await book(who, 1, 660), "cancel")
    missed = await book(who, 1, 720, "passport", "licence")
    await book(who, 2, 540, "licence")
    place = {"timeSlot": {"startTime": at(2, 600)}}
    await who.call("POST", f"/appointments/{moved['appointmentId']}/move", place)
    now = NOW + (24 + 5) * 60 * MINUTE_MS
    await site.app.database.write(site.tenant().account.id, set_clock, now, 0)
    await step(who, missed, "no-show")

    lead = 24 * 60 - 8 * 60  # from 08:00 to the next midnight
    expected = {
        (date(1), passport): (3, 1, 1, round(lead + (540 + 660 + 720) / 3, 1)),
        (date(1), licence): (1, 0, 1, lead + 720),
        (date(2), licence): (1, 0, 0, lead + 1440 + 540),
        (date(2), passport): (1, 0, 0, lead + 600),  # as it was booked at first
    }
    numbers = ("booked", "cancelled", "noShow", "leadMinutes")
    found = await counted(who, 1, 2, branch=centre)
    assert expected == {
        (one["date"], one["serviceId"]): tuple(one[name] for name in numbers)
        for one in found["services"]
    }
    assert {one["branchId"] for one in found["services"] + found["branches"]} == {centre}
    assert [list(one.values()) for one in found["branches"]] == [
        [date(1), centre, 45, OPEN, round(45 / OPEN, 4)],
        [date(2), centre, 30, OPEN, round(30 / OPEN, 4)],
    ]
    of_licence = await counted(who, 1, 2, branch=centre, service=licence)
    assert {one["serviceId"] for one in of_licence["services"]} == {licence}
    assert [one["bookedMinutes"] for one in of_licence["branches"]] == [30, 15]
    assert (await counted(who, 3, 3))["services"] == []
    everywhere = await counted(who, 1, 1)
    harbour = site.id("branch", "harbour")
    assert {one["branchId"]: one["openMinutes"] for one in everywhere["branches"]} == {
        centre: OPEN, harbour: 480,
    }  # fmt: skip

    person = {"personalIdentifier": PERSON["personalIdentifier"]}
    erased = await who.call("POST", "/customers/erase", person, params={"force": "true"})
    assert erased.json() == {"erased": 5}
    assert await counted(who, 1, 2, branch=centre) == found
    of_globex = await administrator(site, ADMIN_READ, account="globex")
    assert (await counted(of_globex, 1, 2))["services"] == []


async def test_by_resource_and_by_hour(site: Site) -> None:
    """What they say of minutes is what the branches say, told apart."""
    who = await administrator(site, *STAFF)
    centre, desk = site.id("branch", "centre"), site.id("resource", "desk-1")
    one = await book(who, 1, 585, requestedResourceId=desk, durationMinutes=30)
    await book(who, 8, 600, requestedResourceId=desk)
    await step(who, await book(who, 1, 720), "cancel")
    found = await counted(who, 1, 8, branch=centre)
    open_a_day = OPEN // 5
    assert [row for row in found["resources"] if row["bookedMinutes"]] == [
        {"date": date(day), "branchId": centre, "resourceId": desk, "bookedMinutes": booked,
         "openMinutes": open_a_day, "utilisation": round(booked / open_a_day, 4)}
        for day, booked in ((1, 30), (8, 15))
    ]  # fmt: skip
    assert [row for row in found["hours"] if row["bookedMinutes"]] == [
        {"weekday": "tuesday", "hour": 9, "branchId": centre, "bookedMinutes": 15,
         "openMinutes": 2 * 5 * 60},
        {"weekday": "tuesday", "hour": 10, "branchId": centre, "bookedMinutes": 30,
         "openMinutes": 2 * 5 * 60},
    ]  # fmt: skip
    for name in ("bookedMinutes", "openMinutes"):
        sums = {part: sum(row[name] for row in found[part]) for part in found if part != "services"}
        assert len(sums) == 3
        assert len(set(sums.values())) == 1, sums
    assert one["durationMinutes"] == 30
    await change_catalogue(site, "resource", **{"desk-1": {"active": False}})
    left = await counted(who, 1, 1, branch=centre)
    [row] = [row for row in left["resources"] if row["resourceId"] == desk]
    assert (row["bookedMinutes"], row["openMinutes"], row["utilisation"]) == (30, 0, None)


async def test_hours_capacity_and_clock_changes(site: Site) -> None:
    """The day on which clocks are put forward has 23 hours; each place counts by itself."""
    night = [{"day": "sunday", "opens": "00:00", "closes": "24:00"}]
    breaks = [{"day": "sunday", "starts": "12:00", "ends": "13:00"}]
    await change_catalogue(site, "branch", harbour={"openingHours": night, "breaks": breaks})
    more = {"breaks": [{"day": "sunday", "starts": "09:00", "ends": "10:00"}], "capacity": 2}
    await change_catalogue(site, "resource", **{"harbour-desk": more})
    who = await administrator(site, *STAFF)
    harbour = site.id("branch", "harbour")
    for start in ("2027-03-28T00:00+01:00", "2027-03-28T23:45+02:00", "2027-03-28T23:45+02:00"):
        await book(who, 0, 0, branchId=harbour, timeSlot={"startTime": start})
    query = {"from": "2027-03-27", "to": "2027-03-29", "branch": harbour}
    found = (await who.call("GET", PATH, params=query)).json()
    assert [one["booked"] for one in found["services"]] == [3]
    minutes = 2 * 21 * 60
    assert [list(one.values()) for one in found["branches"]] == [
        ["2027-03-28", harbour, 45, minutes, round(45 / minutes, 4)],
    ]
    await change_catalogue(site, "resource", **{"harbour-desk": {**more, "active": False}})
    [closed] = (await who.call("GET", PATH, params=query)).json()["branches"]
    assert (closed["openMinutes"], closed["utilisation"]) == (0, None)


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_it_is_read_by_the_index(site: Site) -> None:
    asked = {"account_id": "", "branch_id": "", "first": 0, "last": 1, "from_date": "",
             "to_date": "", "service_id": None}  # fmt: skip
    with sqlite3.connect(site.app.database.path) as raw:  # type: ignore[attr-defined]
        for statement in (statistics._BY_SERVICE, statistics._MINUTES, statistics._SPANS):
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", asked).fetchall()
            steps = [row[3] for row in plan if " a " in row[3]]
            assert ["INDEX appointments_by_branch" in step for step in steps] == [True], plan
            assert "start_minute>? AND start_minute<?" in steps[0]
    raw.close()


@pytest.mark.slow
@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
async def test_appointments_of_before_get_their_lead_time(site: Site) -> None:
    """The migration takes it from the history: a move has not changed it."""
    who = await administrator(site, *STAFF)
    moved = await book(who, 1, 600)
    place = {"timeSlot": {"startTime": at(2, 600)}}
    await who.call("POST", f"/appointments/{moved['appointmentId']}/move", place)
    await book(who, 3, 540)
    before = await counted(who, 1, 3)
    with sqlite3.connect(site.app.database.path) as raw:  # type: ignore[attr-defined]
        raw.execute("DROP INDEX appointments_not_erased")
        raw.execute("ALTER TABLE appointments DROP COLUMN lead_minutes")
        raw.execute("DELETE FROM schema_migrations WHERE name = '0005_people_and_counts'")
    raw.close()
    assert await site.app.database.migrate() == ["0005_people_and_counts"]
    assert await counted(who, 1, 3) == before
    assert [one["leadMinutes"] for one in before["services"]] == [16 * 60 + 600, 64 * 60 + 540]
