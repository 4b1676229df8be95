"""Requests with several faults at once: which of them is told (scheduling rules, section 6)."""

from typing import Any

import pytest

from .contract import faults
from .site import PERSON, Site
from .test_every_failure import HOUR_MS, change_catalogue, set_time
from .world import NOW

pytestmark = pytest.mark.anyio
UNKNOWN = "01890000-0000-7000-8000-000000000000"
LARGE = {"content": b" " * 70_000}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
GLOBEX = {"X-TENANT-ID": "globex"}
KEY = {"Idempotency-Key": "a key"}


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("PATCH", {"client": None, "headers": TEXT, **LARGE}, 405),
        ("POST", {"client": None, "headers": TEXT, **LARGE}, 413),
        ("POST", {"client": None, "headers": TEXT, "content": b"{"}, 415),
        ("POST", {"client": None, "headers": JSON, "content": b"{"}, 401),
        ("POST", {"client": "cancel", "headers": JSON, "content": b"{"}, 403),
        ("POST", {"headers": {**JSON, **GLOBEX}, "content": b"{"}, 403),
        ("POST", {"headers": {**JSON, **KEY}, "content": b"{"}, 400),
        ("POST", {"headers": {**JSON, **KEY}, "content": b"{}"}, 422),
    ],
)
async def test_what_the_request_alone_shows(
    shared: Site, method: str, more: dict[str, Any], status: int
) -> None:
    """405, 413, 415, 401, 403, 400, 422."""
    answer = await shared.call(method, f"/reservations/{UNKNOWN}/confirm", **more)
    assert answer.status_code == status


async def test_limits_come_behind_permission_and_before_reading(start: Any) -> None:
    """401, 403, 429, 400."""
    async with start(requests_per_second_and_client=1) as site:
        bad = {"headers": JSON, "content": b"{"}
        assert (await site.call("POST", "/reservations", **bad)).status_code == 400
        assert (await site.call("POST", "/reservations", **bad)).status_code == 429
        assert (await site.call("POST", "/reservations", client=None, **bad)).status_code == 401
        for _ in range(3):
            answer = await site.call("POST", "/reservations", client="nothing", **bad)
            assert answer.status_code == 403


async def test_from_the_ids_to_the_slot(site: Site) -> None:
    """404, idempotency, 412, state, 410, 422 for what needs the data, cut-off, slot."""
    booked = (await site.book("strict"))["appointmentId"]
    held = (await site.reserve("card"))["appointmentId"]
    path, move = f"/appointments/{booked}", {"reservationId": held}
    stale = {"If-Match": '"7"'}
    used = {"Idempotency-Key": "used"}
    assert (await site.call("DELETE", f"/reservations/{held}", headers=used)).status_code == 204

    answer = await site.call("PUT", path, {"reservationId": UNKNOWN}, headers={**stale, **used})
    assert answer.status_code == 404
    answer = await site.call("PUT", path, move, headers={**stale, **used})
    assert faults(answer) == {"": "idempotency_key_reused"}
    answer = await site.call("PUT", path, move, headers=stale)
    assert answer.status_code == 412
    answer = await site.call("PUT", path, move)
    assert answer.json()["code"] == "reservation_released"
    other = (await site.reserve("card"))["appointmentId"]
    await change_catalogue(site, "branch", centre={"openingHours": []})
    await set_time(site, NOW + 5 * 60_000)
    answer = await site.call("PUT", path, {"reservationId": other})
    assert answer.json()["code"] == "service_changed"
    await change_catalogue(site, "branch")
    same = (await site.reserve("strict"))["appointmentId"]
    await change_catalogue(site, "branch", centre={"openingHours": []})
    await change_catalogue(
        site,
        "service",
        strict={
            "branches": ["centre"],
            "resourceTypes": ["booth"],
            "rescheduleCutoffMinutes": 43_000,
        },
    )
    answer = await site.call("PUT", path, {"reservationId": same})
    assert answer.json()["code"] == "too_late"
    await change_catalogue(
        site,
        "service",
        strict={"branches": ["centre"], "resourceTypes": ["booth"], "rescheduleCutoffMinutes": 0},
    )
    answer = await site.call("PUT", path, {"reservationId": same})
    assert (answer.json()["code"], answer.json()["reason"]) == ("slot_unavailable", "closed")
    assert (await site.call("GET", path)).json()["version"] == 1
    await site.call("DELETE", path, headers={"If-Match": "*"})
    await set_time(site, NOW + 20 * HOUR_MS)
    answer = await site.call("PUT", path, {"reservationId": other}, headers={"If-Match": '"2"'})
    assert answer.json()["code"] == "wrong_state"


async def test_confirming(site: Site) -> None:
    """404 before 410, 410 before what needs the data, and that before the slot."""
    held = (await site.reserve("family"))["appointmentId"]
    path = f"/reservations/{held}/confirm"
    assert (await site.call("POST", path, PERSON, client="other")).status_code == 404
    await change_catalogue(site, "branch", centre={"openingHours": []})
    assert "/dateOfBirth" in faults(await site.call("POST", path, PERSON))
    await set_time(site, NOW + HOUR_MS)
    answer = await site.call("POST", path, PERSON)
    assert answer.json()["code"] == "reservation_expired"


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1"', 204),
        ("*", 204),
        ('"0", "1"', 204),
        ('W/"1"', 204),
        ("1", 412),
        ('"2"', 412),
        ("", 412),
    ],
)
async def test_if_match(shared: Site, tag: str, status: int) -> None:
    """Of tags of ours; `W/` before one is a proxy's."""
    path = f"/appointments/{(await shared.book())['appointmentId']}"
    answer = await shared.call("DELETE", path, headers={"If-Match": tag})
    assert answer.status_code == status
    state = (await shared.call("GET", path)).json()["status"]
    assert state == ("CANCELLED" if status == 204 else "CONFIRMED")
