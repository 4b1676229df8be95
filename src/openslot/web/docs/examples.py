"""Requests that show how a call is made: bodies from schemas, and the `curl` line around them."""

import json
from collections.abc import Mapping
from typing import Any

_UUID = "01890a5d-ac96-774b-bcce-b302099a8057"
_VALUES: Mapping[str, Any] = {
    "personalIdentifier": "7F3A92C41B",
    "firstName": "Ada",
    "lastName": "Byron",
    "email": "ada@example.org",
    "phoneNumber": "+31 6 12345678",
    "startTime": "2027-01-12T09:00:00+01:00",
    "endTime": "2027-01-12T09:15:00+01:00",
    "numberOfReservations": 1,
    "answer": "Two",
    "from": "2027-01-12",
    "to": "2027-01-19",
    "date": "2027-01-12",
    "time": "09:00",
    "publicId": _UUID,
    "customers": [{"firstName": "Ada", "lastName": "Byron", "email": "ada@example.org"}],
    "serviceIds": f"{_UUID},{_UUID[:-1]}8",
}
# Though they may be left out
_SHOWN_IN_BODIES = {"endTime", "phoneNumber", "serviceId", "customers"}
_SHOWN_IN_QUERIES = {"from", "to"}


# What a shell has in a variable
TOKEN = '-H "Authorization: Bearer $TOKEN"'  # noqa: S105
API_KEY = '-H "X-Api-Key: $API_KEY"'


def body(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """An example that fits a schema, without what is seldom sent."""
    if name in _VALUES:
        return _VALUES[name]
    if "$ref" in schema:
        return body(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return body(schema["anyOf"][0], schemas, name)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                member: body(inner, schemas, member)
                for member, inner in schema["properties"].items()
                if member in required or member in _SHOWN_IN_BODIES
            }
        case "array":
            return [body(schema["items"], schemas)]
        case "integer":
            return schema.get("minimum", 1)
    return _UUID if schema.get("format") == "uuid" else "text"


def curl(
    method: str,
    url: str,
    parameters: list[Mapping[str, Any]],
    example: Any,
    *,
    credentials: str,
    writes: bool,
) -> str:
    """A line for a shell whose variables hold the `credentials`: `TOKEN` or `API_KEY`."""
    for parameter in parameters:
        if parameter["in"] == "path":
            url = url.replace(f"{{{parameter['name']}}}", _in_path(parameter))
    query = "&".join(
        f"{p['name']}={_in_query(p['name'], p['schema'])}"
        for p in parameters
        if p["in"] == "query" and (p["required"] or p["name"] in _SHOWN_IN_QUERIES)
    )
    lines = ["curl" if method == "GET" else f"curl -X {method}"]
    lines[0] += f" '{url}?{query}'" if query else f" '{url}'"
    lines.append(credentials)
    if writes:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if example is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{json.dumps(example, indent=2)}'")
    return " \\\n  ".join(lines)


def _in_path(parameter: Mapping[str, Any]) -> str:
    name, schema = parameter["name"], parameter["schema"]
    if parameter.get("style") != "matrix":
        return str(_VALUES.get(name, _UUID))
    # RFC 6570 §3.2.7
    value = 1 if schema.get("type") == "integer" else _VALUES.get(name, _UUID)
    return f";{name}={value}"


def _in_query(name: str, schema: Mapping[str, Any]) -> Any:
    value = body(schema, {}, name)
    return f"{value}T00:00Z" if schema.get("format") == "date-time" else value
