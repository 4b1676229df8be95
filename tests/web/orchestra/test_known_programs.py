"""The calls of programs that are in use, in their order, with what they send and what they read."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .. import world
from ..site import PERSON, Site
from .program import Program, program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

# Sent with every request, those without a body too.
JSON = {"Content-Type": "application/json"}


async def ask(calling: Program, method: str, path: str, body: Any = None) -> Any:
    """As a program does: with its key in `auth-token`, and a body that it has written itself."""
    content = None if body is None else json.dumps(body)
    headers = {"auth-token": calling.key, "X-Api-Key": calling.key, **JSON}
    response = await calling.call(method, path, content=content, headers=headers)
    assert response.is_success, response.text
    return response.json() if response.content else None


async def test_a_form_for_several_products_and_people(site: Site) -> None:
    """Open Forms: it counts those beside the first, and books for all of them in one step."""
    more = {"maxNumberOfReservations": 3, "additionalCustomerMinutes": 10}
    await site.app.database.write(
        site.tenant().account.id,
        lambda tx: world.replace(tx, "service", passport=more, licence=more),
    )
    calling = await program(site, party_counting="additional")
    listed = (await ask(calling, "GET", "/v1/services"))["serviceList"]
    products = [each for each in listed if each["publicEnabled"] and each["active"]]
    chosen = [each["publicId"] for each in products if each["name"] in ("Passport", "Licence")]
    named = ";".join(f"servicePublicId={product}" for product in chosen)
    (group,) = await ask(calling, "GET", f"/v2/branches/{calling.branch()}/services/groups;{named}")
    assert [each["publicId"] for each in group["services"]] == chosen
    branch = (await ask(calling, "GET", f"/v1/branches/{calling.branch()}"))["branch"]
    assert branch["timeZone"] == "Europe/Amsterdam"
    path = f"/v2/branches/{calling.branch()}/dates"
    found = (await ask(calling, "GET", f"{path};{named};numberOfCustomers=1"))["dates"]
    day = datetime.fromisoformat(found[3]).date()
    times = (await ask(calling, "GET", f"{path}/{day}/times;{named};numberOfCustomers=1"))["times"]
    time = times[-1]
    booked = await ask(
        calling,
        "POST",
        f"{path}/{day}/times/{time}/book",
        {
            "title": "Open Formulieren: Licence",
            "customers": [
                {"firstName": PERSON["firstName"], "lastName": PERSON["lastName"]},
                {},
            ],
            "services": [{"publicId": product} for product in chosen],
            "notes": "",
        },
    )
    details = (await ask(calling, "GET", f"/v1/appointments/{booked['publicId']}"))["appointment"]
    begins, ends = (datetime.fromisoformat(details[name]) for name in ("start", "end"))
    assert (ends - begins).total_seconds() == 50 * 60
    assert begins.astimezone(ZoneInfo(branch["timeZone"])).strftime("%H:%M") == time
    assert (details["notes"], details["numberOfCustomers"]) == (None, 2)
    left = (await ask(calling, "GET", f"{path}/{day}/times;{named};numberOfCustomers=1"))["times"]
    assert set(left) <= set(times)
    assert await ask(calling, "DELETE", f"/v1/appointments/{booked['publicId']}") is None


async def test_a_form_for_one_product(shared: Site) -> None:
    """The first version of the same plugin: by paths of the service, and one customer."""
    calling = await program(shared, party_counting="additional")
    service = (await ask(calling, "GET", "/v1/services"))["serviceList"][0]["publicId"]
    (branch,) = [
        each
        for each in (await ask(calling, "GET", f"/v1/services/{service}/branches"))["branchList"]
        if each["name"] == "Centre"
    ]
    path = f"/v1/branches/{branch['publicId']}/services/{service}/dates"
    days = [datetime.fromisoformat(e).date() for e in (await ask(calling, "GET", path))["dates"]]
    day = next(each for each in days if each > date(2027, 9, 1))
    time = (await ask(calling, "GET", f"{path}/{day}/times"))["times"][0]
    customer = {"lastName": PERSON["lastName"], "dateOfBirth": "1961-01-31"}
    body = {"title": "Open Formulieren", "customer": customer, "notes": "By bicycle"}
    booked = await ask(calling, "POST", f"{path}/{day}/times/{time}/book", body)
    assert booked["notes"] == "By bicycle"
    details = (await ask(calling, "GET", f"/v1/appointments/{booked['publicId']}"))["appointment"]
    assert details["customers"][0]["dateOfBirthWithoutTime"] == customer["dateOfBirth"]


async def test_a_portal_that_shows_people_their_appointments(site: Site) -> None:
    """Open Inwoner: by the mail address as external id, or by way of the customer that has it."""
    booking = await program(site, "other")
    email = PERSON["email"]
    slot = site.slot()
    path = f"/v1/branches/{booking.branch()}/services/{booking.service()}/dates/{slot[:10]}"
    body = {"customer": {"email": email, "externalId": email}}
    booked = await ask(booking, "POST", f"{path}/times/{slot[11:16]}/book", body)
    portal = await program(site, customer_look_up=True)
    external = f"/v1/customers/externalId/{email.replace('@', '%40')}/appointments"
    (shown,) = (await ask(portal, "GET", external))["appointmentList"]
    assert shown["publicId"] == booked["publicId"]
    assert isinstance(shown["created"], int)
    assert shown["branch"]["addressLine1"] == "Markt 1"
    (customer,) = await ask(portal, "GET", f"//rest/appointment/customers/identify;email={email}")
    by_id = f"/v1/customers/{customer['publicId']}/appointments"
    assert (await ask(portal, "GET", by_id))["appointmentList"] == [shown]
    nobody = await portal.call("GET", "/v1/customers/externalId/no@example.org/appointments")
    assert nobody.status_code == 404
