"""An appointment: a confirmed reservation, with its customer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from openslot.kernel.clock import Millis
from openslot.scheduling.model.catalogue import Branch
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import wall_time

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


class CalendarEntry(NamedTuple):
    """What a calendar shows of an appointment, among hundreds; its time is that of its claim."""

    id: str
    status: str
    conflicted: bool
    service_ids: Sequence[str]
    customer: Mapping[str, str | None] | None  # first and last name alone; None: erased


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
    reference: str | None  # `references`; sure to be its own once it is stored
    origin: str | None  # by which interface it was booked; None: before that was noted
    language: str | None  # the locale in which the person is written to; None: as before
    customer_id: str | None  # the same for all bookings of a person; None once erased
    # {title, custom, externalId, identificationNumber, address, customerCustom}, what there is
    particulars: Mapping[str, Any] | None
    own_minutes: int | None = None  # the length that staff gave it; None: that of its services

    def changed(self, now: Millis, **values: Any) -> "Appointment":
        """It with other values of its fields, one version later."""
        return replace(self, version=self.version + 1, updated_at=now, **values)

    def moved_to(
        self, placement: Placement, branch: Branch, now: Millis, *, override: bool = False
    ) -> "Appointment":
        """It after a move: one version later, and in no conflict any more.

        `branch` is that of the placement; `override` says whether the move broke the rules. A
        length of its own is kept where the placement has it.
        """
        own = self.own_minutes if placement.end - placement.start == self.own_minutes else None
        return self.changed(
            now,
            wall_start=wall_time(placement.start, branch.zone),
            time_zone=branch.time_zone,
            override=override,
            conflicted=False,
            placement=placement,
            own_minutes=own,
        )
