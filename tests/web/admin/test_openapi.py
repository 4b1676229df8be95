"""The admin API's OpenAPI document."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from openapi_pydantic import OpenAPI

from openslot.web.admin_api.routes import ROUTES
from openslot.web.docs.error_codes import all_codes

from ..contract import check_problem
from ..site import Site
from .administrator import ADMIN
from .described import ADMIN_OPENAPI, described, validator

pytestmark = pytest.mark.anyio


async def test_it_is_served_without_a_token(shared: Site) -> None:
    """The same for everybody, with an ETag."""
    answer = await shared.http.get(f"{ADMIN}/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == ADMIN_OPENAPI
    etag = {"If-None-Match": answer.headers["etag"]}
    known = await shared.http.get(f"{ADMIN}/openapi.json", headers=etag)
    assert (known.status_code, known.content) == (304, b"")
    refused = await shared.http.post(f"{ADMIN}/openapi.json")
    assert refused.status_code == 405
    check_problem(refused)


async def test_it_reads_as_openapi() -> None:
    """By another reader of the format; every call is in it, each with a name of its own."""
    OpenAPI.model_validate(ADMIN_OPENAPI)
    paths = ADMIN_OPENAPI["paths"]
    calls = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    assert sorted(calls) == sorted((o.method, o.path) for o in ROUTES)
    names = {one["operationId"] for methods in paths.values() for one in methods.values()}
    assert len(names) == len(calls)


async def test_python_reads_its_patterns() -> None:
    """Many who read the document are written in it."""
    text = json.dumps(ADMIN_OPENAPI)
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text)
    assert patterns
    for pattern in patterns:
        re.compile(json.loads(pattern))


async def test_references_lead_somewhere() -> None:
    """Every one, and every component is referred to."""
    found = set(re.findall(r"'\$ref': '(#[^']+)'", repr(ADMIN_OPENAPI)))
    for reference in found:
        node: Any = ADMIN_OPENAPI
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    components = {
        f"#/components/{kind}/{name}"
        for kind, members in ADMIN_OPENAPI["components"].items()
        if kind != "securitySchemes"
        for name in members
    }
    assert components == found


async def test_every_object_is_closed() -> None:
    """And every schema is one of JSON Schema 2020-12."""
    for name, schema in ADMIN_OPENAPI["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema)
        assert schema["additionalProperties"] is False, name


async def test_scopes_are_explained() -> None:
    """Each call lists those of the table; each scope has a sentence."""
    for operation in ROUTES:
        listed = [{"oauth2": [scope]} for scope in operation.scopes]
        assert described(operation)["security"] == listed
    flow = ADMIN_OPENAPI["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == {scope for o in ROUTES for scope in o.scopes}
    assert all(" " in sentence for sentence in flow["scopes"].values())


async def test_patches() -> None:
    """Every member may be absent or null, inside objects too; other members are refused."""
    patch = validator("PATCH", "/branches/{branchId}", None)
    for good in (
        {}, {"name": None}, {"name": {"nl_NL": None}}, {"address": {"city": None}},
        {"location": {"latitude": 52}}, {"active": False}, {"id": "x", "version": 3},
    ):  # fmt: skip
        patch.validate(good)
    for bad in ({"colour": 1}, {"active": "no"}, {"address": {"shape": 1}}, {"openingHours": [{}]}):
        assert not patch.is_valid(bad), bad
    for operation in ROUTES:
        if operation.merges:
            body = described(operation)["requestBody"]["content"]
            assert set(body) == {"application/json", "application/merge-patch+json"}


async def test_bodies_are_entries_of_the_account_file() -> None:
    """With what has to be there, and without what the server gives."""
    branch = validator("POST", "/branches", None)
    good = {"key": "centre", "name": "Centre", "timeZone": "Europe/Amsterdam"}
    branch.validate({**good, "address": None, "openingHours": []})
    assert not branch.is_valid({**good, "id": "x"})
    assert not branch.is_valid({"key": "centre", "name": "Centre"})


async def test_every_code_is_explained() -> None:
    """Whatever a client can meet."""
    told = set(re.findall(r"`(\w+)`: ", repr(ADMIN_OPENAPI["paths"])))
    assert "would_strand" in told
    assert told <= all_codes().keys()
    assert "stranded" in ADMIN_OPENAPI["components"]["schemas"]["Problem"]["properties"]
