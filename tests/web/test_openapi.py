"""What holds of both OpenAPI documents."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from openslot.web.docs.error_codes import all_codes

from .contract import ADMIN_API, BOOKING_API, Contract, check_problem, name_of
from .site import Site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
pytestmark += [pytest.mark.parametrize("api", [BOOKING_API, ADMIN_API], ids=str)]


async def test_it_is_served_without_a_token(shared: Site, api: Contract) -> None:
    """The same for everybody, with an ETag."""
    answer = await shared.http.get(f"{api.prefix}/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == api.document
    etag = {"If-None-Match": answer.headers["etag"]}
    known = await shared.http.get(f"{api.prefix}/openapi.json", headers=etag)
    assert (known.status_code, known.content) == (304, b"")
    elsewhere = await shared.http.get(f"{api.prefix}/OpenAPI.json", headers=etag)
    assert elsewhere.status_code == 404
    refused = await shared.http.post(f"{api.prefix}/openapi.json")
    assert refused.status_code == 405
    check_problem(refused)


def test_it_is_openapi(api: Contract) -> None:
    """By the JSON Schema of OpenAPI 3.1 and its rules beyond that, as another library has them."""
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415  (half a second)

    assert api.document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(api.document).iter_errors()) == []


def test_it_has_every_call(api: Contract) -> None:
    """Each with a name of its own."""
    paths = api.document["paths"]
    calls = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    assert sorted(calls) == sorted((o.method, o.path) for o in api.operations)
    names = {one["operationId"] for methods in paths.values() for one in methods.values()}
    assert len(names) == len(calls)


def test_references_lead_somewhere(api: Contract) -> None:
    """Every one, and every component is referred to."""
    found = set(re.findall(r"'\$ref': '(#[^']+)'", repr(api.document)))
    for reference in found:
        node: Any = api.document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    components = {
        f"#/components/{kind}/{name}"
        for kind, members in api.document["components"].items()
        if kind != "securitySchemes"
        for name in members
    }
    assert components == found


def test_every_object_is_closed(api: Contract) -> None:
    """And every schema is one of JSON Schema 2020-12."""
    schemas = api.document["components"]["schemas"]
    assert schemas
    for name, schema in schemas.items():
        jsonschema_rs.meta.validate(schema)
        assert schema["additionalProperties"] is False, name


def test_python_reads_its_patterns(api: Contract) -> None:
    """Many who read the document are written in it."""
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(api.document))
    assert patterns
    for pattern in patterns:
        re.compile(json.loads(pattern))


def test_scopes_are_explained(api: Contract) -> None:
    """Any one of a call's scopes is enough; each scope has a sentence."""
    for operation in api.operations:
        listed = [{"oauth2": [scope]} for scope in operation.scopes]
        assert api.described(operation)["security"] == listed, name_of(operation)
    flow = api.document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == {scope for o in api.operations for scope in o.scopes}
    assert all(" " in sentence for sentence in flow["scopes"].values())


def test_every_code_is_explained(api: Contract) -> None:
    """Whatever a client can meet."""
    told = set(re.findall(r"`(\w+)`: ", repr(api.document["paths"])))
    assert {"not_found", "insufficient_scope"} <= told <= all_codes().keys()
