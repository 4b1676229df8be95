"""Blocks over HTTP."""

from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE, BOOK

from ..contract import faults
from ..site import Site, at
from .desk import ask, booked, nothing_wrong
from .good import with_scopes

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
UNKNOWN = "01890000-0000-7000-8000-000000000000"


def path(site: Site, *more: str, resource: str = "desk-1", account: str = "acme") -> str:
    """Where a resource's blocks are."""
    return "/".join(("/resources", site.id("resource", resource, account), "blocks", *more))


def span(day: int, first: int = 600, last: int = 660, **more: Any) -> dict[str, Any]:
    """A block request: minutes of a day in Amsterdam."""
    return {"startTime": at(day, first), "endTime": at(day, last), **more}


async def test_make_read_list_and_delete(site: Site) -> None:
    made = await ask(site, "POST", path(site), span(20, reason="Leave"))
    assert made.status_code == 201
    block = made.json()
    assert block == {
        "id": block["id"],
        "resourceId": site.id("resource", "desk-1"),
        "startTime": at(20, 600),
        "endTime": at(20, 660),
        "reason": "Leave",
        "createdAt": block["createdAt"],
    }
    address = path(site, block["id"])
    assert made.headers["location"].endswith("/admin/v1" + address)
    assert (await ask(site, "GET", address)).json() == block
    assert (await ask(site, "GET", path(site))).json() == [block]
    query = {"from": at(20, 660), "to": at(21, 0)}
    assert (await ask(site, "GET", path(site), params=query)).json() == []
    refused = await site.call("POST", "/reservations", _at_desk(site, 20))
    assert refused.json()["reason"] == "blocked"
    gone = await ask(site, "DELETE", address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await ask(site, "GET", address)).status_code == 404
    assert (await ask(site, "DELETE", address)).status_code == 404
    made = await site.call("POST", "/reservations", _at_desk(site, 20))
    assert made.status_code == 201
    await nothing_wrong(site)


def _at_desk(site: Site, day: int) -> dict[str, Any]:
    desk = site.id("resource", "desk-1")
    return site.reservation(timeSlot={"startTime": at(day, 600)}, requestedResourceId=desk)


async def test_over_appointments_and_reservations(site: Site) -> None:
    desk = site.id("resource", "desk-1")
    there = await booked(site, timeSlot={"startTime": at(2, 600)}, requestedResourceId=desk)
    held = await site.reserve(timeSlot={"startTime": at(2, 615)}, requestedResourceId=desk)
    ids = sorted([there["appointmentId"], held["appointmentId"]])
    refused = await ask(site, "POST", path(site), span(2))
    assert (refused.status_code, refused.json()["code"]) == (409, "would_strand")
    assert refused.json()["stranded"] == ids
    dry = await ask(site, "POST", path(site), span(2), params={"dryRun": "true"})
    change = {"kind": "block", "key": "desk-1", "action": "created"}
    assert dry.json() == {"changes": [change], "stranded": ids}
    assert (await ask(site, "GET", path(site))).json() == []
    assert (await ask(site, "GET", "/appointments", params={"stranded": "true"})).json() == []

    made = await ask(site, "POST", path(site), span(2), params={"force": "true"})
    assert made.status_code == 201
    [stranded] = (await ask(site, "GET", "/appointments", params={"stranded": "true"})).json()
    assert stranded == {**there, "stranded": True}
    address = path(site, made.json()["id"])
    dry = await ask(site, "DELETE", address, params={"dryRun": "true"})
    assert dry.json() == {"changes": [{**change, "action": "deleted"}], "stranded": []}
    assert (await ask(site, "GET", address)).status_code == 200
    await ask(site, "DELETE", address)
    assert (await ask(site, "GET", "/appointments", params={"stranded": "true"})).json() == []
    await nothing_wrong(site)


async def test_change(site: Site) -> None:
    made = await ask(site, "POST", path(site), span(20, reason="Leave"))
    address, block = path(site, made.json()["id"]), made.json()
    read = await ask(site, "GET", address)
    assert read.headers["etag"] == made.headers["etag"]
    known = {"If-None-Match": read.headers["etag"]}
    unchanged = await with_scopes(site).call("GET", address, headers=known)
    assert unchanged.status_code == 304
    match = {"If-Match": read.headers["etag"]}
    patch = {"endTime": at(20, 720), "reason": None, "id": block["id"]}
    changed = await ask(site, "PATCH", address, patch, headers=match)
    assert changed.status_code == 200
    assert changed.json() == {**block, "endTime": at(20, 720), "reason": None}
    assert changed.headers["etag"] != read.headers["etag"]
    again = await ask(site, "GET", address)
    assert (again.json(), again.headers["etag"]) == (changed.json(), changed.headers["etag"])
    for method, body in (("PATCH", {"reason": "Repair"}), ("DELETE", None)):
        late = await ask(site, method, address, body, headers=match)
        assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    assert (await ask(site, "GET", address)).json() == changed.json()
    nothing = await ask(site, "PATCH", address, {}, params={"dryRun": "true"})
    assert nothing.json() == {"changes": [], "stranded": []}
    key = {"Idempotency-Key": "block-change"}
    first = await ask(site, "PATCH", address, {"reason": "Repair"}, headers=key)
    replayed = await ask(site, "PATCH", address, {"reason": "Repair"}, headers=key)
    assert (replayed.json(), replayed.headers["idempotency-replayed"]) == (first.json(), "true")
    gone = await ask(site, "DELETE", address, headers={"If-Match": first.headers["etag"]})
    assert gone.status_code == 204
    await nothing_wrong(site)


