"""Something that would have left a sandbox account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class SandboxDelivery:
    """A message or a request, as it would have been."""

    place: int  # in the account's list
    id: str  # the message's, or the event's
    kind: str
    channel: str
    at: Millis
    booking_id: str  # "": of none
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SandboxFilter:
    """Which page of them."""

    after: int
    limit: int
    booking_id: str = ""
    channel: str = ""
    kind: str = ""
    since: Millis = 0  # exclusive
