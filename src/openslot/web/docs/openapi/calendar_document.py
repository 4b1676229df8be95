"""The document of the Orchestra Calendar API: API keys, and matrix parameters in paths."""

from collections.abc import Mapping, Sequence
from typing import Any

from openapi_pydantic import OpenAPI
from pydantic import BaseModel

from openslot.web.docs.openapi import schemas
from openslot.web.docs.openapi.document import operation_id
from openslot.web.http.response import JSON
from openslot.web.http.route import AnyRoute

TITLE = "Orchestra Calendar API"
_DESCRIPTION = """\
For programs that book against an Orchestra server: they move over by changing host and key.
A key is sent as `X-Api-Key`, as `auth-token`, or as the password of HTTP Basic. Every refusal is
`{"msg": …}` with the headers `ERROR_CODE` and `ERROR_MESSAGE`. A path may end in a slash.
"""
_FAILURES = {
    "400": "E400: what to change is in `msg`; E440: the time cannot be had, or the hold is over",
    "401": "E401: no valid API key",
    "403": "E403: a scope is missing, the key may not look customers up, or the interface is off",
    "404": "E404: there is no such thing",
    "405": "E405: the path has other methods",
    "413": "E413: the body is too large",
    "415": "E415: the body is not JSON",
    "429": "E429: too many requests or reservations",
    "431": "E431: the headers are too large",
    "500": "E500: a fault of the server",
    "503": "E503: the database is not there",
}
_TEXT = {"type": "string"}
_OF_FAILURES = {
    "ERROR_CODE": {"description": "`E` and a number", "schema": _TEXT},
    "ERROR_MESSAGE": {"description": "`msg` in ASCII, on one line", "schema": _TEXT},
}
_OF_STATUS: Mapping[str, Mapping[str, Any]] = {
    "401": {"WWW-Authenticate": {"description": "RFC 7617", "schema": _TEXT}},
    "405": {"Allow": {"description": "Its methods", "schema": _TEXT}},
    "429": {"Retry-After": {"description": "Seconds to wait", "schema": _TEXT}},
}
_SECURITY = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "authToken": {"type": "apiKey", "in": "header", "name": "auth-token"},
    "password": {"type": "http", "scheme": "basic"},
}
_SEGMENTS = {
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same request again gets the same response, for 24 hours",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The language of names (RFC 9110 §12.5.4)",
    "schema": _TEXT,
}


def calendar_document(
    public_url: str, routes: Sequence[AnyRoute], failure: type[BaseModel]
) -> OpenAPI:
    """The whole document; `failure` is the shape of every refusal."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(path_of(route), {})[route.method.lower()] = _described(route, failure)
    shapes = {**schemas.components(routes), failure.__name__: failure.model_json_schema()}
    return OpenAPI.model_validate(
        {
            "openapi": "3.1.1",
            "info": {"title": TITLE, "version": "1", "description": _DESCRIPTION},
            "servers": [{"url": public_url}],
            "paths": paths,
            "components": {"schemas": shapes, "securitySchemes": _SECURITY},
        }
    )


def path_of(route: AnyRoute) -> str:
    """A path with its matrix parameters (RFC 6570 §3.2.7): `/dates{servicePublicId}`."""
    return route.path + "".join(f"{{{name}}}" for name, _ in _matrix(route))


def _described(route: AnyRoute, failure: type[BaseModel]) -> dict[str, Any]:
    good: dict[str, Any] = {
        "description": route.summary,
        "headers": {"Cache-Control": {"description": "no-store", "schema": _TEXT}},
    }
    if route.returns.model is not None:
        good["content"] = {JSON: {"schema": schemas.body(route.returns.model)}}
    described: dict[str, Any] = {
        "tags": [route.path.split("/")[4] if "/v" in route.path else "customers"],
        "operationId": operation_id(route),
        "summary": route.summary,
        "description": f"Any of these scopes of the key's client: {', '.join(route.scopes)}",
        "parameters": _parameters(route),
        "responses": {str(route.returns.status): good, **_failures(failure)},
        "security": [{name: []} for name in _SECURITY],
    }
    if route.accepts.body is not None:
        schema = schemas.request_body(route)
        described["requestBody"] = {"content": {JSON: {"schema": schema}}}
    return described


def _parameters(route: AnyRoute) -> list[dict[str, Any]]:
    segments = [
        {"name": part[1:-1], "in": "path", "schema": _SEGMENTS.get(part[1:-1], _TEXT)}
        for part in route.path.split("/")
        if part.startswith("{")
    ]
    matrix = [
        {"name": name, "in": "path", "style": "matrix", "explode": True, "schema": schema}
        for name, schema in _matrix(route)
    ]
    # OpenAPI 3.1 §4.8.12: what stands in a path is required, although here it may be left out
    taken: list[dict[str, Any]] = [{**each, "required": True} for each in (*segments, *matrix)]
    return [*taken, _LANGUAGE, *([_IDEMPOTENCY_KEY] if route.method != "GET" else [])]


def _matrix(route: AnyRoute) -> list[tuple[str, Any]]:
    if route.accepts.query is None:
        return []
    return [(name, schema) for name, _, schema in schemas.parameters(route.accepts.query)]


def _failures(failure: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{failure.__name__}"}
    return {
        status: {
            "description": text,
            "headers": {**_OF_FAILURES, **_OF_STATUS.get(status, {})},
            "content": {JSON: {"schema": schema}},
        }
        for status, text in _FAILURES.items()
    }