async def test_change_over_appointments(site: Site) -> None:
    desk = site.id("resource", "desk-1")
    there = await booked(site, timeSlot={"startTime": at(2, 600)}, requestedResourceId=desk)
    made = (await ask(site, "POST", path(site), span(2, 480, 600))).json()
    address, patch = path(site, made["id"]), {"endTime": at(2, 610)}
    refused = await ask(site, "PATCH", address, patch)
    assert (refused.status_code, refused.json()["code"]) == (409, "would_strand")
    assert refused.json()["stranded"] == [there["appointmentId"]]
    dry = await ask(site, "PATCH", address, patch, params={"dryRun": "true"})
    change = {"kind": "block", "key": "desk-1", "action": "changed"}
    assert dry.json() == {"changes": [change], "stranded": [there["appointmentId"]]}
    assert (await ask(site, "GET", address)).json() == made
    stranded = {"params": {"stranded": "true"}}
    assert (await ask(site, "GET", "/appointments", **stranded)).json() == []
    await ask(site, "PATCH", address, patch, params={"force": "true"})
    [one] = (await ask(site, "GET", "/appointments", **stranded)).json()
    assert one["appointmentId"] == there["appointmentId"]
    await ask(site, "PATCH", address, {"endTime": at(2, 600)})
    assert (await ask(site, "GET", "/appointments", **stranded)).json() == []
    await nothing_wrong(site)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"startTime": None, "endTime": None}, {"/startTime": "required", "/endTime": "required"}),
        ({"endTime": at(460, 600)}, {"/endTime": "invalid_value"}),
        ({"endTime": at(830, 0)}, {"/endTime": "out_of_range"}),
        ({"id": UNKNOWN, "colour": 1}, {"/id": "invalid_value", "/colour": "unknown_field"}),
        ({"reason": "x" * 256, "startTime": "10:00"},
         {"/reason": "too_long", "/startTime": "invalid_time"}),
    ],
)  # fmt: skip
async def test_faults_of_patches(
    shared: Site, patch: dict[str, Any], expected: dict[str, str]
) -> None:
    made = (await ask(shared, "POST", path(shared, resource="booth"), span(460))).json()
    address = path(shared, made["id"], resource="booth")
    assert faults(await ask(shared, "PATCH", address, patch)) == expected
    assert (await ask(shared, "GET", address)).json() == made
    assert (await ask(shared, "DELETE", address)).status_code == 204


