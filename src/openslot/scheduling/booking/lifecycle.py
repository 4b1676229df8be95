"""Which step an appointment may take next, and until when.

`CONFIRMED → ARRIVED → IN_SERVICE → COMPLETED`; `CONFIRMED → NO_SHOW` after the start;
`CONFIRMED → CANCELLED`. Source: the contract's section on appointments.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openslot.kernel.actor import STAFF
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.scheduling.model.appointment import (
    ARRIVED,
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    TooLate,
    VersionMismatch,
    WrongState,
)

_STAFF_UNDO_SECONDS = 60
STEP_UNDO_MS: Millis = 24 * 60 * MINUTE_MS  # how long staff can undo a step of a visit
VISIT_STEPS = (ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW)

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
    if not may_follow(appointment, status, now):
        raise WrongState(appointment.status)


def may_follow(appointment: Appointment, status: str, now: Millis) -> bool:
    """Whether a visit's next state may be `status`."""
    return appointment.status == _FROM[status] and (
        status != NO_SHOW or has_begun(appointment, now)
    )


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
    if is_after_cutoff(appointment, cutoff, now):
        raise TooLate(cutoff)


def is_after_cutoff(appointment: Appointment, cutoff_minutes: int, now: Millis) -> bool:
    """Whether less than a cut-off is left until the start."""
    return appointment.placement.start * MINUTE_MS - now < cutoff_minutes * MINUTE_MS


def staff_undo_ms(account: Mapping[str, Any]) -> Millis:
    """How long staff can undo a cancellation, of what the account's row holds; 0: never."""
    return int(account["settings"].get("staffUndoSeconds", _STAFF_UNDO_SECONDS)) * 1000


def undo_until(
    appointment: Appointment, latest: AppointmentChange | None, account: Mapping[str, Any]
) -> Millis | None:
    """Until when staff can take back the latest change of state that holds; None: they cannot.

    That is for changes that staff made. `account` is what the account's row holds.
    """
    if latest is None or latest.side != STAFF:
        return None
    limit = staff_undo_ms(account) if appointment.status == CANCELLED else STEP_UNDO_MS
    return latest.at + limit if limit else None


def may_undo(
    appointment: Appointment,
    latest: AppointmentChange | None,
    account: Mapping[str, Any],
    now: Millis,
) -> bool:
    """Whether staff can take back the latest change of state now, the last instant included."""
    until = undo_until(appointment, latest, account)
    return until is not None and now <= until


def has_begun(appointment: Appointment, now: Millis) -> bool:
    """Whether its start has passed; at the very instant of the start it has not."""
    return now > appointment.placement.start * MINUTE_MS
