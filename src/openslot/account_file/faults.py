"""What pydantic found, as faults in our own words: where, which rule, and what to write instead."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from openslot.account_file.field_types import RULES
from openslot.kernel.errors import Fault

_WRONG_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "union_tag_not_found": "a text, or one text for each locale",
    "union_tag_invalid": "a text, or one text for each locale",
}


def pointer_of(path: Sequence[str | int]) -> str:
    """The RFC 6901 pointer of a path of names and positions."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def fault_of(error: ErrorDetails, known_fields: Sequence[str]) -> Fault:
    """One pydantic error as a fault; `known_fields` are what a misspelt one may have meant."""
    # Parts in angle brackets are the names of union members, which no document contains.
    path = [part for part in error["loc"] if not str(part).startswith("<")]
    code, says = _explained(error, path, known_fields)
    return Fault(pointer_of(path), code, says)


def _explained(
    error: ErrorDetails, path: Sequence[str | int], known_fields: Sequence[str]
) -> tuple[str, str]:
    kind, value = error["type"], error["input"]
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    what = f"`{name}`" if path and path[-1] == name else f"an entry of `{name}`"
    if kind == "missing":
        return "required", f"{what} is missing"
    if kind == "extra_forbidden":
        return "unknown_field", f"there is no field {what} here{_meant(name, known_fields)}"
    if kind in _WRONG_TYPES:
        hint = "; put it in quotes" if kind == "string_type" and _is_scalar(value) else ""
        return "wrong_type", f"{what} must be {_WRONG_TYPES[kind]}, not {shown(value)}{hint}"
    code, rule = _broken_rule(kind, error.get("ctx", {}), error["msg"])
    # A list speaks for itself, and our own checks name the value where it helps.
    value_shown = "" if code == kind or isinstance(value, list) else f", not {shown(value)}"
    return code, f"{what} {rule}{value_shown}"


def _broken_rule(kind: str, context: dict[str, Any], message: str) -> tuple[str, str]:
    """The code and the sentence of a rule about a value of the right type."""
    rules = {
        "string_pattern_mismatch": ("pattern", RULES.get(context.get("pattern", ""), message)),
        "string_too_long": (
            "too_long",
            f"must be {context.get('max_length')} characters or less",
        ),
        "too_long": ("too_long", f"must have at most {_entries(context.get('max_length'))}"),
        "too_short": ("too_short", f"must have at least {_entries(context.get('min_length'))}"),
        "greater_than_equal": ("out_of_range", f"must be {_number(context.get('ge'))} or more"),
        "less_than_equal": ("out_of_range", f"must be {_number(context.get('le'))} or less"),
        "literal_error": ("invalid_value", f"must be {context.get('expected')}"),
        "string_unicode": ("invalid_value", "must be text in Unicode"),
        "finite_number": ("invalid_value", "must be a finite number"),
    }
    # Our own checks carry their code and sentence themselves.
    return rules.get(kind, (kind, message))


def _number(bound: float | None) -> str:
    return str(bound).removesuffix(".0")


def _entries(number: int | None) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _is_scalar(value: object) -> bool:
    return isinstance(value, int | float | bool)


def _meant(name: str, known_fields: Sequence[str]) -> str:
    # A field that exists elsewhere is no help here.
    close = get_close_matches(name, [field for field in known_fields if field != name], n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def shown(value: object) -> str:
    """A value as an error message shows it: short, and by its kind when it has parts."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = value if isinstance(value, str) else str(value)
    if len(text) > 60:
        text = text[:57] + "…"
    return f'"{text}"' if isinstance(value, str) else text
