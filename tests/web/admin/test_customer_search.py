"""Customers found by a few letters: who may, what is answered, what stays in the trail."""

from typing import Any

import pytest

from openslot.kernel.scopes import ALL, APPOINTMENTS_MANAGE, AUDIT_READ

from ..contract import check_problem, faults
from ..site import PERSON, Site
from .administrator import administrator

pytestmark = pytest.mark.anyio

SEARCH = "/customers/search"


async def book(site: Site, last_name: str, identifier: str) -> dict[str, Any]:
    """An appointment of somebody."""
    held = await site.reserve()
    body = site.person(lastName=last_name, personalIdentifier=identifier)
    answer = await site.call("POST", f"/reservations/{held['appointmentId']}/confirm", body)
    made: dict[str, Any] = answer.json()
    return made


async def test_who_may_and_what_is_no_request(shared: Site) -> None:
    anonymous = await shared.http.post("/admin/v1" + SEARCH, json={"text": "abc"})
    others = await administrator(shared, *(s for s in ALL if s != APPOINTMENTS_MANAGE))
    refused = await others.call("POST", SEARCH, {"text": "abc"})
    assert (anonymous.status_code, refused.status_code) == (401, 403)
    for answer in (anonymous, refused):
        check_problem(answer)
    who = await administrator(shared, APPOINTMENTS_MANAGE)
    bodies: dict[str, tuple[Any, dict[str, str]]] = {
        "none": ({}, {"/text": "required"}),
        "short": ({"text": "ab"}, {"/text": "too_short"}),
        "spaces": ({"text": "  ab  "}, {"/text": "too_short"}),
        "cursor": ({"text": "abc", "cursor": "x"}, {"/cursor": "invalid_value"}),
    }
    for body, expected in bodies.values():
        assert faults(await who.call("POST", SEARCH, body)) == expected


async def test_what_was_booked_a_moment_ago_is_found_and_only_there(shared: Site) -> None:
    who = await administrator(shared, APPOINTMENTS_MANAGE, AUDIT_READ)
    stranger = await administrator(shared, APPOINTMENTS_MANAGE, account="globex")
    booked = await book(shared, "Quetzalcoatl", "Feathered1")
    answer = await who.call("POST", SEARCH, {"text": "QUETZÁL"}, headers={"Idempotency-Key": "q"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == [
        {
            "appointmentId": booked["appointmentId"],
            "firstName": PERSON["firstName"],
            "lastName": "Quetzalcoatl",
            "email": PERSON["email"],
            "phoneNumber": PERSON["phoneNumber"],
            "dateOfBirth": booked["customer"]["dateOfBirth"],
            "appointments": 1,
        }
    ]
    assert "link" not in answer.headers
    assert (await stranger.call("POST", SEARCH, {"text": "quetzal"})).json() == []
    searched = await who.call("GET", "/audit-events", params={"type": "customer.searched"})
    entry = searched.json()[0]  # the newest; other tests search too
    assert entry["detail"] == {"found": 1, "appointmentIds": [booked["appointmentId"]]}


@pytest.mark.slow
async def test_the_next_page_is_linked(shared: Site) -> None:
    who = await administrator(shared, APPOINTMENTS_MANAGE)
    booked = [await book(shared, f"Xylander {n}", f"Xylander{n:02}") for n in range(51)]
    ids = [one["appointmentId"] for one in booked]
    first = await who.call("POST", SEARCH, {"text": "xylander"})
    address = first.links["next"]["url"]
    assert "ylander" not in address
    second = await who.call("POST", f"{SEARCH}?{address.partition('?')[2]}", {"text": "xylander"})
    found = [one["appointmentId"] for one in [*first.json(), *second.json()]]
    assert (len(first.json()), sorted(found)) == (50, sorted(ids))
    assert "link" not in second.headers
