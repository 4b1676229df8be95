"""What the reference shows of each call and shape, read from the OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openslot.web.docs import examples
from openslot.web.docs.openapi.failures import FAULT_CODES

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is, in words, and the shape that it links to, if it is one."""

    before: str  # "list of", or the whole
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a shape, or a parameter."""

    name: str
    type: Type
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A status with its codes."""

    status: str
    codes: list[tuple[str, str]]  # code and title


@dataclass(frozen=True, slots=True)
class DescribedCall:
    """A method on a path."""

    id: str
    group: str
    method: str
    path: str
    summary: str
    scopes: list[str]
    parameters: list[Member]
    headers: list[str]
    bodies: list[Type]
    status: str
    response: Type | None
    response_headers: list[str]
    failures: list[Failure]
    curl: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All of it."""

    title: str
    description: str
    url: str
    groups: dict[str, list[DescribedCall]]
    shapes: dict[str, tuple[str, list[Member]]]  # description and members
    request_headers: list[tuple[str, str]]
    response_headers: list[tuple[str, str]]
    fault_codes: Mapping[str, str]


def reference(document_json: bytes) -> Reference:
    """The reference of a document."""
    document = json.loads(document_json)
    components = document["components"]
    groups: dict[str, list[DescribedCall]] = {}
    for call in _calls(document):
        groups.setdefault(call.group, []).append(call)
    return Reference(
        title=document["info"]["title"],
        description=document["info"]["description"],
        url=document["servers"][0]["url"],
        groups=groups,
        shapes={
            name: (schema.get("description", ""), _members(schema))
            for name, schema in components["schemas"].items()
        },
        request_headers=[(n, p["description"]) for n, p in components["parameters"].items()],
        response_headers=[(n, h["description"]) for n, h in components["headers"].items()],
        fault_codes=FAULT_CODES,
    )


def _calls(document: Mapping[str, Any]) -> Iterator[DescribedCall]:
    schemas = document["components"]["schemas"]
    has_tokens = "oauth2" in document["components"]["securitySchemes"]
    credentials = examples.TOKEN if has_tokens else examples.API_KEY
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            described = methods[method]
            parameters = [p for p in described["parameters"] if "name" in p]
            content = described.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            headers = [p["$ref"].rpartition("/")[2] for p in described["parameters"] if "$ref" in p]
            good = next(s for s in described["responses"] if s < "300")
            yield DescribedCall(
                id=described["operationId"],
                group=described["tags"][0],
                method=method.upper(),
                path=path,
                summary=described["summary"],
                scopes=list(_scopes(described)),
                parameters=[_member(p["name"], p["schema"], p["required"]) for p in parameters],
                headers=headers,
                bodies=[_type(s) for s in schema.get("anyOf", [schema])] if schema else [],
                status=good,
                response=_response_body(described["responses"][good]),
                response_headers=list(described["responses"][good]["headers"]),
                failures=list(_failures(described["responses"])),
                curl=examples.curl(
                    method.upper(),
                    document["servers"][0]["url"] + path,
                    parameters,
                    examples.body(schema, schemas) if schema else None,
                    credentials=credentials,
                    writes="Idempotency-Key" in headers,
                ),
            )


def _scopes(described: Mapping[str, Any]) -> Iterator[str]:
    """Those of which any one is enough: a token's, or those of an API key's client."""
    for one in described["security"]:
        yield from one.get("oauth2", ())
    yield from described.get("x-scopes", ())


def _response_body(response: Mapping[str, Any]) -> Type | None:
    content = response.get("content")
    if not content:
        return None
    if "application/json" not in content:
        return Type(", ".join(content))
    return _type(content["application/json"]["schema"])


def _failures(responses: Mapping[str, Any]) -> Iterator[Failure]:
    for status, response in responses.items():
        if status >= "400":
            lines = response["description"].splitlines()
            pairs = [line.removeprefix("- `").split("`: ", 1) for line in lines]
            yield Failure(status, [(code, title) for code, title in pairs])


def _members(schema: Mapping[str, Any]) -> list[Member]:
    required = schema.get("required", ())
    return [_member(n, s, n in required) for n, s in schema.get("properties", {}).items()]


def _member(name: str, schema: Mapping[str, Any], required: bool) -> Member:
    notes = [_described(schema, "description", "{}")]
    choices = [s for s in schema.get("anyOf", [schema]) if s != {"type": "null"}]
    for choice in choices:
        notes.append(_described(choice, "description", "{}"))
        notes.append(_described(choice, "minimum", "at least {}"))
        notes.append(_described(choice, "maximum", "at most {}"))
        notes.append(_described(choice, "maxLength", "at most {} characters"))
        notes.append(_described(choice, "maxItems", "at most {}"))
        notes.append(_described(choice, "pattern", "matches {}"))
        notes.append(_described(choice, "default", "{} if absent"))
        notes.append(", ".join(map(str, choice.get("enum", ()))))
        notes.append(_described(choice, "const", "always {}"))
    return Member(name, _type(schema), required, "; ".join(dict.fromkeys(filter(None, notes))))


def _described(schema: Mapping[str, Any], name: str, words: str) -> str:
    return words.format(schema[name]) if name in schema else ""


def _type(schema: Mapping[str, Any]) -> Type:
    if "$ref" in schema:
        return Type("", schema["$ref"].rpartition("/")[2])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return _type({"anyOf": [{"type": one} for one in kind]})
    if "anyOf" in schema:
        types = [_type(choice) for choice in schema["anyOf"]]
        shape = next((one.shape for one in types if one.shape), None)
        return Type(" or ".join(one.before for one in types if one.before), shape)
    if schema.get("type") == "array":
        inner = _type(schema.get("items", {}))
        return Type(f"list of {inner.before}".strip(), inner.shape)
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return Type({"uuid": "UUID"}.get(schema.get("format", ""), "") or _kind(schema, words, kind))


def _kind(schema: Mapping[str, Any], words: Mapping[str, str], kind: str) -> str:
    formats = {"date": "date", "date-time": "time with offset", "email": "e-mail address"}
    return formats.get(schema.get("format", ""), words.get(kind, kind))
