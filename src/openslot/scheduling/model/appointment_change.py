"""One change in the history of an appointment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class AppointmentChange:
    """One change of an appointment. Never a person's data: of those fields only the names."""

    version: int  # the version that it made
    at: Millis
    actor_type: str
    actor_id: str
    change: str  # booked, moved, cancelled, customer_changed
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    api_key_id: str | None = None  # that the actor showed
