"""`POST apply`: an account file as JSON, with the token's account."""

import json
from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_WRITE

from ..contract import ADMIN_API, faults
from ..site import Site, at
from .administrator import Administrator, administrator

pytestmark = pytest.mark.anyio
NEW_CLIENT = {
    "key": "kiosk",
    "name": "Kiosk",
    "grants": ["client_credentials"],
    "scopes": ["openslot/admin.read"],
}


async def file_of(admin: Administrator) -> dict[str, Any]:
    """The account as it is, once applied: its numbers are then written as a file has them."""
    answer = await admin.call("GET", "/export")
    assert answer.status_code == 200
    await admin.call("POST", "/apply", answer.json())
    file: dict[str, Any] = (await admin.call("GET", "/export")).json()
    return file


async def test_what_is_exported_changes_nothing(site: Site) -> None:
    admin = await administrator(site)
    answer = await admin.call("POST", "/apply", await file_of(admin))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "changes": [],
        "stranded": [],
        "clients": [],
        "apiKeys": [],
        "webhooks": [],
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_a_file_is_larger_than_other_requests_may_be(site: Site) -> None:
    """1 MiB, whatever the settings say."""
    admin = await administrator(site)
    document = await file_of(admin)
    most = 1024 * 1024 - len(json.dumps(document, separators=(",", ":")))
    for more, status in ((most - 200, 422), (most + 1, 413)):
        answer = await admin.call("POST", "/apply", {**document, "unknown": "x" * more})
        assert answer.status_code == status, answer.text[:200]


@pytest.mark.slow
async def test_what_is_exported_is_described(site: Site) -> None:
    """As a closed object, down to the clients."""
    admin = await administrator(site)
    document = await file_of(admin)
    assert {"branches", "services", "resources", "clients"} <= document.keys()
    of_answer = ADMIN_API.validator(ADMIN_API.operation("GET", "/export"), 200)
    of_answer.validate(document)
    for spoiled in (
        {**document, "colour": "red"},
        {**document, "clients": [{**document["clients"][0], "clientSecret": "osk_x"}]},
        {**document, "resources": [{**document["resources"][0], "capacity": "one"}]},
    ):
        assert not of_answer.is_valid(spoiled)


async def test_a_new_clients_secret_is_shown_once(site: Site) -> None:
    admin = await administrator(site)
    file = await file_of(admin)
    file["clients"].append(NEW_CLIENT)
    dry = await admin.call("POST", "/apply", file, params={"dryRun": "true"})
    created = [{"kind": "client", "key": "kiosk", "action": "created"}]
    assert dry.json() == {"changes": created, "stranded": []}
    key = {"Idempotency-Key": "one"}
    first = (await admin.call("POST", "/apply", file, headers=key)).json()
    assert first["changes"] == created
    [client] = first["clients"]
    assert (client["account"], client["key"]) == ("acme", "kiosk")
    assert client["clientSecret"].startswith("osk_")
    again = (await admin.call("POST", "/apply", file, headers=key)).json()
    assert again == {"changes": [], "stranded": [], "clients": [], "apiKeys": [], "webhooks": []}


async def test_clients_need_the_scope_that_writes_them(site: Site) -> None:
    admin = await administrator(site, ADMIN_WRITE)
    file = await file_of(admin)
    assert (await admin.call("POST", "/apply", file)).status_code == 200
    refused = await admin.call("POST", "/apply", {**file, "clients": [NEW_CLIENT]})
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert await file_of(admin) == file


async def test_another_account_is_refused(site: Site) -> None:
    admin = await administrator(site)
    file = {**await file_of(admin), "account": "globex"}
    assert faults(await admin.call("POST", "/apply", file)) == {"/account": "invalid_value"}
    wrong = {"account": "acme", "branches": [{"key": "a", "openingHours": 5}], "x": 1}
    assert faults(await admin.call("POST", "/apply", wrong)) == {
        "/name": "required",
        "/branches/0/name": "required",
        "/branches/0/timeZone": "required",
        "/branches/0/openingHours": "wrong_type",
        "/x": "unknown_field",
    }


async def test_it_tells_whom_it_strands(site: Site) -> None:
    admin = await administrator(site)
    late = await site.book(timeSlot={"startTime": at(1, 16 * 60)})
    file = await file_of(admin)
    for branch in file["branches"]:
        for period in branch.get("openingHours", ()):
            period["closes"] = "16:00"
    dry = (await admin.call("POST", "/apply", file, params={"dryRun": "true"})).json()
    assert dry["stranded"] == [late["appointmentId"]]
    assert [c["key"] for c in dry["changes"]] == ["centre", "harbour"]
    done = (await admin.call("POST", "/apply", file)).json()
    assert done["stranded"] == dry["stranded"]
    file["branches"][0]["timeZone"] = "Europe/London"
    refused = await admin.call("POST", "/apply", file)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_change_needs_choice")
    moved = await admin.call("POST", "/apply", file, params={"appointments": "keep-wall-time"})
    assert moved.status_code == 200
    found = await site.call("GET", f"/appointments/{late['appointmentId']}")
    assert found.json()["timeSlot"]["startTime"].endswith("T16:00:00+00:00")
