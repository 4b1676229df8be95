"""JSON as rows and statement parameters have it."""

from pydantic_core import to_json


def json_text(value: object) -> str:
    """A value as compact JSON. A booking writes nine of them; `json` takes ten times as long."""
    return to_json(value).decode()
