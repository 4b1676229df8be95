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


def envelope_of(headers: Sequence[tuple[bytes, bytes]]) -> Envelope:
    """Sorts the raw header fields of an ASGI request; their names are in lower case already."""
    envelope = Envelope()
    for name, value in headers:
        if name == b"authorization":
            envelope.authorization.append(value)
        elif name == b"x-account":
            envelope.account.append(value)
        elif name == b"content-type":
            envelope.content_type.append(value)
        elif name == b"content-length":
            envelope.content_length.append(value)
    return envelope
