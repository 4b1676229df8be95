"""Branches, groups, services, resources, combinations and overrides through the admin API."""

import json
import re
from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, BOOK
from openslot.web.admin_api.catalogue.routes import ROUTES
from openslot.web.http.route import AnyRoute

from ..contract import check_problem, faults, name_of
from ..site import ADMIN, Site, at
from .administrator import administrator

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
every_call = pytest.mark.parametrize("operation", ROUTES, ids=name_of)
KINDS = {
    "branches": "branch",
    "service-groups": "service-group",
    "services": "service",
    "resources": "resource",
    "service-combinations": "service-combination",
}
KEYS = {
    "branches": "centre",
    "service-groups": "documents",
    "services": "passport",
    "resources": "desk-1",
    "service-combinations": "centre:licence+passport",
}
MONDAY = {"day": "monday", "opens": "09:00", "closes": "17:00"}
NEW: dict[str, dict[str, Any]] = {
    "branches": {"key": "new", "name": "New", "timeZone": "Europe/Amsterdam"},
    "service-groups": {"key": "new", "name": "New"},
    "services": {
        "key": "new",
        "name": "New",
        "durationMinutes": 15,
        "slotStepMinutes": 15,
        "resourceTypes": ["desk"],
        "branches": ["centre"],
    },
    "resources": {
        "key": "new",
        "name": "New",
        "branch": "centre",
        "type": "desk",
        "services": ["passport"],
    },
    "service-combinations": {"branch": "centre", "services": ["card", "passport"]},
}
collections = pytest.mark.parametrize("path", NEW)


def path_of(site: Site, operation: AnyRoute) -> str:
    """Its path, with ids of acme."""
    path = operation.path.replace("{date}", "2027-12-24")
    for collection, kind in KINDS.items():
        item = site.id(kind, KEYS[collection])
        path = re.sub(rf"^/{collection}/{{\w+}}", f"/{collection}/{item}", path)
    return path


def body_of(operation: AnyRoute) -> dict[str, Any]:
    """The body where there has to be one."""
    return {"json": {}} if operation.accepts.body else {}


@every_call
async def test_anonymous_and_with_other_scopes(shared: Site, operation: AnyRoute) -> None:
    path = path_of(shared, operation)
    anonymous = await shared.http.request(operation.method, ADMIN + path, **body_of(operation))
    assert anonymous.status_code == 401
    check_problem(anonymous)
    other = await administrator(shared, BOOK)
    refused = await other.call(operation.method, path, **body_of(operation))
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert refused.json()["scopes"] == list(operation.scopes)
    reader = await administrator(shared, ADMIN_READ)
    answer = await reader.call(operation.method, path, **body_of(operation))
    assert (answer.status_code == 403) == operation.writes


@pytest.mark.parametrize("operation", [o for o in ROUTES if "Id}" in o.path], ids=name_of)
async def test_of_another_account(shared: Site, operation: AnyRoute) -> None:
    other = await administrator(shared, account="globex")
    for path in (
        path_of(shared, operation),
        re.sub("[0-9a-f]{8}-.{27}", "nothing", path_of(shared, operation)),
    ):
        answer = await other.call(operation.method, path, **body_of(operation))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@collections
