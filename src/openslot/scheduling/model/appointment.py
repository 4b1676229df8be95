"""An appointment: a confirmed reservation, with its customer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from openslot.kernel.clock import Millis
from openslot.scheduling.model.placement import Placement

CONFIRMED = "CONFIRMED"  # → ARRIVED, CANCELLED, or NO_SHOW after the start


ARRIVED = "ARRIVED"  # → IN_SERVICE


IN_SERVICE = "IN_SERVICE"  # → COMPLETED


COMPLETED = "COMPLETED"


NO_SHOW = "NO_SHOW"  # keeps its claim


CANCELLED = "CANCELLED"  # the only state without a claim


STATUSES = (CONFIRMED, ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW, CANCELLED)


class Placed(Protocol):
    """An appointment, whole or in part, as far as it decides whether it fits."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def override(self) -> bool:
        """Whether staff booked it against the rules."""

    @property
    def placement(self) -> Placement:
        """Where it stands."""


@dataclass(frozen=True, slots=True)
class AppointmentToCome:
    """What of an appointment decides whether it fits; a change of the catalogue reads many."""

    id: str
    override: bool
    conflicted: bool
    placement: Placement


@dataclass(frozen=True, slots=True)
class Appointment:
    """A confirmed reservation, with its customer."""

    id: str
    client_id: str  # who confirmed it; it belongs to the account
    status: str
    version: int  # 1, raised by every change
    created_at: Millis
    updated_at: Millis
    wall_start: str  # as it was agreed on: 2027-01-04T09:00
    time_zone: str
    override: bool  # booked by staff against the rules; may exceed a capacity
    conflicted: bool  # no longer fits the catalogue, the blocks or its resources' capacity
    identifier: str | None  # the person's; None once erased, as the next three
    customer: Mapping[str, Any] | None  # {firstName, lastName, email, phoneNumber, phoneE164, …}
    answers: Sequence[Mapping[str, str]] | None  # [{id, answer}]
    notes: str | None
    placement: Placement
