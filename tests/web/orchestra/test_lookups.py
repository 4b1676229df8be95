"""Finding a customer's appointments: who may, what is found, and what is never written down."""

from typing import Any

import pytest

from openslot.kernel.scopes import AUDIT_READ, PRIVACY_MANAGE
from openslot.scheduling.store.clock import set_clock

from ..admin.administrator import administrator
from ..site import PERSON, Site
from ..world import NOW
from .program import Program, program
from .test_bookings import CUSTOMER, booked, times

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

IDENTIFY = "//rest/appointment/customers/identify"


async def looking(site: Site, client: str = "full", account: str = "acme") -> Program:
    """A program that may look customers up."""
    return await program(site, client, account, customer_look_up=True)


def ids(found: dict[str, Any]) -> list[str]:
    return [each["publicId"] for each in found["appointmentList"]]


async def test_only_a_key_that_may_finds_anybody(site: Site) -> None:
    """403 for all others, never an empty list; another account's has nobody."""
    calling = await program(site)
    customer = (await booked(calling))["customers"][0]["publicId"]
    paths = (
        f"/v1/customers/{customer}/appointments",
        "/v1/customers/externalId/person%40zaak%2F42/appointments",
        f"{IDENTIFY};email={CUSTOMER['email']}",
        f"//qsystem{IDENTIFY[1:]};email={CUSTOMER['email']}",
    )
    for path in paths:
        refused = await calling.call("GET", path)
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (403, "E403"), path
        assert "customerLookUp" in refused.json()["msg"]
    theirs = await looking(site, account="globex")
    for path in paths[:2]:
        refused = await theirs.call("GET", path)
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (404, "E404"), path
        assert "identified 0 customers" in refused.json()["msg"]
    for path in paths[2:]:
        assert await theirs.get(path) == []
    cancelling = await looking(site, "cancel")
    for path in paths:
        assert (await cancelling.call("GET", path)).status_code == 200, path


async def test_a_customer_is_found_by_id_by_external_id_and_by_mail(site: Site) -> None:
    """With bookings of every interface; cancelled ones left out, past ones not; by start."""
    calling = await looking(site)
    first = await booked(calling)
    second = await booked(calling, **{**CUSTOMER, "lastName": "Later", "email": None})
    ended = await booked(calling)
    assert (await calling.call("DELETE", f"/v1/appointments/{ended['publicId']}")).is_success
    customer = first["customers"][0]["publicId"]
    assert second["customers"][0]["publicId"] == customer
    external = "/v1/customers/externalId/person%40zaak%2F42/appointments"
    for path in (f"/v1/customers/{customer}/appointments", external, external + "/"):
        found = await calling.get(path)
        assert ids(found) == [first["publicId"], second["publicId"]]
        assert found["meta"]["totalResults"] == 2
    shown = await calling.get(f"{IDENTIFY};email={str(CUSTOMER['email']).upper()}")
    assert [each["publicId"] for each in shown] == [customer]
    assert shown[0]["externalId"] == CUSTOMER["externalId"]
    await site.app.database.write(site.tenant().account.id, set_clock, NOW + 40 * 86_400_000, 0)
    assert ids(await calling.get(external))[:1] == [first["publicId"]]
    for wrong in ("", ";email=", ";email=a@b.example;email=c@b.example"):
        assert (await calling.call("GET", IDENTIFY + wrong)).status_code == 400, wrong
    for unknown in ("/v1/customers/x/appointments", "/v1/customers/externalId/x/appointments"):
        assert (await calling.call("GET", unknown)).status_code == 404


async def test_an_external_id_that_reads_as_an_identifier_is_that_person(site: Site) -> None:
    """Of the booking API too, and however a UUID is written."""
    calling = await looking(site)
    theirs = (await site.book())["appointmentId"]
    ours = await booked(calling, externalId=PERSON["personalIdentifier"])
    path = f"/v1/customers/externalId/{PERSON['personalIdentifier']}/appointments"
    assert sorted(ids(await calling.get(path))) == sorted([theirs, ours["publicId"]])
    uuid = "0b9bcf1e-6f5a-4a41-9f2b-7a8d0c5be9aa"
    named = await booked(calling, externalId=uuid)
    assert named["customers"][0]["externalId"] == uuid
    for text in (uuid, uuid.replace("-", "")):
        found = await calling.get(f"/v1/customers/externalId/{text}/appointments")
        assert ids(found) == [named["publicId"]]


async def test_without_an_id_the_mail_address_makes_a_person(site: Site) -> None:
    """Case ignored; who gave neither is somebody else each time."""
    calling = await looking(site)
    same = [await booked(calling, email=text) for text in ("P@example.org", "p@EXAMPLE.org")]
    nobody = [await booked(calling, lastName="Oost") for _ in range(2)]
    people = [each["customers"][0]["publicId"] for each in (*same, *nobody)]
    assert people[0] == people[1]
    assert len(set(people)) == 3
    found = await calling.get(f"{IDENTIFY};email=p%40example.org")
    assert [each["email"] for each in found] == ["p@EXAMPLE.org"]
    other = await booked(calling, email="p@example.org", externalId="Q-1")
    found = await calling.get(f"{IDENTIFY};email=p@example.org")
    assert [each["publicId"] for each in found] == [
        other["customers"][0]["publicId"],
        people[0],
    ]


