"""Webhooks by program: what is taken, what is refused, and what a sandbox account records."""

import json
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    ALL,
    PRIVACY_MANAGE,
    WEBHOOKS_MANAGE,
)

from ..conftest import Start
from ..contract import faults
from ..site import PERSON, Site
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MANAGER = [WEBHOOKS_MANAGE]
URL = "https://crm.example.org/openslot"


async def made(site: Site, key: str = "crm", **more: Any) -> dict[str, Any]:
    """A new webhook."""
    answer = await ask(site, "POST", "/webhooks", {"key": key, "url": URL, **more}, scopes=ALL)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    webhook: dict[str, Any] = answer.json()
    return webhook


async def recorded(site: Site, **params: Any) -> list[dict[str, Any]]:
    """What would have left the account."""
    answer = await ask(site, "GET", "/sandbox/deliveries", scopes=[ADMIN_READ], params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_its_life(site: Site) -> None:
    webhook = await made(site)
    assert webhook["events"] == ["*"]
    assert (webhook["active"], webhook["includeCustomer"]) == (True, False)
    secret, path = webhook.pop("secret"), f"/webhooks/{webhook['id']}"
    assert secret.startswith("whsec_")
    shown = await ask(site, "GET", path, scopes=MANAGER)
    assert shown.json() == webhook
    assert secret not in (await ask(site, "GET", "/webhooks", scopes=MANAGER)).text
    await made(site, "other")
    for key, found in (("crm", [webhook]), ("CRM", [])):
        named = await ask(site, "GET", "/webhooks", scopes=MANAGER, params={"key": key})
        assert named.json() == found
    changed = await ask(site, "PATCH", path, {"events": ["appointment.moved"]}, scopes=MANAGER)
    assert changed.json() == {**webhook, "version": 2, "events": ["appointment.moved"]}
    off = await ask(site, "PATCH", path, {"active": False}, scopes=MANAGER)
    assert (off.json()["active"], off.json()["disabledReason"]) == (False, None)
    for call, body in (("test", None), ("replay", {"from": "2027-01-01T00:00:00Z"})):
        refused = await ask(site, "POST", f"{path}/{call}", body, scopes=MANAGER)
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_inactive")
    assert (await ask(site, "DELETE", path, scopes=MANAGER)).status_code == 204
    assert (await ask(site, "GET", path, scopes=MANAGER)).status_code == 404


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"url": "http://crm.example.org"}, {"/url": "https_required"}),
        ({"url": "https://0x7f000001/"}, {"/url": "address_not_allowed"}),
        ({"url": "https://u:p@crm.example.org"}, {"/url": "invalid_value"}),
        ({"url": 5}, {"/url": "wrong_type"}),
        ({"events": []}, {"/events": "out_of_range"}),
        ({"events": ["appointment.made"]}, {"/events/0": "invalid_value"}),
        ({"key": "a b"}, {"/key": "pattern"}),
        ({"colour": "red"}, {"/colour": "unknown_field"}),
    ],
)
async def test_what_cannot_be_taken(
    shared: Site, change: dict[str, Any], found: dict[str, str]
) -> None:
    body = {"key": "faulty", "url": URL, **change}
    answer = await ask(shared, "POST", "/webhooks", body, scopes=MANAGER)
    assert answer.status_code == 422, answer.text
    assert faults(answer).keys() == found.keys()
    if "/url" in found or "/events/0" in found:
        assert faults(answer).items() >= {k: v for k, v in found.items() if k == "/url"}.items()


async def test_keys_are_taken_once_and_twenty_are_enough(site: Site) -> None:
    for number in range(20):
        await made(site, f"hook-{number}")
    more = await ask(site, "POST", "/webhooks", {"key": "more", "url": URL}, scopes=MANAGER)
    assert (more.status_code, more.json()["code"]) == (409, "too_many_webhooks")
    first = (await ask(site, "GET", "/webhooks", scopes=MANAGER)).json()[0]
    path = f"/webhooks/{first['id']}"
    taken = await ask(site, "PATCH", path, {"key": "hook-1"}, scopes=MANAGER)
    assert (taken.status_code, taken.json()["code"]) == (409, "webhook_key_taken")


async def test_customers_data_needs_the_scope_for_them(site: Site) -> None:
    body = {"key": "crm", "url": URL, "includeCustomer": True}
    refused = await ask(site, "POST", "/webhooks", body, scopes=MANAGER)
    assert refused.status_code == 403
    assert refused.json()["scopes"] == [PRIVACY_MANAGE]
    webhook = await made(site)
    path = f"/webhooks/{webhook['id']}"
    patched = await ask(site, "PATCH", path, {"includeCustomer": True}, scopes=MANAGER)
    assert patched.status_code == 403
    both = [WEBHOOKS_MANAGE, PRIVACY_MANAGE]
    allowed = await ask(site, "PATCH", path, {"includeCustomer": True}, scopes=both)
    assert allowed.status_code == 200
    # Who may not give the data away may not send it elsewhere either.
    moved = await ask(site, "PATCH", path, {"url": "https://a.example"}, scopes=MANAGER)
    assert moved.status_code == 403
    # Neither in two steps, the first of them while nothing is sent.
    aside = {"active": False, "url": "https://a.example"}
    assert (await ask(site, "PATCH", path, aside, scopes=MANAGER)).status_code == 403
    off = await ask(site, "PATCH", path, {"active": False}, scopes=MANAGER)
    assert off.status_code == 200
    other = await made(site, "other")
    aside = {"active": False, "includeCustomer": True}
    refused = await ask(site, "PATCH", f"/webhooks/{other['id']}", aside, scopes=MANAGER)
    assert refused.status_code == 403


