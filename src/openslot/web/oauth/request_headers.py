"""The header of a request to an OAuth endpoint, sorted before anything is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class OAuthHeaders:
    """The header fields that the endpoints look at, each as often as it came."""

    authorization: list[bytes] = field(default_factory=list)
    account: list[bytes] = field(default_factory=list)
    content_type: list[bytes] = field(default_factory=list)
    content_length: list[bytes] = field(default_factory=list)
    dpop: list[bytes] = field(default_factory=list)
    origin: list[bytes] = field(default_factory=list)
    requested_method: list[bytes] = field(default_factory=list)  # of a browser's preflight


def sort_headers(headers: Sequence[tuple[bytes, bytes]]) -> OAuthHeaders:
    """Sorts the raw header fields of an ASGI request; their names are in lower case already."""
    found = OAuthHeaders()
    for name, value in headers:
        field_name = _FIELDS.get(name)
        if field_name is not None:
            getattr(found, field_name).append(value)
    return found


_FIELDS = {
    b"authorization": "authorization",
    b"x-account": "account",
    b"content-type": "content_type",
    b"content-length": "content_length",
    b"dpop": "dpop",
    b"origin": "origin",
    b"access-control-request-method": "requested_method",
}
