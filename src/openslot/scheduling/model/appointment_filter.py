"""Which of an account's appointments are wanted."""

from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import Appointment


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments; what is None does not matter."""

    first: Minute  # starts in [first, last)
    last: Minute
    branch_id: str | None = None
    service_id: str | None = None
    resource_id: str | None = None
    status: str | None = None
    conflicted: bool | None = None
    reference: str | None = None

    def takes(self, appointment: Appointment) -> bool:
        """Whether it is one of them."""
        at = appointment.placement
        return (
            self.first <= at.start < self.last
            and self.branch_id in (None, at.branch_id)
            and (self.service_id is None or self.service_id in at.service_ids)
            and (self.resource_id is None or self.resource_id in at.resource_ids)
            and self.status in (None, appointment.status)
            and self.conflicted in (None, appointment.conflicted)
            and self.reference in (None, appointment.reference)
        )
