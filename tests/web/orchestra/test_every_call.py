"""What holds of every call: who may, what it responds, and what its document says of it."""

import json
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from openslot.web.docs.openapi.calendar_document import path_of
from openslot.web.later_routes import CALENDAR_DOCUMENT

from ..site import Site
from ..test_pages import page
from ..world import PUBLIC_URL
from .good import CALLS, NUMBERS, request_for
from .program import program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

_OF_AN_ID = [number for number in NUMBERS if "{" in CALLS[number].path]


@pytest.fixture(scope="module")
def document() -> Any:
    """As it is served."""
    return json.loads(CALENDAR_DOCUMENT.document(PUBLIC_URL))


def test_its_document_is_openapi_and_has_every_call(document: Any) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    described = {(method.upper(), path) for path, of in document["paths"].items() for method in of}
    assert described == {(route.method, path_of(route)) for route in CALLS.values()}
    assert len(described) == len(NUMBERS) == 23


async def test_its_document_needs_no_key(shared: Site, document: Any) -> None:
    response = await shared.http.get("/docs/orchestra/openapi.json")
    assert (response.status_code, response.json()) == (200, document)


async def test_its_page_has_every_call_and_shape(shared: Site, document: Any) -> None:
    answer, outline = await page(shared, "/docs/orchestra")
    described = [call for path in document["paths"].values() for call in path.values()]
    assert {call["operationId"] for call in described} <= set(outline.ids)
    assert {f"shape-{name}" for name in document["components"]["schemas"]} <= set(outline.ids)
    assert len(described) == len(NUMBERS)
    for link in {link for link in outline.links if link.startswith("/")}:
        assert (await shared.http.get(link)).status_code == 200, link
    assert answer.text.count("X-Api-Key: $API_KEY") > len(NUMBERS)
    assert "None" not in answer.text


@pytest.mark.parametrize("number", NUMBERS)
async def test_it_responds_as_its_document_says(shared: Site, document: Any, number: str) -> None:
    calling = await program(shared, customer_look_up=True)
    path, body = await request_for(calling, number)
    route = CALLS[number]
    response = await calling.call(route.method, path, body)
    described = document["paths"][path_of(route)][route.method.lower()]["responses"]
    assert str(response.status_code) in described, response.text
    assert response.status_code < 300
    assert response.headers["Cache-Control"] == "no-store"
    if response.status_code == 204:
        assert response.content == b""
        return
    assert response.headers["Content-Type"] == "application/json"
    schema = described[str(response.status_code)]["content"]["application/json"]["schema"]
    _check(document, schema, response.json())


@pytest.mark.parametrize("number", NUMBERS)
async def test_who_may_not_gets_nothing(shared: Site, document: Any, number: str) -> None:
    """Nobody, a client without a scope, an account that has switched it off: in this order."""
    calling = await program(shared, customer_look_up=True)
    path, body = await request_for(calling, number)
    route = CALLS[number]
    described = document["paths"][path_of(route)][route.method.lower()]["responses"]
    without = await program(shared, "nothing", customer_look_up=True)
    for headers, wanted in (({"X-Api-Key": "oak_wrong"}, 401), ({"X-Api-Key": without.key}, 403)):
        refused = await calling.call(route.method, path, body, headers=headers)
        assert refused.status_code == wanted
        assert refused.headers["ERROR_CODE"] == f"E{wanted}"
        schema = described[str(wanted)]["content"]["application/json"]["schema"]
        _check(document, schema, refused.json())
        assert refused.json().keys() == {"msg"}


@pytest.mark.parametrize("number", [n for n in _OF_AN_ID if n not in ("A1", "A2")])
async def test_another_account_does_not_find_it(shared: Site, number: str) -> None:
    ours = await program(shared, customer_look_up=True)
    path, body = await request_for(ours, number)
    theirs = await program(shared, account="globex", customer_look_up=True)
    refused = await theirs.call(CALLS[number].method, path, body)
    assert (refused.status_code, refused.headers["ERROR_CODE"]) == (404, "E404")


def _check(document: Any, schema: Any, value: Any) -> None:
    whole = {**schema, "components": document["components"]}
    jsonschema_rs.validator_for(whole).validate(value)