async def test_two_secrets_and_never_none(site: Site) -> None:
    webhook = await made(site)
    path = f"/webhooks/{webhook['id']}/secrets"
    [first] = (await ask(site, "GET", path, scopes=MANAGER)).json()
    last = await ask(site, "DELETE", f"{path}/{first['id']}", scopes=MANAGER)
    assert (last.status_code, last.json()["code"]) == (409, "last_secret")
    second = await ask(site, "POST", path, scopes=MANAGER)
    assert second.status_code == 201
    assert second.json()["secret"] != webhook["secret"]
    third = await ask(site, "POST", path, scopes=MANAGER)
    assert (third.status_code, third.json()["code"]) == (409, "too_many_secrets")
    assert (await ask(site, "DELETE", f"{path}/{first['id']}", scopes=MANAGER)).status_code == 204


async def test_a_sandbox_records_what_would_have_been_sent(site: Site) -> None:
    plain = await made(site, events=["appointment.booked"])
    told = await made(site, "told", includeCustomer=True)
    appointment = await booked(site)
    found = await recorded(site)
    assert [(d["kind"], d["channel"], d["to"]) for d in found] == [
        ("appointment.booked", "webhook", URL)
    ] * 2
    by_webhook = {d["webhook"]: d for d in found}
    for webhook in (plain, told):
        request = by_webhook[webhook["id"]]
        event = Verifier(webhook["secret"]).verify(
            request["payload"].encode(),
            # They are signed at the instant of the account's clock, which stands elsewhere.
            request["headers"],
        )
        assert event["data"]["appointmentId"] == request["appointmentId"]
    customer = json.loads(by_webhook[told["id"]]["payload"])["data"]["customer"]
    assert customer == {
        "firstName": PERSON["firstName"],
        "lastName": PERSON["lastName"],
        "email": PERSON["email"],
        "phoneNumber": PERSON["phoneNumber"],
        "dateOfBirth": None,
    }
    assert "customer" not in json.loads(by_webhook[plain["id"]]["payload"])["data"]
    deliveries = await ask(site, "GET", f"/webhooks/{told['id']}/deliveries", scopes=MANAGER)
    [delivery] = deliveries.json()
    assert (delivery["status"], delivery["attempts"]) == ("delivered", [])
    page = await recorded(site, limit=1)
    assert page == found[:1]
    assert await recorded(site, kind="appointment.moved") == []
    assert await recorded(site, appointment=appointment["appointmentId"], channel="email") == []
    cleared = await ask(site, "DELETE", "/sandbox/deliveries", scopes=[ADMIN_WRITE])
    assert cleared.status_code == 204
    assert await recorded(site) == []
    another = await booked(site)
    assert {d["appointmentId"] for d in await recorded(site)} == {another["appointmentId"]}


async def test_erasing_takes_people_out_of_what_was_sent(site: Site) -> None:
    told = await made(site, includeCustomer=True)
    await booked(site)
    assert PERSON["lastName"] in json.dumps(await recorded(site))
    erased = await ask(
        site,
        "POST",
        "/customers/erase",
        {"personalIdentifier": PERSON["personalIdentifier"]},
        scopes=[PRIVACY_MANAGE],
        params={"force": "true"},
    )
    assert erased.status_code == 200, erased.text
    assert PERSON["lastName"] not in json.dumps(await recorded(site))
    path = f"/webhooks/{told['id']}/deliveries"
    listed = (await ask(site, "GET", path, scopes=MANAGER)).json()
    assert len(listed) == 2
    for delivery in listed:
        whole = await ask(site, "GET", f"{path}/{delivery['id']}", scopes=MANAGER)
        assert PERSON["lastName"] not in whole.text


async def test_an_account_file_lists_them(start: Start) -> None:
    async with start() as site:
        file = (await ask(site, "GET", "/export", scopes=ALL)).json()
        assert "webhooks" not in file
        file["webhooks"] = [{"key": "crm", "url": URL, "events": ["appointment.booked"]}]
        without = [scope for scope in ALL if scope != WEBHOOKS_MANAGE]
        refused = await ask(site, "POST", "/apply", file, scopes=without)
        assert refused.status_code == 403
        applied = await ask(site, "POST", "/apply", file, scopes=ALL)
        assert applied.status_code == 200, applied.text
        [issued] = applied.json()["webhooks"]
        assert (issued["account"], issued["key"]) == ("acme", "crm")
        assert issued["secret"].startswith("whsec_")
        again = await ask(site, "POST", "/apply", file, scopes=ALL)
        assert (again.json()["changes"], again.json()["webhooks"]) == ([], [])
        assert (await ask(site, "GET", "/export", scopes=ALL)).json() == file
        del file["webhooks"]
        removed = await ask(site, "POST", "/apply", file, scopes=ALL)
        assert [c["action"] for c in removed.json()["changes"]] == ["deleted"]
