"""The OpenAPI document itself."""

import re
from typing import Any

import jsonschema_rs
import pytest
from openapi_pydantic import OpenAPI

from openslot.kernel.scopes import BOOKING
from openslot.web.booking_api.routes import ROUTES

from .contract import OPENAPI, check_problem, name_of
from .good import request_for
from .site import API, Site, at

pytestmark = pytest.mark.anyio


async def test_it_is_served_without_a_token(shared: Site) -> None:
    """The same for everybody, with an ETag."""
    answer = await shared.call("GET", "/openapi.json", client=None)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == OPENAPI
    again = await shared.http.get(
        f"{API}/OpenAPI.json", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 404
    etag = {"If-None-Match": answer.headers["etag"]}
    known = await shared.call("GET", "/openapi.json", client=None, headers=etag)
    assert (known.status_code, known.content) == (304, b"")
    refused = await shared.call("POST", "/openapi.json", {})
    assert refused.status_code == 405
    check_problem(refused)


async def test_it_reads_as_openapi() -> None:
    """By another reader of the format; every call is in it, each with a name of its own."""
    OpenAPI.model_validate(OPENAPI)
    assert OPENAPI["openapi"].startswith("3.1.")
    calls = [
        (method.upper(), path) for path, methods in OPENAPI["paths"].items() for method in methods
    ]
    assert sorted(calls) == sorted((o.method, o.path) for o in ROUTES)
    names = [
        one["operationId"] for methods in OPENAPI["paths"].values() for one in methods.values()
    ]
    assert len(set(names)) == len(calls)


async def test_references_lead_somewhere() -> None:
    """Every one, and every component is referred to."""
    found = set(re.findall(r"'\$ref': '(#[^']+)'", repr(OPENAPI)))
    for reference in found:
        node: Any = OPENAPI
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    components = {
        f"#/components/{kind}/{name}"
        for kind, members in OPENAPI["components"].items()
        if kind != "securitySchemes"
        for name in members
    }
    assert components == found


async def test_every_object_is_closed() -> None:
    """And every schema is one of JSON Schema 2020-12."""
    for name, schema in OPENAPI["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema)
        assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize("operation", ROUTES, ids=name_of)
async def test_security(operation: Any) -> None:
    """Any one of the scopes is enough."""
    described = OPENAPI["paths"][operation.path][operation.method.lower()]
    assert described["security"] == [{"oauth2": [scope]} for scope in operation.scopes]
    flow = OPENAPI["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == set(BOOKING)


async def test_parameters_are_those_of_the_contract() -> None:
    """Where they are taken."""
    refs = {
        name_of(operation): {
            p.get("name") or p["$ref"].rpartition("/")[2]
            for p in OPENAPI["paths"][operation.path][operation.method.lower()]["parameters"]
        }
        for operation in ROUTES
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


async def test_slots_fit_their_schema(shared: Site) -> None:
    """They are written by hand, in both forms."""
    for include in (None, "remaining", "unavailable", "unavailable,remaining"):
        for operation in ROUTES:
            if not operation.path.endswith("timeslots"):
                continue
            path, made = await request_for(shared, operation)
            params = {**made["params"], "from": at(0, 0)[:10], "to": at(4, 0)[:10]}
            params.pop("include", None)
            params |= {"include": include} if include else {}
            answer = await shared.call("GET", path, params=params)
            assert len(answer.json()) > 50
            schemas = OPENAPI["components"]["schemas"]
            for slot in answer.json():
                expected = schemas["DetailedSlot" if include else "Slot"]
                assert expected["properties"].keys() >= slot.keys() >= set(expected["required"])
                if include:
                    assert ("reason" in slot) == (not slot["available"])
                    assert ("remaining" in slot) == ("remaining" in include)


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