async def test_a_life(site: Site, path: str) -> None:
    """Made, read, listed, changed, deactivated, removed."""
    admin = await administrator(site)
    made = await admin.call("POST", f"/{path}", NEW[path])
    assert made.status_code == 201, made.text
    thing = made.json()
    assert thing.items() >= {**NEW[path], "version": 1, "active": True}.items()
    one = made.headers["location"].removeprefix("https://booking.example.org/admin/v1")
    assert one == f"/{path}/{thing['id']}"
    got = await admin.call("GET", one)
    assert (got.json(), got.headers["etag"]) == (thing, '"1"')
    known = await admin.call("GET", one, headers={"If-None-Match": '"1"'})
    assert known.status_code == 304
    (found,) = (await admin.call("GET", f"/{path}", params={"key": thing["key"]})).json()
    assert found == thing
    off = await admin.call("PATCH", one, {"active": False}, headers={"If-Match": 'W/"1"'})
    assert off.json() == {**thing, "active": False, "version": 2}
    assert off.headers["etag"] == '"2"'
    late = await admin.call("PATCH", one, {"active": True}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    same = await admin.call("PATCH", one, off.json())
    assert same.json() == off.json()
    media = {"Content-Type": "application/merge-patch+json"}
    on = await admin.call("PATCH", one, content=b'{"active": true}', headers=media)
    assert on.json() == {**thing, "version": 3}
    late = await admin.call("DELETE", one, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    dry = await admin.call("DELETE", one, params={"dryRun": "true"})
    kind = KINDS[path]
    assert dry.json() == {
        "changes": [{"kind": kind, "key": thing["key"], "action": "deleted"}],
        "stranded": [],
    }
    assert (await admin.call("DELETE", one)).status_code == 204
    assert (await admin.call("GET", one)).status_code == 404
    assert (await admin.call("DELETE", one)).status_code == 404


@collections
async def test_the_same_key_twice(site: Site, path: str) -> None:
    admin = await administrator(site)
    await admin.made(f"/{path}", NEW[path])
    again = await admin.call("POST", f"/{path}", NEW[path])
    where = "" if path == "service-combinations" else "/key"
    assert faults(again) == {where: "duplicate"}


@collections
async def test_what_is_wrong_is_told_at_once_and_nothing_changes(site: Site, path: str) -> None:
    admin = await administrator(site)
    before = (await admin.call("GET", "/export")).content
    empty = await admin.call("POST", f"/{path}", {"colour": "red"})
    told = faults(empty)
    assert told.pop("/colour") == "unknown_field"
    assert set(told.values()) == {"required"}
    assert set(told) == {f"/{name}" for name in NEW[path] if name != "key" or "name" in NEW[path]}
    item = site.id(KINDS[path], KEYS[path])
    fixed = await admin.call("PATCH", f"/{path}/{item}", {"key": "other", "id": 3, "x": 1})
    assert faults(fixed) == {
        "/key": "invalid_value",
        "/id": "invalid_value",
        "/x": "unknown_field",
    }
    assert (await admin.call("GET", "/export")).content == before


async def test_faults_of_a_branch(site: Site) -> None:
    admin = await administrator(site)
    answer = await admin.call(
        "POST",
        "/branches",
        {
            "key": "a b",
            "name": {"xx_XX": "Nowhere"},
            "timeZone": "W. Europe Standard Time",
            "location": {"latitude": 91, "longitude": 4},
            "holidayCalendar": "XX",
            "openingHours": [
                {"day": "monday", "opens": "17:00", "closes": "09:00"},
                {"day": "someday", "opens": "25:00", "closes": 9},
                {**MONDAY, "validFrom": "2027-02-01", "validTo": "2027-01-01"},
            ],
            "overrides": [
                {"date": "2027-02-30", "closed": True},
                {"date": "2027-12-24"},
                {"date": "2027-12-25", "closed": True, "hours": [{"opens": "9", "closes": "10"}]},
                {"date": "2027-12-25", "closed": True},
            ],
        },
    )
    assert faults(answer) == {
        "/key": "pattern",
        "/name/xx_XX": "unknown_locale",
        "/timeZone": "invalid_value",
        "/location/latitude": "out_of_range",
        "/holidayCalendar": "invalid_value",
        "/openingHours/0/closes": "ends_before_it_begins",
        "/openingHours/1/day": "invalid_value",
        "/openingHours/1/opens": "pattern",
        "/openingHours/1/closes": "wrong_type",
        "/openingHours/2/validTo": "ends_before_it_begins",
        "/overrides/0/date": "invalid_value",
        "/overrides/1": "required",
        "/overrides/2/closed": "closed_with_hours",
        "/overrides/2/hours/0/opens": "pattern",
        "/overrides/2/hours/0/closes": "pattern",
        "/overrides/3/date": "duplicate",
    }


async def test_dangling_keys(site: Site) -> None:
    admin = await administrator(site)
    service = {**NEW["services"], "group": "none", "branches": ["centre", "nowhere"]}
    assert faults(await admin.call("POST", "/services", service)) == {
        "/group": "dangling_key",
        "/branches/1": "dangling_key",
    }
    resource = {**NEW["resources"], "branch": "nowhere", "services": ["passport", "pass"]}
    assert faults(await admin.call("POST", "/resources", resource)) == {
        "/branch": "dangling_key",
        "/services/1": "dangling_key",
    }
    passport = site.id("service", "passport")
    broken = await admin.call("PATCH", f"/services/{passport}", {"partyMode": "occupy"})
    assert faults(broken) == {"": "party_modes_mixed"}
    assert "/serviceCombinations/0/services" in broken.json()["errors"][0]["detail"]


async def test_a_patch_merges(site: Site) -> None:
    admin = await administrator(site)
    one = f"/branches/{site.id('branch', 'centre')}"
    before = (await admin.call("GET", one)).json()
    patch = {"address": {"city": "The Hague", "streetName": None}, "location": None, "sortOrder": 4}
    after = (await admin.call("PATCH", one, patch)).json()
    expected = {**before, "version": 2, "sortOrder": 4}
    expected["address"] = {"city": "The Hague", "country": "NL"}
    del expected["location"]
    assert after == expected


async def test_pages(site: Site) -> None:
    admin = await administrator(site)
    every = (await admin.call("GET", "/resources")).json()
    found, url = [], "/resources?limit=4"
    while url:
        answer = await admin.call("GET", url)
        found += answer.json()
        link = answer.headers.get("link", "")
        url = link[1:].partition(">")[0].removeprefix("https://booking.example.org/admin/v1")
    assert found == every
    for query in ("limit=0", "limit=201", "limit=x", "cursor=x", "colour=red"):
        assert (await admin.call("GET", f"/resources?{query}")).status_code == 422


async def test_what_is_used_cannot_be_deleted(site: Site) -> None:
    admin = await administrator(site)
    booked = await site.book(requestedResourceId=site.id("resource", "desk-1"))
    for path, kind, key, code in (
        ("branches", "branch", "centre", "has_appointments"),
        ("services", "service", "passport", "has_appointments"),
        ("resources", "resource", "desk-1", "has_appointments"),
        ("branches", "branch", "harbour", "still_referenced"),
        ("services", "service", "card", "still_referenced"),
        ("service-groups", "service-group", "documents", "still_referenced"),
    ):
        answer = await admin.call("DELETE", f"/{path}/{site.id(kind, key)}")
        assert (answer.status_code, answer.json()["code"]) == (409, code), path
        check_problem(answer)
    assert (await site.call("GET", f"/appointments/{booked['appointmentId']}")).status_code == 200
    assert (
        await admin.call("DELETE", f"/resources/{site.id('resource', 'desk-2')}")
    ).status_code == 204


async def test_a_change_tells_whom_it_strands(site: Site) -> None:
    admin = await administrator(site)
    early = await site.book(timeSlot={"startTime": at(1, 9 * 60)})
    late = await site.book(timeSlot={"startTime": at(1, 16 * 60)})
    one = f"/branches/{site.id('branch', 'centre')}"
    hours = (await admin.call("GET", one)).json()["openingHours"]
    shorter = {"openingHours": [{**h, "closes": "15:00"} for h in hours]}
    dry = await admin.call("PATCH", one, shorter, params={"dryRun": "true"})
    assert dry.json() == {
        "changes": [{"kind": "branch", "key": "centre", "action": "changed"}],
        "stranded": [late["appointmentId"]],
    }
    assert (await admin.call("GET", one)).json()["version"] == 1
    assert (await admin.call("PATCH", one, shorter)).json()["version"] == 2
    again = await admin.call("PATCH", one, {"openingHours": hours}, params={"dryRun": "true"})
    assert again.json()["stranded"] == []
    assert (await admin.call("PATCH", one, {"openingHours": hours})).status_code == 200
    off = await admin.call("PATCH", one, {"active": False}, params={"dryRun": "true"})
    assert off.json()["stranded"] == [early["appointmentId"], late["appointmentId"]]


async def test_an_idempotency_key(site: Site) -> None:
    admin = await administrator(site)
    key = {"Idempotency-Key": "one"}
    first = await admin.call("POST", "/service-groups", NEW["service-groups"], headers=key)
    again = await admin.call("POST", "/service-groups", NEW["service-groups"], headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    other = await admin.call("POST", "/service-groups", {"key": "x"}, headers=key)
    assert faults(other) == {"": "idempotency_key_reused"}


async def test_overrides(site: Site) -> None:
    """A collection keyed by date."""
    admin = await administrator(site)
    path = f"/branches/{site.id('branch', 'centre')}/overrides"
    assert (await admin.call("GET", path)).json() == []
    christmas = {"date": "2027-12-24", "hours": [{"opens": "09:00", "closes": "12:00"}]}
    made = await admin.call("POST", path, christmas)
    assert (made.status_code, made.json(), made.headers["etag"]) == (201, christmas, '"2"')
    assert made.headers["location"].endswith(f"{path}/2027-12-24")
    await admin.made(path, {"date": "2027-12-20", "closed": True})
    first = await admin.call("GET", f"{path}?limit=1")
    assert [o["date"] for o in first.json()] == ["2027-12-20"]
    url = first.headers["link"][1:].partition(">")[0]
    second = await admin.call("GET", url.removeprefix("https://booking.example.org/admin/v1"))
    assert [o["date"] for o in second.json()] == ["2027-12-24"]
    assert "link" not in second.headers
    again = await admin.call("POST", path, {**christmas, "closed": True, "x": 1})
    assert faults(again) == {
        "/date": "duplicate", "/closed": "closed_with_hours", "/x": "unknown_field",
    }  # fmt: skip
    one = f"{path}/2027-12-24"
    assert (await admin.call("GET", one)).json() == christmas
    late = await admin.call("PATCH", one, {"closed": True}, headers={"If-Match": '"2"'})
    assert late.status_code == 412
    wrong = await admin.call("PATCH", one, {"date": "2027-12-25", "hours": [{"opens": "09:00"}]})
    assert faults(wrong) == {"/date": "invalid_value", "/hours/0/closes": "required"}
    closed = await admin.call("PATCH", one, {"closed": True, "hours": None})
    assert closed.json() == {"date": "2027-12-24", "closed": True}
    assert (await admin.call("DELETE", one)).status_code == 204
    assert (await admin.call("DELETE", one)).status_code == 404
    assert (await admin.call("GET", one)).status_code == 404


async def test_another_zone(site: Site) -> None:
    admin = await administrator(site)
    start = at(1, 12 * 60)
    booked = await site.book(timeSlot={"startTime": start})
    one = f"/branches/{site.id('branch', 'centre')}"
    patch = {"timeZone": "Europe/London"}
    refused = await admin.call("PATCH", one, patch)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_change_needs_choice")
    bad = await admin.call("PATCH", one, patch, params={"appointments": "keep"})
    assert list(faults(bad)) == ["/appointments"]
    for choice, expected in (
        ("keep-instant", "T11:00:00+00:00"),
        ("keep-wall-time", "T12:00:00+00:00"),
    ):
        moved = await admin.call("PATCH", one, patch, params={"appointments": choice})
        assert moved.status_code == 200, moved.text
        found = await site.call("GET", f"/appointments/{booked['appointmentId']}")
        assert found.json()["timeSlot"]["startTime"].endswith(expected)
        assert found.headers["etag"] == ('"1"' if choice == "keep-instant" else '"2"')
        back = {"timeZone": "Europe/Amsterdam"}
        await admin.call("PATCH", one, back, params={"appointments": "keep-instant"})


async def test_the_account(site: Site) -> None:
    admin = await administrator(site)
    shown = (await admin.call("GET", "/account")).json()
    assert (shown["name"], shown["sandbox"], shown["suspended"]) == ("acme", True, False)
    patch = {"title": {"en_US": "Acme"}, "settings": {"reservationMinutes": 5}}
    dry = await admin.call("PATCH", "/account", patch, params={"dryRun": "true"})
    assert [c["action"] for c in dry.json()["changes"]] == ["changed"]
    assert (await admin.call("GET", "/account")).json() == shown
    changed = (await admin.call("PATCH", "/account", patch)).json()
    shown["settings"]["reservationMinutes"] = 5
    assert changed == {**shown, "title": {"en_US": "Acme"}}
    wrong = {
        "name": "other",
        "sandbox": False,
        "colour": 1,
        "title": 5,
        "locales": ["en_US"],
        "settings": {"reservationMinutes": 61, "x": 1},
    }
    assert faults(await admin.call("PATCH", "/account", wrong)) == {
        "/name": "invalid_value",
        "/sandbox": "invalid_value",
        "/colour": "unknown_field",
        "/title": "wrong_type",
        "/locales": "unknown_locale",
        "/settings/reservationMinutes": "out_of_range",
        "/settings/x": "unknown_field",
    }
    assert (await admin.call("GET", "/account")).json() == changed


async def test_writers_may_read(shared: Site) -> None:
    admin = await administrator(shared, ADMIN_WRITE)
    assert json.loads((await admin.call("GET", "/export")).content)["account"] == "acme"