async def test_pages(site: Site) -> None:
    made = [(await ask(site, "POST", path(site), span(day))).json() for day in (30, 32, 31)]
    expected = [made[0], made[2], made[1]]
    listed, url = [], path(site) + f"?limit=2&from={at(29, 0).replace('+', '%2B')}"
    while True:
        answer = await ask(site, "GET", url)
        listed.append(answer.json())
        if "link" not in answer.headers:
            break
        url = answer.headers["link"].partition("/admin/v1")[2].partition(">")[0]
    assert listed == [expected[:2], expected[2:]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"/startTime": "required", "/endTime": "required"}),
        (span(3, 600, 600), {"/endTime": "invalid_value"}),
        (span(3, 600, 540), {"/endTime": "invalid_value"}),
        ({**span(3), "endTime": at(370, 660)}, {"/endTime": "out_of_range"}),
        ({**span(3), "endTime": "2027-03-03T10:00"}, {"/endTime": "offset_required"}),
        (span(3, reason="x" * 256, colour=1), {"/reason": "too_long", "/colour": "unknown_field"}),
    ],
)
async def test_faults(shared: Site, body: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(await ask(shared, "POST", path(shared), body)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "0"}, {"/limit": "out_of_range"}),
        ({"limit": "201"}, {"/limit": "out_of_range"}),
        ({"cursor": "x"}, {"/cursor": "invalid_value"}),
        ({"cursor": "MTIzCng"}, {"/cursor": "invalid_value"}),
        ({"from": at(2), "to": at(1)}, {"/to": "invalid_value"}),
        (
            {"from": "2027-01-04", "colour": "1"},
            {"/from": "invalid_time", "/colour": "unknown_field"},
        ),
    ],
)
async def test_faults_of_queries(
    shared: Site, query: dict[str, str], expected: dict[str, str]
) -> None:
    assert faults(await ask(shared, "GET", path(shared), params=query)) == expected
    if "limit" not in query:
        return
    assert faults(await ask(shared, "POST", path(shared), span(9), params={"force": "1"})) == {
        "/force": "wrong_type"
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "LIST"])
async def test_who_may(shared: Site, method: str) -> None:
    made = (await ask(shared, "POST", path(shared, resource="booth"), span(440))).json()
    address = path(shared, resource="booth") + (
        "" if method in ("POST", "LIST") else f"/{made['id']}"
    )
    body = {"POST": span(441), "PATCH": {"reason": "Repair"}}.get(method)
    sent = method.replace("LIST", "GET")
    anonymous = await ask(shared, sent, address, body, scopes=None)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    reading = {ADMIN_READ} if sent == "GET" else set()
    for scope in (BOOK, ADMIN_READ):
        answer = await ask(shared, sent, address, body, scopes=[scope])
        assert answer.status_code == (200 if scope in reading else 403)
    foreign = await ask(shared, sent, address, body, account="globex")
    assert foreign.status_code == 404
    unknown = await ask(
        shared, sent, f"/resources/{UNKNOWN}/blocks" + address.partition("/blocks")[2], body
    )
    assert unknown.status_code == 404
    able = [APPOINTMENTS_MANAGE] if method == "POST" else [ADMIN_WRITE]
    done = await ask(shared, sent, address, body, scopes=able)
    assert done.is_success
    if sent == "GET":
        return
    for left in (await ask(shared, "GET", path(shared, resource="booth"))).json():
        await ask(shared, "DELETE", path(shared, left["id"], resource="booth"))


async def test_an_absence_is_proposed_and_entered(site: Site) -> None:
    """Both say the same; what is only proposed changes nothing."""
    desk = site.id("resource", "desk-1")
    place = {"timeSlot": {"startTime": at(1, 600)}, "requestedResourceId": desk}
    made = await booked(site, **place)
    address = f"/resources/{desk}/absences"
    body = {**span(1, 540, 720, reason="Flu"), "notify": False}
    manage = [APPOINTMENTS_MANAGE]
    dry = {"params": {"dryRun": "true"}}
    proposed = (await ask(site, "POST", address, body, scopes=manage, **dry)).json()
    assert proposed["blockId"] is None
    assert (await ask(site, "GET", path(site))).json() == []
    key = {"Idempotency-Key": "flu"}
    answer = await ask(site, "POST", address, body, scopes=manage, headers=key)
    entered = answer.json()
    assert (answer.status_code, entered) == (200, {**proposed, "blockId": entered["blockId"]})
    [block] = (await ask(site, "GET", path(site))).json()
    assert (block["id"], block["reason"]) == (entered["blockId"], "Flu")
    now = (await ask(site, "GET", f"/appointments/{made['appointmentId']}")).json()
    assert entered["moved"] == [
        {"appointmentId": made["appointmentId"], "timeSlot": made["timeSlot"],
         "resources": now["resources"]}
    ]  # fmt: skip
    assert now["resources"][0]["name"] == "Desk 2"
    history = (await ask(site, "GET", f"/appointments/{made['appointmentId']}/history")).json()
    assert (history[-1]["change"], history[-1]["notified"]) == ("moved", False)
    again = await ask(site, "POST", address, body, scopes=manage, headers=key)
    assert again.json() == entered
    for wrong, at_ in ((span(1, 600, 600), "/endTime"), ({**span(1), "appointments": ["x"]},
                                                         "/appointments/0")):  # fmt: skip
        assert faults(await ask(site, "POST", address, wrong)) == {at_: "invalid_value"}
    assert (await ask(site, "POST", address, body, scopes=None)).status_code == 401
    assert (await ask(site, "POST", address, body, scopes=[ADMIN_WRITE])).status_code == 403
    assert (await ask(site, "POST", address, body, account="globex")).status_code == 404
    await nothing_wrong(site)


async def test_a_key_makes_it_once(shared: Site) -> None:
    key = {"Idempotency-Key": "block-once"}
    where = path(shared, resource="desk-2")
    first = await ask(shared, "POST", where, span(450), headers=key)
    again = await ask(shared, "POST", where, span(450), headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    other = await ask(shared, "POST", where, span(451), headers=key)
    assert list(faults(other).values()) == ["idempotency_key_reused"]
    dry = {"Idempotency-Key": "block-dry"}
    await ask(shared, "POST", where, span(451), headers=dry, params={"dryRun": "true"})
    assert (await ask(shared, "POST", where, span(451), headers=dry)).status_code == 201
