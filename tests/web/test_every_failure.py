"""Every code that the OpenAPI document lists for a call is an answer of that call.

That it lists these codes and no others stands in test_booking_openapi.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.kernel.clock import Millis
from openslot.scheduling.store.clock import set_clock
from openslot.web.booking_api.routes import ROUTES
from openslot.web.docs.openapi.failures import errors_of
from openslot.web.http.route import AnyRoute

from .conftest import Start
from .contract import BOOKING_API, faults, name_of
from .good import combination, request_for, send
from .site import PERSON, Site, at
from .world import NOW, replace

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
HOUR_MS = 3_600_000

Way = Callable[[Site, AnyRoute], Awaitable[httpx.Response]]


async def good(site: Site, operation: AnyRoute, **more: Any) -> httpx.Response:
    """A good request, with something on top."""
    path, made = await request_for(site, operation)
    return await send(site, operation, path, {**made, **more})


async def set_time(site: Site, now: Millis) -> None:
    """Sets acme's clock."""
    await site.app.database.write(site.tenant().account.id, set_clock, now, 0)


async def change_catalogue(site: Site, kind: str, **changes: Any) -> None:
    """Changes acme's catalogue."""
    await site.app.database.write(site.tenant().account.id, replace, kind, **changes)


def raw(site: Site, statement: str) -> None:
    """Damages the database."""
    path = Path(site.app.settings.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


async def _repeated_authorization(site: Site, operation: AnyRoute) -> httpx.Response:
    headers = [*site.bearer().items(), *site.bearer().items()]
    path, made = await request_for(site, operation)
    return await site.http.request(operation.method, f"/external/v1{path}", headers=headers, **made)


async def _unauthenticated(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, client=None)


async def _invalid_token(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, client=None, headers={"Authorization": "Bearer x.y.z"})


async def _insufficient_scope(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, client="nothing")


async def _wrong_account(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, headers={"X-TENANT-ID": "globex"})


async def _body_too_large(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    made.pop("json", None)
    return await send(site, operation, path, {**made, "content": b" " * 70_000})


async def _unsupported(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, headers={"Content-Type": "text/plain"})


async def _invalid_json(site: Site, operation: AnyRoute) -> httpx.Response:
    path, _ = await request_for(site, operation)
    headers = {"Content-Type": "application/json"}
    return await site.call(operation.method, path, content=b"{", headers=headers)


async def _invalid(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, params={"unknown": "1"})


async def _headers_too_large(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, headers={"X-Long": "x" * 20_000})


async def _rate_limited(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    for _ in range(99):
        answer = await send(site, operation, path, made)
        if answer.status_code == 429:
            break
    return answer


async def _database_unavailable(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    raw(site, "ALTER TABLE accounts RENAME TO gone")
    return await send(site, operation, path, made)


async def _database_damaged(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    database = Path(site.app.settings.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        # A table cannot begin where the file has no page.
        connection.execute("UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'accounts'")
        connection.execute("PRAGMA schema_version = 4711")
    connection.close()
    response = await send(site, operation, path, made)
    assert "Retry-After" not in response.headers
    return response


async def _internal_error(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    raw(site, "UPDATE accounts SET document = 'no JSON', catalogue_version = 1")
    raw(site, "UPDATE catalogue_items SET document = 'no JSON'")
    raw(site, "UPDATE appointments SET customer = 'no JSON'")
    raw(site, "UPDATE reservations SET service_ids = 'no JSON'")
    return await send(site, operation, path, made)


async def _request_timeout(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)

    async def slowly() -> Any:
        yield b"{"
        await asyncio.sleep(3)

    made.pop("json", None)
    headers = {"Content-Type": "application/json"}
    return await site.call(operation.method, path, content=slowly(), headers=headers)


async def _not_found(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    unknown = "01890000-0000-7000-8000-000000000000"
    if "{" not in operation.path:
        return await send(site, operation, path, {"json": {**made["json"], "branchId": unknown}})
    return await good(site, operation, account="globex")


async def _reused(site: Site, operation: AnyRoute) -> httpx.Response:
    key = {"Idempotency-Key": site.slot()}
    await good(site, operation, headers=key)
    return await good(site, operation, headers=key)


async def _version(site: Site, operation: AnyRoute) -> httpx.Response:
    return await good(site, operation, headers={"If-Match": '"7"'})


def _appointment_in(path: str) -> str:
    parts = path.split("/")
    return parts[parts.index("appointments") + 1]


async def _wrong_state(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    if "{" in operation.path:
        await site.call("DELETE", f"/appointments/{_appointment_in(path)}")
        if operation.method == "DELETE":
            raw(site, "UPDATE appointments SET status = 'NO_SHOW'")
        return await send(site, operation, path, made)
    booked = await site.book()
    await site.call("DELETE", f"/appointments/{booked['appointmentId']}")
    body = {**made["json"], "rescheduledAppointmentId": booked["appointmentId"]}
    return await send(site, operation, path, {"json": body})


async def _started(site: Site, operation: AnyRoute) -> httpx.Response:
    booked = await site.book()
    await set_time(site, NOW + 12 * HOUR_MS)
    path, made = await request_for(site, operation)
    path = path.replace(_appointment_in(path), booked["appointmentId"])
    await set_time(site, NOW + 26 * HOUR_MS)
    return await send(site, operation, path, made)


def _reservation_in(path: str, made: dict[str, Any]) -> str:
    """The reservation that a request is about."""
    body = made.get("json", {})
    if "reservationId" in body:
        return str(body["reservationId"])
    return path.removesuffix("/confirm").rpartition("/")[2]


async def _confirmed(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    used = _reservation_in(path, made)
    answer = await site.call("POST", f"/reservations/{used}/confirm", PERSON)
    assert answer.status_code == 201
    answer = await send(site, operation, path, made)
    assert answer.json()["appointmentId"] == used
    return answer


async def _used(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    booked = await site.book()
    body = {"reservationId": _reservation_in(path, made)}
    moved = await site.call("PUT", f"/appointments/{booked['appointmentId']}", body)
    assert moved.status_code == 200
    return await send(site, operation, path, made)


async def _released(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    await site.call("DELETE", f"/reservations/{_reservation_in(path, made)}")
    return await send(site, operation, path, made)


async def _expired(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    await set_time(site, NOW + 15 * 60_000)
    return await send(site, operation, path, made)


async def _for_reschedule(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    booked = await site.book()
    held = await site.reserve(rescheduledAppointmentId=booked["appointmentId"])
    if "reservationId" in made["json"]:
        return await send(site, operation, path, {"json": {"reservationId": held["appointmentId"]}})
    path = path.replace(_reservation_in(path, made), held["appointmentId"])
    return await send(site, operation, path, made)


async def _not_qualified(site: Site, operation: AnyRoute) -> httpx.Response:
    booth = {"requestedResourceId": site.id("resource", "booth")}
    path, made = await request_for(site, operation)
    kind = "json" if "json" in made else "params"
    return await send(site, operation, path, {kind: {**made[kind], **booth}})


async def _end_mismatch(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    slot = made["json"]["timeSlot"]
    slot["endTime"] = slot["startTime"]
    return await send(site, operation, path, made)


async def _too_many(site: Site, operation: AnyRoute) -> httpx.Response:
    return await _rate_limited(site, operation)


async def _slot_unavailable(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    if "timeSlot" in made["json"]:
        made["json"]["timeSlot"] = {"startTime": at(1, 3 * 60)}
    else:
        await change_catalogue(site, "branch", centre={"openingHours": []})
    answer = await send(site, operation, path, made)
    assert answer.json()["reason"] == "closed"
    return answer


async def _service_changed(site: Site, operation: AnyRoute) -> httpx.Response:
    path, _ = await request_for(site, operation)
    other = await site.reserve("card")
    return await send(site, operation, path, {"json": {"reservationId": other["appointmentId"]}})


async def _too_late(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    await change_catalogue(
        site, "service", passport={"cancelCutoffMinutes": 90_000, "rescheduleCutoffMinutes": 90_000}
    )
    answer = await send(site, operation, path, made)
    assert answer.json()["cutoffMinutes"] == 90_000
    return answer


async def _range_too_long(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    made["params"]["to"] = at(300 + 367, 0)[:10]
    return await send(site, operation, path, made)


async def _not_combinable(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    if "json" in made:
        return await send(site, operation, path, {"json": combination(site, "card", "passport")})
    two = f"{site.id('service', 'card')},{site.id('service', 'passport')}"
    answer = await send(site, operation, path, {"params": {**made["params"], "serviceIds": two}})
    assert faults(answer) == {"/serviceIds": "services_not_combinable"}
    return answer


async def _party_differs(site: Site, operation: AnyRoute) -> httpx.Response:
    path, made = await request_for(site, operation)
    made["json"]["services"][1]["numberOfReservations"] = 2
    return await send(site, operation, path, made)


WAYS: dict[str, Way] = {
    "400": _repeated_authorization,
    "422": _invalid,
    "unauthenticated": _unauthenticated,
    "invalid_token": _invalid_token,
    "insufficient_scope": _insufficient_scope,
    "wrong_account": _wrong_account,
    "body_too_large": _body_too_large,
    "unsupported_media_type": _unsupported,
    "invalid_json": _invalid_json,
    "headers_too_large": _headers_too_large,
    "rate_limited": _rate_limited,
    "database_unavailable": _database_unavailable,
    "database_damaged": _database_damaged,
    "internal_error": _internal_error,
    "request_timeout": _request_timeout,
    "not_found": _not_found,
    "idempotency_key_reused": _reused,
    "version_mismatch": _version,
    "wrong_state": _wrong_state,
    "appointment_started": _started,
    "already_confirmed": _confirmed,
    "already_used": _used,
    "reservation_released": _released,
    "reservation_expired": _expired,
    "reservation_for_reschedule": _for_reschedule,
    "resource_not_qualified": _not_qualified,
    "end_mismatch": _end_mismatch,
    "too_many_reservations": _too_many,
    "slot_unavailable": _slot_unavailable,
    "service_changed": _service_changed,
    "too_late": _too_late,
    "range_too_long": _range_too_long,
    "services_not_combinable": _not_combinable,
    "party_differs": _party_differs,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "rate_limited": {"requests_per_second_and_client": 6},
    "too_many_reservations": {"max_live_reservations_per_client": 3},
    "request_timeout": {"request_seconds": 1},
}
NEEDS_ITS_OWN = {
    "database_unavailable",
    "database_damaged",
    "internal_error",
    "wrong_state",
    "appointment_started",
    "reservation_expired",
    "slot_unavailable",
    "too_late",
}

FIRST_OF_METHOD = list({operation.method: operation for operation in ROUTES}.values())
LISTED = [
    pytest.param(operation, status, code, id=f"{name_of(operation)} {code}")
    for operation in ROUTES
    for status, errors in errors_of(operation).items()
    for code in (error.code for error in errors)
    # It takes a second, and is the server's answer whatever the call: once a method is enough.
    if code != "request_timeout" or operation in FIRST_OF_METHOD
]


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("operation", "status", "code"), LISTED)
async def test_it_is_produced(
    start: Start, shared: Site, operation: AnyRoute, status: int, code: str
) -> None:
    """By a request that fails in this one way."""
    if code in SETTINGS:
        async with start(**SETTINGS[code]) as site:
            answer = await WAYS[code](site, operation)
    elif code in NEEDS_ITS_OWN:
        async with start() as site:
            answer = await WAYS[code](site, operation)
    else:
        answer = await WAYS[code if code != "invalid_request" else str(status)](shared, operation)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    BOOKING_API.check(operation, answer)
