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
_FAILURES: Mapping[str, Mapping[str, str]] = {
    "400": {
        "E400": "Something else is wrong: msg says what to change",
        "E440": "The time cannot be had, or the hold is over",
    },
    "401": {"E401": "No valid API key"},
    "403": {"E403": "A scope or the right to look up is missing, or the interface is off"},
    "404": {"E404": "There is no such thing"},
    "405": {"E405": "The path has other methods"},
    "413": {"E413": "The body is too large"},
    "415": {"E415": "The body is not JSON"},
    "429": {"E429": "Too many requests or reservations"},
    "431": {"E431": "The headers are too large"},
    "500": {"E500": "A fault of the server"},
    "503": {"E503": "The database is not there"},
}
_TEXT = {"type": "string"}
_HEADERS = {
    "Cache-Control": "Always `no-store`",
    "ERROR_CODE": "`E` and a number",
    "ERROR_MESSAGE": "`msg` in ASCII, on one line",
    "WWW-Authenticate": "How a key is sent (RFC 7617)",
    "Allow": "The methods of the path",
    "Retry-After": "Seconds to wait",
}
_OF_FAILURES = ("ERROR_CODE", "ERROR_MESSAGE")
_OF_STATUS = {"401": ("WWW-Authenticate",), "405": ("Allow",), "429": ("Retry-After",)}
_SECURITY = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "authToken": {"type": "apiKey", "in": "header", "name": "auth-token"},
    "password": {"type": "http", "scheme": "basic"},
}
_SEGMENTS = {
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
}
_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "Accept-Language": {
        "description": "The language of names (RFC 9110 §12.5.4)",
        "schema": _TEXT,
    },
    "Idempotency-Key": {
        "description": "The same request again gets the same response, for 24 hours",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
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
            "components": {
                "schemas": shapes,
                "headers": {
                    name: {"description": text, "schema": _TEXT} for name, text in _HEADERS.items()
                },
                "parameters": {
                    name: {"name": name, "in": "header", **described}
                    for name, described in _PARAMETERS.items()
                },
                "securitySchemes": _SECURITY,
            },
        }
    )


def path_of(route: AnyRoute) -> str:
    """A path with its matrix parameters (RFC 6570 §3.2.7): `/dates{servicePublicId}`."""
    return route.path + "".join(f"{{{name}}}" for name, _ in _matrix(route))


def _described(route: AnyRoute, failure: type[BaseModel]) -> dict[str, Any]:
    good: dict[str, Any] = {
        "description": route.summary,
        "headers": _references("headers", "Cache-Control"),
    }
    if route.returns.model is not None:
        good["content"] = {JSON: {"schema": schemas.body(route.returns.model)}}
    described: dict[str, Any] = {
        "tags": [route.path.split("/")[4] if "/v" in route.path else "customers"],
        "operationId": operation_id(route),
        "summary": route.summary,
        "description": f"Any of these scopes of the key's client: {', '.join(route.scopes)}",
        "x-scopes": list(route.scopes),
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
    names = ["Accept-Language", *(["Idempotency-Key"] if route.method != "GET" else [])]
    return [*taken, *_references("parameters", *names).values()]


def _matrix(route: AnyRoute) -> list[tuple[str, Any]]:
    if route.accepts.query is None:
        return []
    return [(name, schema) for name, _, schema in schemas.parameters(route.accepts.query)]


def _failures(failure: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{failure.__name__}"}
    return {
        status: {
            "description": "\n".join(f"- `{code}`: {text}" for code, text in codes.items()),
            "headers": _references("headers", *_OF_FAILURES, *_OF_STATUS.get(status, ())),
            "content": {JSON: {"schema": schema}},
        }
        for status, codes in _FAILURES.items()
    }


def _references(kind: str, *names: str) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}
