"""What the header of a request to an OAuth endpoint says, before anything is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Envelope:
    """The header fields that the endpoint looks at, each as often as it came."""

    authorization: list[bytes] = field(default_factory=list)
    account: list[bytes] = field(default_factory=list)
    content_type: list[bytes] = field(default_factory=list)
    content_length: list[bytes] = field(default_factory=list)
    dpop: list[bytes] = field(default_factory=list)
    origin: list[bytes] = field(default_factory=list)
    requested_method: list[bytes] = field(default_factory=list)  # of a browser that asks first


def envelope_of(headers: Sequence[tuple[bytes, bytes]]) -> Envelope:
    """Sorts the raw header fields of an ASGI request; their names are in lower case already."""
    envelope = Envelope()
    for name, value in headers:
        field_name = _FIELDS.get(name)
        if field_name is not None:
            getattr(envelope, field_name).append(value)
    return envelope


_FIELDS = {
    b"authorization": "authorization",
    b"x-account": "account",
    b"content-type": "content_type",
    b"content-length": "content_length",
    b"dpop": "dpop",
    b"origin": "origin",
    b"access-control-request-method": "requested_method",
}
