"""A reservation: a short exclusive hold on a slot, before it is confirmed. Pure."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.scheduling.model.placement import Placement

RESERVED = "RESERVED"  # live until expires_at


MOVED = "MOVED"  # used up by a reschedule


RELEASED = "RELEASED"  # released by its client


EXPIRED = (
    "EXPIRED"  # noticed as expired; an expiry nobody noticed is RESERVED with a past expires_at
)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A short exclusive hold on a slot; confirming it removes it and makes the appointment."""

    id: str
    client_id: str
    status: str
    created_at: Millis
    expires_at: Millis
    ended_at: Millis | None
    replaces: str | None  # the appointment that it is to move, and nothing else
    notes: str | None
    placement: Placement
