"""The booking API's OpenAPI document, beside what holds of both."""

import pytest

from openslot.web.docs.openapi.failures import errors_of
from openslot.web.http.route import AnyRoute

from .contract import BOOKING_API, name_of
from .good import request_for
from .site import Site, at

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def test_parameters_are_those_of_the_contract() -> None:
    """Where they are taken."""
    refs = {
        name_of(operation): {
            p.get("name") or p["$ref"].rpartition("/")[2]
            for p in BOOKING_API.described(operation)["parameters"]
        }
        for operation in BOOKING_API.operations
    }
    assert refs["GET /branches/{branchId}/services/{serviceId}/timeslots"] == {
        "branchId", "serviceId", "from", "to", "numberOfReservations", "requestedResourceId",
        "rescheduledAppointmentId", "reservationId", "limit", "include", "Accept-Language",
        "X-TENANT-ID", "If-None-Match",
    }  # fmt: skip
    assert refs["DELETE /appointments/{appointmentId}"] == {
        "appointmentId", "Accept-Language", "X-TENANT-ID", "Idempotency-Key", "If-Match",
    }  # fmt: skip
    assert "If-Match" not in refs["POST /reservations"]
    assert "Idempotency-Key" not in refs["POST /appointments/search"]


@pytest.mark.parametrize("operation", BOOKING_API.operations, ids=name_of)
def test_the_codes_of_a_call(operation: AnyRoute) -> None:
    """Those that test_every_failure brings about."""
    failures = [status for status in BOOKING_API.statuses(operation) if status >= 400]
    listed = {status: BOOKING_API.codes(operation, status) for status in failures}
    assert listed == {
        status: [error.code for error in errors] for status, errors in errors_of(operation).items()
    }


LISTINGS_OF_SLOTS = [o for o in BOOKING_API.operations if o.path.endswith("timeslots")]


@pytest.mark.parametrize("operation", LISTINGS_OF_SLOTS, ids=name_of)
@pytest.mark.parametrize("include", [None, "remaining", "unavailable", "unavailable,remaining"])
async def test_slots_fit_their_schema(
    shared: Site, operation: AnyRoute, include: str | None
) -> None:
    """They are written by hand, in both forms; the last days here lie behind the horizon."""
    path, made = await request_for(shared, operation)
    params = {**made["params"], "from": at(397, 0)[:10], "to": at(403, 0)[:10]}
    params.pop("include", None)
    params |= {"include": include} if include else {}
    slots = (await shared.call("GET", path, params=params)).json()
    assert len(slots) > 50
    schema = BOOKING_API.document["components"]["schemas"]["DetailedSlot" if include else "Slot"]
    members, needed = schema["properties"].keys(), set(schema["required"])
    assert all(members >= slot.keys() >= needed for slot in slots)
    if include:
        assert [s for s in slots if ("reason" in s) == s["available"]] == []
        assert {"remaining" in slot for slot in slots} == {"remaining" in include}
        assert {slot["available"] for slot in slots} == {True, "unavailable" not in include}


async def test_what_can_be_combined(shared: Site) -> None:
    """Three lists of service ids for each resource type, as published."""
    centre = shared.id("branch", "centre")
    answer = await shared.call("GET", f"/serviceCombination/branch/{centre}")
    [of_branch] = answer.json()
    assert of_branch["branchId"] == centre
    ids = {shared.id("service", k): k for k in ("passport", "licence", "card", "family", "strict")}
    lists = [
        {kind: sorted(ids[i] for i in one[kind]) for kind in one if kind != "resourceTypeId"}
        for one in of_branch["serviceCombinations"]
    ]
    assert lists == [
        {"combinableServices": [], "unCombinableServices": ["strict"], "combinedServices": []},
        {
            "combinableServices": ["card", "family"],
            "unCombinableServices": [],
            "combinedServices": ["licence", "passport"],
        },
    ]
    everywhere = (await shared.call("GET", "/serviceCombination/branch")).json()
    assert everywhere[0] == of_branch
