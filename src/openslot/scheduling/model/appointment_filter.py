"""Which of an account's appointments are wanted."""

from dataclasses import dataclass

from openslot.kernel.clock import Minute


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
