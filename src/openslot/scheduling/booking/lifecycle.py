"""Which step an appointment may take next, and until when.

`CONFIRMED → ARRIVED → IN_SERVICE → COMPLETED`; `CONFIRMED → NO_SHOW` after the start;
`CONFIRMED → CANCELLED`. Source: the contract's section on appointments.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.scheduling.model.appointment import (
    ARRIVED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    TooLate,
    VersionMismatch,
    WrongState,
)

_STAFF_UNDO_SECONDS = 60

Precondition = Callable[[int], bool]  # whether If-Match holds for a version

# The state in which each state of a visit begins.
_FROM = {ARRIVED: CONFIRMED, IN_SERVICE: ARRIVED, COMPLETED: IN_SERVICE, NO_SHOW: CONFIRMED}


def check_version(appointment: Appointment, precondition: Precondition) -> None:
    """Passes when the precondition holds.

    Raises:
        VersionMismatch: it does not.
    """
    if not precondition(appointment.version):
        raise VersionMismatch("")


def check_changeable(appointment: Appointment, now: Millis) -> None:
    """Passes while an appointment can be moved or cancelled, its start included.

    Raises:
        WrongState: it is not CONFIRMED.
        AppointmentStarted: its start has passed.
    """
    if appointment.status != CONFIRMED:
        raise WrongState(appointment.status)
    if has_begun(appointment, now):
        raise AppointmentStarted("")


def check_step(appointment: Appointment, status: str, now: Millis) -> None:
    """Passes when a visit's next state may be `status`: ARRIVED, IN_SERVICE, COMPLETED or NO_SHOW.

    Raises:
        WrongState: it may not.
    """
    if appointment.status != _FROM[status] or (
        status == NO_SHOW and not has_begun(appointment, now)
    ):
        raise WrongState(appointment.status)


def check_cutoff(
    appointment: Appointment,
    services: Iterable[Service],
    minutes_of: Callable[[Service], int],
    now: Millis,
) -> None:
    """Passes until the cut-off, that instant included; of several services the strictest counts.

    Raises:
        TooLate: after it.
    """
    cutoff = max(minutes_of(service) for service in services)
    if appointment.placement.start * MINUTE_MS - now < cutoff * MINUTE_MS:
        raise TooLate(cutoff)


def staff_undo_ms(account: Mapping[str, Any]) -> Millis:
    """How long staff can undo a cancellation, of what the account's row holds; 0: never."""
    return int(account["settings"].get("staffUndoSeconds", _STAFF_UNDO_SECONDS)) * 1000


def has_begun(appointment: Appointment, now: Millis) -> bool:
    """Whether its start has passed; at the very instant of the start it has not."""
    return now > appointment.placement.start * MINUTE_MS
