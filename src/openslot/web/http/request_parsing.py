"""Requests as typed values: JSON bodies and queries, with every fault of them at once."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, from_json

from openslot.kernel.clock import Millis, Minute, millis_of, minute_of
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import FieldRefused
from openslot.kernel.ids import is_id
from openslot.web.http.problems import InvalidJson

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "pattern",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "greater_than": "out_of_range",
    "less_than": "out_of_range",
    "int_parsing_size": "out_of_range",
}

_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
FIRST_YEAR, LAST_YEAR = 1971, 9997  # so that no range of a year leaves the calendar


class RequestModel(BaseModel):
    """A request's body or query: strict types, unknown members refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def canonical_id(text: str) -> str:
    """A UUID in lowercase."""
    if not is_id(text):
        raise PydanticCustomError("invalid_value", "must be a UUID")
    return text.lower()


def read_instant(text: Any) -> Minute:
    """The minute of an RFC 3339 instant with an offset and whole minutes."""
    wall, exact = _read_wall_time(text)
    if not exact:
        raise PydanticCustomError("invalid_time", "seconds must be zero")
    return minute_of(wall)


def read_moment(text: Any) -> Millis:
    """The millisecond of an RFC 3339 instant with an offset."""
    wall, _ = _read_wall_time(text)
    return millis_of(wall)


def _read_wall_time(text: Any) -> tuple[datetime, bool]:
    """An aware instant, and whether it lies on a whole minute."""
    if not isinstance(text, str):
        raise PydanticCustomError("string_type", "must be a text")
    found = _INSTANT.fullmatch(text)
    if not found:
        raise PydanticCustomError("invalid_time", "must be a time such as 2027-01-04T09:00+01:00")
    *numbers, second, fraction, offset = found.groups()
    if offset is None:
        raise PydanticCustomError("offset_required", "needs an offset: Z or ±hh:mm")
    seconds, micros = int(second or 0), int((fraction or "0")[:6].ljust(6, "0"))
    try:
        year, month, day, hour, minute = map(int, numbers)
        wall = datetime(year, month, day, hour, minute, seconds, micros, tzinfo=_offset(offset))
        if not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise PydanticCustomError("invalid_time", "is not a time of the calendar") from None
    return wall, not seconds and not int(fraction or 0)


def _offset(text: str) -> timezone:
    if text in ("Z", "z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(text)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)


def ruled(rule: Any) -> AfterValidator:
    """A validator of a rule that raises `FieldRefused`."""

    def check(text: str) -> str:
        try:
            return str(rule(text))
        except FieldRefused as refusal:
            raise PydanticCustomError(refusal.code, "{words}", {"words": str(refusal)}) from None

    return AfterValidator(check)


Id = Annotated[
    str, AfterValidator(canonical_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
Instant = Annotated[
    Minute,
    BeforeValidator(read_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def read_json(
    body: bytes,
    faults: list[Fault],
    spellings: Mapping[str, str] | None,
    nullable: Collection[str] = (),
) -> dict[str, Any]:
    """The object of a JSON body, with nulls left out and members named as documented.

    `nullable` are the members of it whose null means something; it stays.

    `spellings` are other names that are taken, with the documented ones; a member in two
    spellings is added to `faults`. None: the body is a merge patch, which stays as it is.

    Raises:
        InvalidJson: not JSON in UTF-8, or not an object, or a member is there twice.
    """
    try:
        value = from_json(body, allow_inf_nan=False)
        if isinstance(value, dict):
            _WITHOUT_REPETITION.decode(body.decode())
    except ValueError as error:
        raise InvalidJson(f"The body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidJson("The body must be a JSON object")
    if spellings is None:
        return value
    nulls = {name: None for name in nullable if name in value and value[name] is None}
    return {**_tidied(value, "", faults, spellings), **nulls}


def _each_once(members: list[tuple[str, Any]]) -> None:
    """RFC 8259 §4: of a repeated name nobody knows which value counts."""
    if len(members) != len({name for name, _ in members}):
        raise ValueError("a member is there twice")


_WITHOUT_REPETITION = json.JSONDecoder(object_pairs_hook=_each_once)


def _tidied(value: Any, pointer: str, faults: list[Fault], spellings: Mapping[str, str]) -> Any:
    """Nulls left out, since they read as absent, and every member under its documented name."""
    if isinstance(value, list):
        return [
            _tidied(item, f"{pointer}/{place}", faults, spellings)
            for place, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    members: dict[str, Any] = {}
    name: str
    for name, item in value.items():
        documented = spellings.get(name, name)
        if documented != name and documented in value:
            detail = f"is given as {documented} too; send one of them"
            faults.append(Fault(f"{pointer}/{_escaped(name)}", "invalid_value", detail))
        elif item is not None:
            where = f"{pointer}/{_escaped(name)}"
            members[documented] = _tidied(item, where, faults, spellings)
    return members


def read_query(query: bytes, faults: list[Fault], spellings: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a query string; one that is there twice is added to `faults`."""
    if not query:
        return {}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        faults.append(Fault("", "invalid_value", "The query is not UTF-8 in % escapes"))
        return {}
    values: dict[str, str] = {}
    name: str
    for name, value in pairs:
        documented = spellings.get(name, name)
        if documented in values:
            faults.append(Fault(f"/{_escaped(name)}", "invalid_value", "is given twice"))
        values[documented] = value
    return values


def _escaped(name: object) -> str:
    """A step of a pointer (RFC 6901 §3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def validated(model: type[BaseModel], value: Mapping[str, Any]) -> BaseModel:
    """A request as its model.

    Raises:
        Invalid: with every fault, each with its pointer (RFC 6901).
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(*map(_fault, error.errors(include_url=False))) from None


def _fault(error: Any) -> Fault:
    kind: str = error["type"]
    code = _CODES.get(kind)
    if code is None:
        if kind in ("invalid_value", "invalid_time", "offset_required", "pattern", "required"):
            code = kind
        elif kind.endswith(("_type", "_parsing")):
            code = "wrong_type"
        elif kind in _CODES.values():
            code = kind
        else:
            code = "invalid_value"
    pointer = "".join(f"/{_escaped(part)}" for part in error["loc"])
    return Fault(pointer, code, error["msg"])
