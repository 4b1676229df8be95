"""Whether answers of the admin API are as its OpenAPI document says."""

import json
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from openslot.web.docs.openapi import routes as openapi
from openslot.web.http.route import AnyRoute
from openslot.web.server import ADMIN_API

from ..contract import check_problem, name_of
from ..world import PUBLIC_URL

ADMIN_OPENAPI: dict[str, Any] = json.loads(openapi.admin_api(ADMIN_API).document(PUBLIC_URL))
_SAID_BY_ALL = {"content-length", "content-type"}
_MAY_BE_MISSING = {
    "link", "idempotency-replayed", "www-authenticate", "content-disposition",
}  # fmt: skip


def described(operation: AnyRoute) -> Any:
    """What the document says of a call."""
    return ADMIN_OPENAPI["paths"][operation.path][operation.method.lower()]


def check(operation: AnyRoute, answer: httpx.Response, *, dry_run: bool = False) -> None:
    """The status is listed, the body fits its schema, and the headers are those listed."""
    responses = described(operation)["responses"]
    assert str(answer.status_code) in responses, (name_of(operation), answer.text)
    response = responses[str(answer.status_code)]
    expected = {name.lower() for name in response.get("headers", {})}
    present = set(answer.headers) - _SAID_BY_ALL
    if answer.status_code == 304:
        present -= {"content-language", "vary"}
    if not dry_run:
        missing = expected - present
        assert missing <= _MAY_BE_MISSING, (name_of(operation), missing)
    assert present <= expected, (name_of(operation), present - expected)
    if "content" not in response:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in response["content"]
    if media_type.endswith("json") and not media_type.endswith("ndjson"):
        validator(operation.method, operation.path, answer.status_code).validate(answer.json())
    if answer.is_error:
        check_problem(answer)


@cache
def validator(method: str, path: str, status: int | None) -> Any:
    """Of an answer's JSON, or with no status of the request's body."""
    call = ADMIN_OPENAPI["paths"][path][method.lower()]
    message = call["requestBody"] if status is None else call["responses"][str(status)]
    content = next(c for name, c in message["content"].items() if name.endswith("json"))
    schema = {**content["schema"], "components": ADMIN_OPENAPI["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
