"""What happens to appointments: one typed event per version. Pure.

An event says what history shows (`change`, `old`, `new`), and what the outside hears (`type`,
`previous`, `changed`). It names nobody: of a person's data only the names of fields that changed.
Source: the contract's section on events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, Appointment
from openslot.scheduling.model.placement import Placement

Facts = Mapping[str, Any]

BOOKED = "appointment.booked"
RESERVATION_EXPIRED = "reservation.expired"
# Every type that a list of events or a webhook may ask for.
TYPES = (
    BOOKED,
    "appointment.moved",
    "appointment.cancelled",
    "appointment.updated",
    "appointment.arrived",
    "appointment.started",
    "appointment.completed",
    "appointment.no_show",
    "appointment.restored",
    "appointment.erased",
    RESERVATION_EXPIRED,
)

_NO_FACTS: Facts = {}
# Each step of a visit: what history calls it, by the state that it leads to; else a no-show.
_STEPS = {ARRIVED: "arrived", IN_SERVICE: "started", COMPLETED: "completed"}
# What of an appointment the outside is told when it changes, beside its status.
_TOLD = ("branch_id", "resource_ids", "party")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEvent:
    """Something that happened to an appointment; `appointment` is how it stands afterwards."""

    appointment: Appointment

    @property
    def type(self) -> str:
        """What the outside calls it: `appointment.` and what happened."""
        return f"appointment.{self.change}"

    @property
    def change(self) -> str:
        """What history calls it."""
        raise AssertionError("each kind of event says it")

    @property
    def old(self) -> Facts | None:
        """What history says of how it was before; None: nothing."""
        return None

    @property
    def new(self) -> Facts | None:
        """What history says of how it is now; None: nothing."""
        return None

    @property
    def previous(self) -> Facts:
        """The former values that the outside is told, of those that changed."""
        return _NO_FACTS

    @property
    def changed(self) -> tuple[str, ...]:
        """Which part changed that the outside is not told: `customer`, `notes` or `time_zone`."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked(AppointmentEvent):
    """It was confirmed, or booked at once."""

    override: Facts = field(default_factory=dict)  # what history says of rules that were broken

    @property
    def change(self) -> str:
        """`booked`."""
        return "booked"

    @property
    def new(self) -> Facts:
        """Where it stands."""
        return {**self.appointment.placement.as_history, **self.override}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved(AppointmentEvent):
    """It got another time or resource, or was moved to the same ones."""

    before: Appointment
    override: Facts = field(default_factory=dict)

    @property
    def change(self) -> str:
        """`moved`."""
        return "moved"

    @property
    def old(self) -> Facts:
        """Where it stood."""
        return self.before.placement.as_history

    @property
    def new(self) -> Facts:
        """Where it stands."""
        return {**self.appointment.placement.as_history, **self.override}

    @property
    def previous(self) -> Facts:
        """Always the former time; the rest where it changed."""
        was, is_ = self.before.placement, self.appointment.placement
        others = {
            name: _plain(was, name) for name in _TOLD if _plain(was, name) != _plain(is_, name)
        }
        return {"start": was.start, "end": was.end, **others}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentStatusChanged(AppointmentEvent):
    """It got another status."""

    before: Appointment

    @property
    def old(self) -> Facts:
        """The status that it had."""
        return {"status": self.before.status}

    @property
    def new(self) -> Facts:
        """The status that it has."""
        return {"status": self.appointment.status}

    @property
    def previous(self) -> Facts:
        """The status that it had."""
        return {"status": self.before.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled(AppointmentStatusChanged):
    """It was cancelled, and its time is free."""

    override: Facts = field(default_factory=dict)

    @property
    def change(self) -> str:
        """`cancelled`."""
        return "cancelled"

    @property
    def new(self) -> Facts:
        """The status, and what was said of it."""
        return {"status": self.appointment.status, **self.override}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStepTaken(AppointmentStatusChanged):
    """The visit went on: arrived, started, completed; or nobody came."""

    @property
    def change(self) -> str:
        """`arrived`, `started`, `completed` or `no_show`."""
        return _STEPS.get(self.appointment.status, "no_show")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRestored(AppointmentStatusChanged):
    """A step of a visit, or a cancellation, was taken back."""

    @property
    def change(self) -> str:
        """`restored`."""
        return "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentUpdated(AppointmentEvent):
    """Its customer's data or its notes changed; `fields` are the names of those that did."""

    part: str  # "customer" or "notes"
    fields: tuple[str, ...]

    @property
    def type(self) -> str:
        """`appointment.updated`, whatever changed."""
        return "appointment.updated"

    @property
    def change(self) -> str:
        """`customer_changed` or `notes_changed`."""
        return f"{self.part}_changed"

    @property
    def new(self) -> Facts:
        """The names of the fields. What they hold is the person's, and can be erased."""
        return {"fields": list(self.fields)}

    @property
    def changed(self) -> tuple[str, ...]:
        """The part."""
        return (self.part,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRebased(AppointmentEvent):
    """Its wall time and its instant agree again, after a change of zone data."""

    before: Appointment

    @property
    def type(self) -> str:
        """For the outside it was moved if its instant changed, else updated."""
        return "appointment.moved" if self._is_moved else "appointment.updated"

    @property
    def change(self) -> str:
        """`rebased`."""
        return "rebased"

    @property
    def old(self) -> Facts:
        """The wall time that was agreed on; and where it stood, if its instant changed."""
        return self._facts(self.before)

    @property
    def new(self) -> Facts:
        """Its wall time; and where it stands, if its instant changed."""
        return self._facts(self.appointment)

    @property
    def previous(self) -> Facts:
        """The former time, if its instant changed."""
        was = self.before.placement
        return {"start": was.start, "end": was.end} if self._is_moved else {}

    @property
    def changed(self) -> tuple[str, ...]:
        """`time_zone` if its instant stays."""
        return () if self._is_moved else ("time_zone",)

    def _facts(self, appointment: Appointment) -> Facts:
        where = appointment.placement.as_history if self._is_moved else _NO_FACTS
        return {**where, "wall_time": appointment.wall_start}

    @property
    def _is_moved(self) -> bool:
        return self.before.placement.start != self.appointment.placement.start


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentErased(AppointmentEvent):
    """Its person was erased from it, so that whoever was told of them erases them too."""

    @property
    def change(self) -> str:
        """`erased`."""
        return "erased"


def _plain(placement: Placement, name: str) -> Any:
    value = getattr(placement, name)
    return list(value) if isinstance(value, tuple) else value