async def test_what_a_program_said_is_for_its_client_and_for_look_ups(site: Site) -> None:
    given = await booked(await program(site))
    path = f"/v1/appointments/{given['publicId']}"
    hidden = ("externalId", "identificationNumber", "custom", "addressLine1", "addressZip")
    other = (await (await program(site, "other")).get(path))["appointment"]["customers"][0]
    assert {other[name] for name in hidden} == {None}
    assert other["email"] == CUSTOMER["email"]
    seen = (await (await looking(site, "other")).get(path))["appointment"]["customers"][0]
    assert seen == given["customers"][0]


async def test_look_ups_are_audited_and_name_nobody(site: Site, logged: list[Any]) -> None:
    """Neither the trail nor any log line has the person; the key is named beside its client."""
    calling = await looking(site)
    customer = (await booked(calling))["customers"][0]["publicId"]
    await calling.get(f"{IDENTIFY};email={CUSTOMER['email']}")
    await calling.get("/v1/customers/externalId/person%40zaak%2F42/appointments")
    await calling.get(f"/v1/customers/{customer}/appointments")
    await calling.call("GET", "/v1/customers/externalId/nobody@example.org/appointments")
    reading = await administrator(site, AUDIT_READ)
    events = (await reading.call("GET", "/audit-events?type=customer.looked_up")).json()
    assert [event["detail"] for event in reversed(events)] == [
        {"by": "email", "found": 1},
        {"by": "externalId", "found": 1},
        {"by": "publicId", "found": 1},
        {"by": "externalId", "found": 0},
    ]
    client = site.tenant().clients["full"].client_id
    actor = {"type": "client", "id": client, "apiKeyId": calling.api_key.id}
    assert [event["actor"] for event in events] == [actor] * 4
    assert logged
    text = repr(logged) + repr(events)
    assert not [value for value in (*CUSTOMER.values(), customer) if str(value) in text]
    routes = {line["route"] for line in logged if "route" in line}
    assert (
        "/calendar-backend/public/api/v1/customers/externalId/{externalId}/appointments" in routes
    )
    metrics = (await site.http.get("/metrics")).text
    assert "oosterschelde" not in metrics


async def test_look_ups_count_as_searches(start: Any) -> None:
    async with start(searches_per_minute_and_client=1) as site:
        calling = await looking(site)
        assert await calling.get(f"{IDENTIFY};email=a@example.org") == []
        refused = await calling.call("GET", f"{IDENTIFY};email=a@example.org")
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (429, "E429")
        assert (await calling.call("GET", "/v1/services")).status_code == 200


async def test_a_replaced_customer_is_another_one(site: Site) -> None:
    """PUT …/customer replaces what came from here too; the title stays the appointment's."""
    calling = await looking(site)
    path = times(calling, site.slot()) + "/book"
    body = {"title": "Passport for two", "customer": CUSTOMER}
    given = (await calling.call("POST", path, body)).json()
    id_ = given["publicId"]
    changed = await site.call("PUT", f"/appointments/{id_}/customer", site.person())
    assert changed.status_code == 204
    shown = (await calling.get(f"/v1/appointments/{id_}"))["appointment"]
    assert shown["title"] == "Passport for two"
    customer = shown["customers"][0]
    assert customer["publicId"] != given["customers"][0]["publicId"]
    assert (customer["externalId"], customer["addressLine1"], customer["custom"]) == (None,) * 3
    gone = await calling.call(
        "GET", f"/v1/customers/{given['customers'][0]['publicId']}/appointments"
    )
    assert gone.status_code == 404


async def test_staff_see_all_of_it_and_erase_it(site: Site) -> None:
    """In the admin API and in the export, by customer id; afterwards nobody is there."""
    calling = await looking(site)
    path = times(calling, site.slot()) + "/book"
    body = {"title": "Two", "custom": "x", "customer": CUSTOMER}
    given = (await calling.call("POST", path, body)).json()
    customer = given["customers"][0]["publicId"]
    officer = await administrator(site, PRIVACY_MANAGE, "openslot/appointments.manage")
    seen = (await officer.call("GET", f"/appointments/{given['publicId']}")).json()
    assert (seen["title"], seen["custom"], seen["origin"]) == ("Two", "x", "orchestra")
    assert seen["customer"]["id"] == customer
    assert seen["customer"]["externalId"] == CUSTOMER["externalId"]
    assert seen["customer"]["identificationNumber"] == CUSTOMER["identificationNumber"]
    assert seen["customer"]["address"]["zipCode"] == CUSTOMER["addressZip"]
    assert seen["customer"]["customerCustom"] == '{"bsn":null,"list":[1,""]}'
    usual = (await site.call("GET", f"/appointments/{given['publicId']}")).json()
    assert usual["title"] == "Two"
    assert usual["customer"].keys() == {
        *("firstName", "lastName", "phoneNumber", "email", "dateOfBirth")
    }
    named = {"customerId": customer}
    exported = (await officer.call("POST", "/customers/export", named)).json()
    assert exported["customerId"] == customer
    (held,) = exported["appointments"]
    assert held["appointment"]["customer"]["externalId"] == CUSTOMER["externalId"]
    erased = await officer.call("POST", "/customers/erase?force=true", named)
    assert erased.json() == {"erased": 1}
    shown = (await calling.get(f"/v1/appointments/{given['publicId']}"))["appointment"]
    assert (shown["customers"], shown["title"], shown["custom"]) == ([], "Passport", None)
    assert (await calling.call("GET", f"/v1/customers/{customer}/appointments")).status_code == 404
    assert await calling.get(f"{IDENTIFY};email={CUSTOMER['email']}") == []
    both = {**named, "personalIdentifier": PERSON["personalIdentifier"]}
    assert (await officer.call("POST", "/customers/export", both)).status_code == 422
