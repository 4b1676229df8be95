"""Where a booking stands: what a reservation and an appointment have in common."""

from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis, Minute, instant_of_minute
from openslot.scheduling.model.claim import APPOINTMENT, NOBODY, RESERVATION, Claim, claim_id


@dataclass(frozen=True, slots=True)
class Placement:
    """Branch, time, services, party and resources of a booking."""

    branch_id: str
    start: Minute  # without buffers
    end: Minute
    before_minutes: int
    after_minutes: int
    places: int
    party: int
    service_ids: tuple[str, ...]  # in the order they are served
    resource_ids: tuple[str, ...]  # one for each resource type

    @property
    def days(self) -> range:
        """The UTC days that it touches, buffers included."""
        return self.booked_as(self.branch_id).days

    @property
    def as_history(self) -> dict[str, Any]:
        """What history says of it."""
        return {
            "branch_id": self.branch_id,
            "starts_at": instant_of_minute(self.start).isoformat(),
            "ends_at": instant_of_minute(self.end).isoformat(),
            "resource_ids": list(self.resource_ids),
            "party": self.party,
        }

    def held_as(self, reservation_id: str, expires_at: Millis, replaces: str | None) -> Claim:
        """The claim of a reservation that stands here."""
        return self._claim(
            RESERVATION, reservation_id, expires_at, claim_id(replaces) if replaces else NOBODY
        )

    def booked_as(self, appointment_id: str) -> Claim:
        """The claim of an appointment that stands here."""
        return self._claim(APPOINTMENT, appointment_id, 0, NOBODY)

    def _claim(self, kind: int, booking_id: str, expires_at: Millis, replaces: bytes) -> Claim:
        return Claim(
            start=self.start,
            end=self.end,
            before=self.before_minutes,
            after=self.after_minutes,
            places=self.places,
            kind=kind,
            id=claim_id(booking_id),
            expires_at=expires_at,
            replaces=replaces,
        )
