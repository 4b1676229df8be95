"""The list of events: who may read it, what it says, and that a reader can go on from anywhere."""

import asyncio
from typing import Any

import httpx
import pytest

from openslot.kernel.scopes import ALL, EVENTS_READ
from openslot.scheduling.model.events import TYPES

from ..contract import check_problem, faults
from ..site import Site, at
from ..world import PUBLIC_URL
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

NOBODY = "01890000-0000-7000-8000-000000000000"


async def listing(site: Site, account: str = "acme", **asked: Any) -> httpx.Response:
    """A page of the list."""
    return await ask(site, "GET", "/events", scopes=[EVENTS_READ], account=account, params=asked)


async def events(site: Site, account: str = "acme", **asked: Any) -> list[dict[str, Any]]:
    """The events of a page."""
    answer = await listing(site, account, **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_who_may(shared: Site) -> None:
    """401 without a token, 403 with every other scope."""
    anonymous = await ask(shared, "GET", "/events", scopes=None)
    others = await ask(shared, "GET", "/events", scopes=[s for s in ALL if s != EVENTS_READ])
    assert (anonymous.status_code, others.status_code) == (401, 403)
    assert others.json()["scopes"] == [EVENTS_READ]
    for answer in (anonymous, others):
        check_problem(answer)


async def test_a_booking_is_listed_at_once_and_in_its_account_alone(site: Site) -> None:
    appointment = await booked(site)
    [event] = await events(site)
    assert await events(site, "globex") == []
    assert event["type"] == "appointment.booked"
    host = PUBLIC_URL.removeprefix("https://")
    assert event["data"] == {
        "account": "acme",
        "appointmentId": appointment["appointmentId"],
        "version": 1,
        "status": "CONFIRMED",
        "branchId": appointment["branch"]["id"],
        "serviceIds": [appointment["service"]["id"]],
        "resourceIds": [r["id"] for r in appointment["resources"]],
        "numberOfReservations": appointment["numberOfReservations"],
        "timeSlot": appointment["timeSlot"],
        "calendar": {"uid": f"{appointment['appointmentId']}@{host}", "sequence": 0},
        "actor": event["data"]["actor"],
        "previous": {},
        "changed": [],
    }
    assert event["data"]["actor"]["type"] == "client"


async def test_each_version_has_one_event_that_names_nobody(site: Site) -> None:
    appointment = await booked(site)
    path = f"/appointments/{appointment['appointmentId']}"
    moved = await ask(site, "POST", f"{path}/move", {"timeSlot": {"startTime": at(1, 11 * 60)}})
    assert moved.status_code == 200, moved.text
    noted = await ask(site, "PUT", f"{path}/notes", {"notes": "brings Grace along"})
    assert noted.status_code == 200, noted.text
    assert (await ask(site, "POST", f"{path}/cancel", {})).status_code == 200
    found = await events(site, appointment=appointment["appointmentId"])
    assert [(e["type"], e["data"]["version"]) for e in found] == [
        ("appointment.booked", 1),
        ("appointment.moved", 2),
        ("appointment.updated", 3),
        ("appointment.cancelled", 4),
    ]
    assert [e["data"]["calendar"]["sequence"] for e in found] == [0, 1, 1, 2]
    assert found[1]["data"]["previous"]["timeSlot"] == appointment["timeSlot"]
    assert found[2]["data"]["changed"] == ["notes"]
    assert found[3]["data"]["previous"] == {"status": "CONFIRMED"}
    text = (await listing(site)).text
    told = (*appointment["customer"].values(), appointment["personalIdentifier"], "Grace")
    assert not [value for value in told if value and value in text]


async def test_a_reader_goes_on_from_the_last_one_it_saw(site: Site) -> None:
    made = [await booked(site) for _ in range(5)]
    seen, after, pages = [], None, 0
    while True:
        page = await listing(site, limit=2, **({"after": after} if after else {}))
        pages += 1
        seen += [event["data"]["appointmentId"] for event in page.json()]
        if "link" not in page.headers:
            break
        after = page.json()[-1]["id"]
        assert f"after={after}" in page.headers["link"]
    assert seen == [appointment["appointmentId"] for appointment in made]
    assert pages == 3
    last = (await events(site))[-1]["id"]
    assert await events(site, after=last) == []
    another = await booked(site)
    assert [e["data"]["appointmentId"] for e in await events(site, after=last)] == [
        another["appointmentId"]
    ]


async def test_filters(site: Site) -> None:
    first, other = await booked(site), await booked(site)
    await ask(site, "POST", f"/appointments/{first['appointmentId']}/cancel", {})
    by_type = await events(site, type="appointment.cancelled,appointment.moved")
    assert [e["data"]["appointmentId"] for e in by_type] == [first["appointmentId"]]
    of_one = await events(site, appointment=other["appointmentId"])
    assert [e["type"] for e in of_one] == ["appointment.booked"]
    [*_, last] = await events(site)
    assert await events(site, **{"from": last["timestamp"]}) != []
    assert await events(site, **{"from": "2099-01-01T00:00:00Z"}) == []


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"type": "appointment.eaten"}, "/type"),
        ({"type": ""}, "/type"),
        ({"type": "appointment.booked,"}, "/type"),
        ({"after": "yesterday"}, "/after"),
        ({"appointment": "mine"}, "/appointment"),
        ({"from": "2027-01-04"}, "/from"),
        ({"limit": 201}, "/limit"),
        ({"limit": 0}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
    ],
)
async def test_what_cannot_be_asked(shared: Site, asked: dict[str, Any], pointer: str) -> None:
    answer = await listing(shared, **asked)
    assert answer.status_code == 422, answer.text
    assert set(faults(answer)) == {pointer}


async def test_an_event_that_is_gone_is_no_place_to_go_on_from(shared: Site) -> None:
    answer = await listing(shared, after=NOBODY)
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
    check_problem(answer)


async def test_bookings_beside_a_reader(site: Site) -> None:
    """It misses none of them and sees none twice."""
    seen: list[str] = []
    reading = True

    async def read() -> None:
        after: dict[str, str] = {}
        while True:
            busy = reading
            page = await events(site, limit=3, **after)
            seen.extend(event["data"]["appointmentId"] for event in page)
            if page:
                after = {"after": page[-1]["id"]}
            elif not busy:
                return

    reader = asyncio.ensure_future(read())
    made = await asyncio.gather(*(booked(site) for _ in range(12)))
    reading = False
    await reader
    assert sorted(seen) == sorted(appointment["appointmentId"] for appointment in made)


def test_every_type_is_named_once() -> None:
    assert len(TYPES) == len(set(TYPES)) == 11
