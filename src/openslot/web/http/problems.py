"""Errors as `application/problem+json` (RFC 9457), and the one table from kinds to statuses."""

from pydantic_core import to_json

from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OpenslotError,
    PreconditionFailed,
    Throttled,
    Unauthenticated,
    Unavailable,
    Unreadable,
)
from openslot.storage.damage import DatabaseDamaged
from openslot.web.http.callers import bearer
from openslot.web.http.pointers import pointer_of
from openslot.web.http.response import PROBLEM, Response

STATUS_OF_KIND: dict[type[OpenslotError], int] = {
    Unreadable: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    PreconditionFailed: 412,
    Invalid: 422,
    Throttled: 429,
    Unavailable: 503,
}


class InvalidJson(Unreadable):
    """The body is not JSON in UTF-8, or not an object."""

    code = "invalid_json"
    title = "The body is not a JSON object"


class MethodNotAllowed(OpenslotError):
    """The path has other methods; `Allow` names them."""

    code = "method_not_allowed"
    title = "This path does not have this method"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This path takes {allowed}")
        self.allowed = allowed


class BodyTooLarge(OpenslotError):
    """The body is larger than the server takes."""

    code = "body_too_large"
    title = "The request body is too large"


class HeadersTooLarge(OpenslotError):
    """The headers are larger than the server takes."""

    code = "headers_too_large"
    title = "The request headers are too large"


class UnsupportedMediaType(OpenslotError):
    """The body's Content-Type is not one that this call takes."""

    code = "unsupported_media_type"
    title = "The body has another type than this call takes"


class WrongAccount(Forbidden):
    """`X-TENANT-ID` names another account than the token's."""

    code = "wrong_account"
    title = "X-TENANT-ID is not the account of this token"


class UnfitRequest(Unreadable):
    """The head of the request is not HTTP/1.1, or leaves doubt about its host or its body."""

    code = "invalid_request"
    title = "The head of the request is not readable as HTTP/1.1"


class UnknownTransferCoding(OpenslotError):
    """`Transfer-Encoding` names something else than `chunked`. Send the body as it is."""

    code = "unknown_transfer_coding"
    title = "The only transfer coding here is chunked"


class UnknownHttpVersion(OpenslotError):
    """The version of HTTP is neither 1.1 nor 1.0."""

    code = "unknown_http_version"
    title = "Send the request as HTTP/1.1"


class RateLimited(Throttled):
    """More requests than the limit allows. `Retry-After` says when to go on."""

    code = "rate_limited"
    title = "Too many requests; go on after Retry-After"


class RequestTimeout(Unavailable):
    """The request took longer than the server lets it. Nothing of it is known to have happened."""

    code = "request_timeout"
    title = "The request took too long; try again"


class InternalError(OpenslotError):
    """A fault of the server; the request id finds it in the log."""

    code = "internal_error"
    title = "Something went wrong on the server"


_STATUS_OF_TRANSPORT: dict[type[OpenslotError], int] = {
    MethodNotAllowed: 405,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    HeadersTooLarge: 431,
    InternalError: 500,
    UnknownTransferCoding: 501,
    UnknownHttpVersion: 505,
}


def status_of(error: type[OpenslotError]) -> int:
    """The HTTP status of an error class."""
    for kind in error.__mro__:
        status = STATUS_OF_KIND.get(kind) or _STATUS_OF_TRANSPORT.get(kind)
        if status is not None:
            return status
    return 500


def problem(
    error: OpenslotError, public_url: str, request_id: str, account: str | None = None
) -> Response:
    """The response for an error. Its texts are the error's, never a person's."""
    status = status_of(type(error))
    members = {
        "type": f"{public_url}/problems/{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.detail,
        "instance": f"urn:uuid:{request_id}",
        "code": error.code,
        **error.data,
    }
    headers = {"Content-Type": PROBLEM, "Content-Language": "en"}
    match error:
        case Invalid():
            members["errors"] = [
                {"pointer": pointer_of(f.field), "code": f.code, "detail": f.detail}
                for f in error.faults
            ]
        case Throttled():
            headers["Retry-After"] = str(error.retry_after_seconds)
        case Unavailable() if not isinstance(error, DatabaseDamaged):
            headers["Retry-After"] = "1"
        case MethodNotAllowed():
            headers["Allow"] = error.allowed
        case InsufficientScope():
            headers["WWW-Authenticate"] = bearer.challenge(
                public_url,
                account=account,
                error="insufficient_scope",
                description=error.title,
                scopes=error.data["scopes"],
            )
        case Unauthenticated() | Unreadable() if hasattr(error, "challenge_error"):
            headers["WWW-Authenticate"] = bearer.challenge(
                public_url,
                account=account,
                error=error.challenge_error,
                # RFC 6750 §3.1: without an error code no other error information either
                description=error.detail if error.challenge_error else None,
                scheme=getattr(error, "challenge_scheme", "Bearer"),
            )
    return Response(status, to_json(members), headers)
