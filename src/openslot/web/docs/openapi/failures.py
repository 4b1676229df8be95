"""How a call can fail, as responses: each status with its codes, beside the problem's schema."""

from collections.abc import Iterable, Mapping
from typing import Any

from openslot.identity.tokens.access_tokens import InvalidToken
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid, OpenslotError
from openslot.scheduling.availability.availability import REASONS
from openslot.storage.damage import DatabaseDamaged
from openslot.storage.transactions import DatabaseUnavailable
from openslot.web.http.callers.bearer import MissingToken, RepeatedAuthorization
from openslot.web.http.problems import (
    BodyTooLarge,
    HeadersTooLarge,
    InternalError,
    InvalidJson,
    RateLimited,
    RequestTimeout,
    UnsupportedMediaType,
    WrongAccount,
    status_of,
)
from openslot.web.http.route import AnyRoute

_ANY_CALL: tuple[type[OpenslotError], ...] = (
    RepeatedAuthorization,
    MissingToken,
    InvalidToken,
    InsufficientScope,
    WrongAccount,
    BodyTooLarge,
    Invalid,
    RateLimited,
    HeadersTooLarge,
    InternalError,
    DatabaseUnavailable,
    DatabaseDamaged,
    RequestTimeout,
)
_CALL_WITH_BODY: tuple[type[OpenslotError], ...] = (UnsupportedMediaType,)

# Members that some codes add (RFC 9457 §3.2).
_UUID = {"type": "string", "format": "uuid"}
_MORE_MEMBERS: Mapping[str, tuple[str, Any]] = {  # the code that adds it, its schema
    "reason": ("slot_unavailable", {
        "type": "string",
        "enum": list(REASONS),
        "description": "Of slot_unavailable: why the time cannot be booked",
    }),
    "scopes": ("insufficient_scope", {
        "type": "array",
        "items": {"type": "string"},
        "description": "Of insufficient_scope: any one of these would do; of scope_not_held: all"
        " of these are missing",
    }),
    "appointmentId": (
        "already_confirmed", {**_UUID, "description": "Of already_confirmed: the appointment"},
    ),
    "appointmentStatus": (
        "wrong_state", {"type": "string", "description": "Of wrong_state: the state it is in"},
    ),
    "appointmentIds": ("has_future_appointments", {
        "type": "array",
        "items": _UUID,
        "description": "Of has_future_appointments: the appointments, 200 at most",
    }),
    "stranded": ("would_strand", {
        "type": "array",
        "items": _UUID,
        "description": "Of would_strand: the appointments and reservations that stand there",
    }),
    "cutoffMinutes": ("too_late", {
        "type": "integer",
        "description": "Of too_late: how many minutes before the start it was possible",
    }),
}  # fmt: skip
FAULT_CODES: Mapping[str, str] = {
    "required": "The member is required.",
    "unknown_field": "There is no such member; look at its spelling.",
    "wrong_type": "The value is of another JSON type.",
    "too_short": "The text or list is too short.",
    "too_long": "The text or list is too long.",
    "pattern": "The text holds characters that it must not, or is built in another way.",
    "out_of_range": "The number is too small or too large.",
    "invalid_value": "The value cannot be taken; detail says what is expected.",
    "invalid_time": "No time of the calendar on a whole minute, such as 2027-01-04T09:00+01:00.",
    "offset_required": "The time needs an offset: Z or ±hh:mm.",
}


def errors_of(route: AnyRoute) -> dict[int, list[type[OpenslotError]]]:
    """Every way in which a call can fail, by status; of each code one class."""
    general = (
        *_ANY_CALL,
        *(_CALL_WITH_BODY if route.body_types else ()),
        *((InvalidJson,) if route.accepts.body else ()),
    )
    by_status: dict[int, dict[str, type[OpenslotError]]] = {}
    for error in (*general, *route.errors):
        by_status.setdefault(status_of(error), {})[error.code] = error
    return {status: list(errors.values()) for status, errors in sorted(by_status.items())}


def problem_schemas(routes: Iterable[AnyRoute]) -> dict[str, Any]:
    """`Problem` and `Fault`, closed, with what the errors of these calls can say."""
    codes = {error.code for o in routes for errors in errors_of(o).values() for error in errors}
    return {
        "Fault": {
            "type": "object",
            "description": "One thing that is wrong with one value.",
            "properties": {
                "pointer": {
                    "type": "string",
                    "description": "Where in the body (RFC 6901), or /name of a query parameter",
                },
                "code": {
                    "type": "string",
                    "description": f"One of {', '.join(FAULT_CODES)}, or that of the problem",
                },
                "detail": {"type": "string"},
            },
            "required": ["pointer", "code", "detail"],
            "additionalProperties": False,
        },
        "Problem": {
            "type": "object",
            "description": "An error (RFC 9457). `code` is stable and made for programs.",
            "properties": {
                "type": {"type": "string", "format": "uri", "description": "A page about the code"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "instance": {"type": "string", "description": "urn:uuid: and the request's id"},
                "code": {"type": "string"},
                "errors": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Fault"},
                    "description": "With status 422: every fault at once",
                },
                **{n: schema for n, (code, schema) in _MORE_MEMBERS.items() if code in codes},
            },
            "required": ["type", "title", "status", "detail", "instance", "code"],
            "additionalProperties": False,
        },
    }


def problem_schema(status: int, errors: Iterable[type[OpenslotError]]) -> dict[str, Any]:
    """A problem of one status: its codes, and the members that go with them."""
    narrowed: dict[str, Any] = {
        "properties": {
            "status": {"const": status},
            "code": {"enum": [error.code for error in errors]},
        }
    }
    if status == status_of(Invalid):
        narrowed["required"] = ["errors"]
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}


def sentence(errors: Iterable[type[OpenslotError]]) -> str:
    """What the codes of one status mean, as Markdown."""
    return "\n".join(f"- `{error.code}`: {error.title}" for error in errors)
