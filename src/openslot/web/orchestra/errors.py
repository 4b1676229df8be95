"""Errors as this interface shows them: `{"msg": …}` and two headers, whatever went wrong."""

import re

from pydantic_core import to_json

from openslot.identity.clients.api_key_authentication import InvalidApiKey
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import (
    Forbidden,
    Invalid,
    OpenslotError,
    Throttled,
    Unavailable,
)
from openslot.scheduling.model.errors import (
    AlreadyUsed,
    ReservationExpired,
    ReservationReleased,
    SlotUnavailable,
)
from openslot.storage.damage import DatabaseDamaged
from openslot.web.http.pointers import pointer_of
from openslot.web.http.problems import MethodNotAllowed, status_of
from openslot.web.http.response import JSON, Response
from openslot.web.orchestra.paths import BASES

NO_TIME = "No resource is available for the selected date and time"
_NO_TIME_ERRORS = (SlotUnavailable, AlreadyUsed, ReservationExpired, ReservationReleased)
_AS_BAD_REQUEST = (409, 410, 412, 422)
_BELOW = tuple(f"{base}/" for base in BASES)
_MOST_IN_HEADER = 200
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")


class InterfaceOff(Forbidden):
    """Switch it on with `orchestra: {enabled: true}` in the account file, or in the admin API."""

    code = "interface_off"
    title = "The Orchestra Calendar API is switched off for this account"


class LookUpNotAllowed(Forbidden):
    """Give the API key `customerLookUp`, or use one that has it."""

    code = "look_up_not_allowed"
    title = "This API key may not look customers up: it needs customerLookUp"


def orchestra_refusal(path: str, error: OpenslotError) -> Response | None:
    """The response to a request below a base of this interface; None for any other path."""
    return error_response(error) if path.startswith(_BELOW) else None


def error_response(error: OpenslotError) -> Response:
    """The response for an error. Its texts are the error's, never a person's."""
    status = status_of(type(error))
    if status in _AS_BAD_REQUEST:
        status = 400
    message, code = _message(error), f"E{status}"
    if isinstance(error, _NO_TIME_ERRORS):
        message, code = NO_TIME, "E440"
    headers = {
        "Content-Type": JSON,
        "Cache-Control": "no-store",
        "ERROR_CODE": code,
        "ERROR_MESSAGE": _NOT_PRINTABLE.sub("?", " ".join(message.split()))[:_MOST_IN_HEADER],
    }
    match error:
        case Throttled():
            headers["Retry-After"] = str(error.retry_after_seconds)
        case Unavailable() if not isinstance(error, DatabaseDamaged):
            headers["Retry-After"] = "1"
        case MethodNotAllowed():
            headers["Allow"] = error.allowed
        case InvalidApiKey():
            # RFC 7617 §2: a realm is required
            headers["WWW-Authenticate"] = 'Basic realm="Orchestra Calendar API", charset="UTF-8"'
    return Response(status, to_json({"msg": message}), headers)


def _message(error: OpenslotError) -> str:
    """What to change."""
    match error:
        case InsufficientScope():
            scopes = " ".join(error.data["scopes"])
            return f"The client of this API key needs one of these scopes: {scopes}"
        case Invalid() if error.faults:
            return "; ".join(
                f"{_place(pointer_of(fault.field))}{fault.detail}" for fault in error.faults
            )
    return error.detail


def _place(pointer: str) -> str:
    """Where a fault stands: `customers[0].email: `; nothing where it is the whole."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    text = "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps)
    return f"{text.removeprefix('.')}: " if text else ""
