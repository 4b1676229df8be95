"""The headers of requests and responses, each described once under `components`."""

from collections.abc import Iterable, Mapping
from typing import Any

from openslot.kernel.errors import PreconditionFailed
from openslot.web.docs.openapi import failures
from openslot.web.http.route import AnyRoute

_TEXT = {"type": "string"}

RESPONSE_HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "X-Request-Id": ("The request's id, to find it in the log", {"type": "string"}),
    "Content-Language": ("The language of the texts: `en-GB` for `en_UK`", _TEXT),
    "ETag": ("The version of what the response holds (RFC 9110 §8.8.3)", _TEXT),
    "Vary": ("The response depends on this request header", _TEXT),
    "Cache-Control": ("Personal data must not be cached", _TEXT),
    "Location": ("The address of what was made", {"type": "string", "format": "uri"}),
    "Link": ("The next page, if there is one (RFC 8288): the same body at this address", _TEXT),
    "Idempotency-Replayed": (
        "`true` when the key was used before and this is the response it got then",
        {"type": "string", "const": "true"},
    ),
    "Content-Disposition": ("Of csv, jsonl and ics: the name for a file", _TEXT),
    "Retry-After": ("Seconds to wait", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("What is missing (RFC 6750 §3, RFC 9728 §5.1)", _TEXT),
}

REQUEST_HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Accept-Language": (
        "The language of names: `en_US`, `en_UK`, `fr_FR`, `nl_NL`, `de_DE`, `it_IT`, `ES_es`, or "
        "any form of RFC 9110 §12.5.4. An unknown one gives the account's default.",
        _TEXT,
    ),
    "X-TENANT-ID": ("The account's id or name. Optional: the token says it too.", _TEXT),
    "Idempotency-Key": (
        "Makes a write safe to repeat: the same request with the same key gets the same response "
        "for 24 hours and has no second effect.",
        {"type": "string", "pattern": "^[!-~]{1,255}$"},
    ),
    "If-Match": (
        "Does it only if the thing still has this ETag",
        {"type": "string", "examples": ['"1"', "*"]},
    ),
    "If-None-Match": ("Responds 304 if this ETag is still right", _TEXT),
}


def of_routes(routes: Iterable[AnyRoute]) -> set[str]:
    """The headers of any response that they can give."""
    names: set[str] = set()
    for route in routes:
        names.update(of_success(route), *map(of_failure, failures.errors_of(route)))
    return names


def taken_by(route: AnyRoute) -> list[str]:
    """The request headers that a call looks at."""
    names = ["Accept-Language", "X-TENANT-ID"]
    if route.writes:
        names.append("Idempotency-Key")
    if any(issubclass(error, PreconditionFailed) for error in route.errors):
        names.append("If-Match")
    if route.is_conditional:
        names.append("If-None-Match")
    return names


def of_success(route: AnyRoute) -> list[str]:
    """The headers of a success. Those of one call alone stand in the route table."""
    names = ["X-Request-Id", *route.returns.headers]
    if route.is_conditional:
        names.append("ETag")
    if route.writes:
        names.append("Idempotency-Replayed")
    return names


def of_failure(status: int) -> list[str]:
    """The headers of an error."""
    more = {
        400: ["WWW-Authenticate"],
        401: ["WWW-Authenticate"],
        403: ["WWW-Authenticate"],
        429: ["Retry-After"],
        503: ["Retry-After"],
    }
    return ["X-Request-Id", "Content-Language", *more.get(status, ())]
