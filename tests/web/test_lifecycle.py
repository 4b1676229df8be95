"""From a slot to an appointment and on: what each call does to the others' answers."""

from typing import Any

import pytest

from .good import combination
from .site import PERSON, Site, at
from .test_every_failure import HOUR_MS, change_catalogue, set_time
from .world import NOW

pytestmark = pytest.mark.anyio
MINUTE_MS = 60_000


async def starts(site: Site, service: str = "strict", **query: Any) -> list[str]:
    """The listed starts of the day after NOW."""
    path = f"/branches/{site.id('branch', 'centre')}/services/{site.id('service', service)}"
    days = {"from": at(1, 0)[:10], "to": at(2, 0)[:10], **query}
    answer = await site.call("GET", f"{path}/timeslots", params=days)
    assert answer.status_code == 200, answer.text
    return [slot["startTime"] for slot in answer.json()]


async def test_a_hold_takes_its_slot_until_it_expires(site: Site) -> None:
    """At the very instant of `expiresAt` it is free again; one's own can be shown as free."""
    held = await site.reserve("strict")
    start = held["timeSlot"]["startTime"]
    assert held["expiresAt"] == "2027-01-04T08:15:00.000+01:00"
    assert start not in await starts(site)
    assert start in await starts(site, reservationId=held["appointmentId"])
    path = f"/reservations/{held['appointmentId']}"
    await set_time(site, NOW + 15 * MINUTE_MS - 1)
    assert start not in await starts(site)
    assert (await site.call("GET", path)).json() == held
    await set_time(site, NOW + 15 * MINUTE_MS)
    assert start in await starts(site)
    for method, where, body in (("GET", path, None), ("DELETE", path, None),
                                ("POST", f"{path}/confirm", PERSON)):  # fmt: skip
        answer = await site.call(method, where, body)
        assert (answer.status_code, answer.json()["code"]) == (410, "reservation_expired")
    await set_time(site, NOW + 15 * MINUTE_MS + 24 * HOUR_MS - 1)
    assert (await site.call("DELETE", path)).status_code == 410
    await set_time(site, NOW + 15 * MINUTE_MS + 24 * HOUR_MS)
    assert (await site.call("DELETE", path)).status_code == 404


async def test_a_released_hold(site: Site) -> None:
    """Its slot is free at once, and it says for 24 hours what became of it."""
    held = await site.reserve("strict")
    path = f"/reservations/{held['appointmentId']}"
    assert (await site.call("DELETE", path)).status_code == 204
    assert held["timeSlot"]["startTime"] in await starts(site)
    assert (await site.call("DELETE", path)).json()["code"] == "reservation_released"
    await set_time(site, NOW + 24 * HOUR_MS)
    assert (await site.call("DELETE", path)).status_code == 404


async def test_cancelling(site: Site) -> None:
    """It frees the time; again it is 204 and nothing more happens."""
    booked = await site.book("strict")
    path = f"/appointments/{booked['appointmentId']}"
    await change_catalogue(site, "service", strict={
        "branches": ["centre"], "resourceTypes": ["booth"], "cancelCutoffMinutes": 0})  # fmt: skip
    start = booked["timeSlot"]["startTime"]
    assert start not in await starts(site)
    for _ in range(2):
        assert (await site.call("DELETE", path)).status_code == 204
        after = (await site.call("GET", path)).json()
        assert (after["status"], after["version"]) == ("CANCELLED", 2)
    assert start in await starts(site)


async def test_moving(site: Site) -> None:
    """The same appointment at another time; the old time is free and the hold used up."""
    booked = await site.book("strict")
    path = f"/appointments/{booked['appointmentId']}"
    start = booked["timeSlot"]["startTime"]
    own = {"rescheduledAppointmentId": booked["appointmentId"]}
    assert start not in await starts(site)
    assert start in await starts(site, **own)
    held = await site.reserve("strict", timeSlot={"startTime": at(1, 16 * 60)}, **own)
    answer = await site.call("PUT", path, {"reservationId": held["appointmentId"]})
    assert answer.headers["etag"] == '"2"'
    moved = answer.json()
    assert moved["appointmentId"] == booked["appointmentId"]
    assert moved["timeSlot"] == held["timeSlot"]
    assert moved["customer"] == booked["customer"]
    assert start in await starts(site)
    again = await site.call("PUT", path, {"reservationId": held["appointmentId"]})
    assert again.json()["code"] == "already_used"
    confirm = f"/reservations/{held['appointmentId']}/confirm"
    assert (await site.call("POST", confirm, PERSON)).json()["code"] == "already_used"


async def test_the_last_place(site: Site) -> None:
    """Taken once; the others are told the reason."""
    body = site.reservation("strict")
    first = await site.call("POST", "/reservations", body)
    other = await site.call("POST", "/reservations", body, client="other")
    assert first.status_code == 201
    assert (other.status_code, other.json()["reason"]) == (409, "held")
    confirm = f"/reservations/{first.json()['appointmentId']}/confirm"
    assert (await site.call("POST", confirm, PERSON)).status_code == 201
    other = await site.call("POST", "/reservations", body, client="other")
    assert (other.status_code, other.json()["reason"]) == (409, "taken")
    include = {"include": "unavailable,remaining"}
    path = f"/branches/{body['branchId']}/services/{body['serviceId']}/timeslots"
    days = {"from": at(1, 0)[:10], "to": at(2, 0)[:10], **include}
    listed = (await site.call("GET", path, params=days)).json()
    [slot] = [s for s in listed if s["startTime"] == body["timeSlot"]["startTime"]]
    assert slot["available"] is False
    assert (slot["reason"], slot["remaining"]) == ("taken", 0)


async def test_several_services(site: Site) -> None:
    """Back to back, as one appointment with both serialisations."""
    body = combination(site, "licence", "passport")
    both = ",".join(service["id"] for service in body["services"])
    path = f"/serviceCombination/branch/{body['branchId']}"
    days = {"from": at(1, 0)[:10], "to": at(2, 0)[:10], "serviceIds": both}
    slot = (await site.call("GET", f"{path}/timeslots", params=days)).json()[0]
    dates = await site.call("GET", f"{path}/dates", params=days)
    assert dates.json() == [slot["startTime"][:10]]
    body["timeSlot"] = slot
    held = (await site.call("POST", "/serviceCombination/reservations", body)).json()
    assert held["timeSlot"] == slot
    confirm = f"/serviceCombination/reservations/{held['appointmentId']}/confirm"
    booked = await site.call("POST", confirm, PERSON)
    assert booked.status_code == 201
    ids = [service["id"] for service in booked.json()["services"]]
    assert ids == both.split(",")
    assert booked.json()["service"]["id"] == ids[0]
    single = await site.call("GET", f"/appointments/{held['appointmentId']}")
    assert single.json() == booked.json()
    assert booked.headers["location"].endswith(f"/external/v1/appointments/{held['appointmentId']}")
