"""The schema of a merge patch (RFC 7396), made from that of what it is merged into."""

from collections.abc import Mapping
from typing import Any

NULL = {"type": "null"}
_OF_WHOLE_THINGS = ("required", "default", "minProperties", "title")


def patch_of(name: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The patch of the schema with a name: every member may be absent, or null to remove it."""
    return {
        **_loosened(schemas[name], schemas),
        "description": "A merge patch (RFC 7396): what is absent stays, null removes.",
    }


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that takes null as well."""
    if NULL in schema.get("anyOf", ()):
        return schema
    return {"anyOf": [schema, NULL]}


def _loosened(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of what may stand in a patch: objects are merged, all else is put in its place."""
    if "$ref" in schema:
        return _loosened(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    made = {name: value for name, value in schema.items() if name not in _OF_WHOLE_THINGS}
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            made[choice] = [_loosened(one, schemas) for one in schema[choice]]
    for members in ("properties", "patternProperties"):
        if members in schema:
            made[members] = {
                name: or_null(_loosened(member, schemas))
                for name, member in schema[members].items()
            }
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = or_null(_loosened(schema["additionalProperties"], schemas))
    return made
