"""Whether answers are as the OpenAPI document says."""

import json
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from openslot.web.booking_api.routes import API as BOOKING_API
from openslot.web.booking_api.routes import ROUTES
from openslot.web.docs.openapi import routes as openapi
from openslot.web.http.route import AnyRoute

from .site import API, PERSON
from .world import PUBLIC_URL

OPENAPI: dict[str, Any] = json.loads(openapi.booking_api(BOOKING_API).document(PUBLIC_URL))
_SAID_BY_ALL = {"content-length", "content-type"}
_MAY_BE_MISSING = {"link", "idempotency-replayed", "www-authenticate"}


def name_of(operation: AnyRoute) -> str:
    """As tests are called."""
    return f"{operation.method} {operation.path}"


BY_NAME = {name_of(operation): operation for operation in ROUTES}


def statuses(operation: AnyRoute) -> list[int]:
    """Every status that the document lists for a call."""
    return [int(status) for status in _described(operation)["responses"]]


def codes(operation: AnyRoute, status: int) -> list[str]:
    """The codes of an error status."""
    content = _described(operation)["responses"][str(status)]["content"]
    schema = content["application/problem+json"]["schema"]
    listed: list[str] = schema["allOf"][1]["properties"]["code"]["enum"]
    return listed


def check(operation: AnyRoute, answer: httpx.Response) -> None:
    """The status is listed, the body fits its schema, and exactly the headers listed are there."""
    responses = _described(operation)["responses"]
    assert str(answer.status_code) in responses, (name_of(operation), answer.text)
    response = responses[str(answer.status_code)]
    expected = {name.lower() for name in response.get("headers", {})}
    present = set(answer.headers) - _SAID_BY_ALL
    if answer.status_code == 304:
        present -= {"content-language", "vary"}
    assert expected - present <= _MAY_BE_MISSING, (name_of(operation), expected - present)
    assert present <= expected, (name_of(operation), present - expected)
    if "content" not in response:
        assert answer.content == b""
        return
    [media_type] = response["content"]
    assert answer.headers["content-type"] == media_type
    _validator(operation.method, operation.path, answer.status_code).validate(answer.json())
    if answer.is_error:
        check_problem(answer)


def check_problem(answer: httpx.Response) -> None:
    """The shape that every error has, wherever it comes from."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(problem)[:6] == ["type", "title", "status", "detail", "instance", "code"]
    assert problem["type"] == f"{PUBLIC_URL}/problems/{problem['code']}"
    assert problem["status"] == answer.status_code
    assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    if answer.status_code == 422:
        assert problem["errors"]
    assert not [value for value in PERSON.values() if value in answer.text]
    if answer.status_code in (429, 503):
        assert int(answer.headers["retry-after"]) >= 1
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer ")


def faults(answer: httpx.Response) -> dict[str, str]:
    """The code of the fault at every pointer."""
    assert answer.status_code == 422, answer.text
    check_problem(answer)
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


def path_of(operation: AnyRoute) -> str:
    """The path as the document has it, under the API's prefix."""
    return API + operation.path


def _described(operation: AnyRoute) -> Any:
    return OPENAPI["paths"][operation.path][operation.method.lower()]


@cache
def _validator(method: str, path: str, status: int) -> Any:
    response = OPENAPI["paths"][path][method.lower()]["responses"][str(status)]
    [content] = response["content"].values()
    schema = {**content["schema"], "components": OPENAPI["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
