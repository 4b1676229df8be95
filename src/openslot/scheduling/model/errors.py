"""Why a booking is refused: the errors that reservations and appointments share."""

from openslot.kernel.errors import Conflict, Gone, InvalidValue, PreconditionFailed, Throttled


class SlotUnavailable(Conflict):
    """The start is not in the list of slots; `reason` says why.

    `not_offered`, `horizon`, `notice`, `closed`, `off_grid`, `held`, `blocked`, `capacity` or
    `taken`. List the slots again and take another one.
    """

    code = "slot_unavailable"
    title = "This time cannot be booked"

    def __init__(self, reason: str) -> None:
        super().__init__(_WORDS[reason], reason=reason)


_WORDS = {
    "not_offered": "The branch does not offer this",
    "horizon": "The time is further ahead than this can be booked",
    "notice": "The time is too soon: it must be booked earlier",
    "closed": "The time is not inside open time",
    "off_grid": "Appointments do not begin at this time",
    "held": "Somebody is booking this time at the moment",
    "blocked": "The time is blocked",
    "capacity": "There are not enough places left at this time",
    "taken": "The time is taken",
}


class TooManyReservations(Throttled):
    """The client holds as many live reservations as it may. Confirm or release some."""

    code = "too_many_reservations"
    title = "This client holds too many reservations; confirm or release some"


class ReservationExpired(Gone):
    """The hold ended by itself. Reserve again."""

    code = "reservation_expired"
    title = "The reservation has expired; reserve again"


class ReservationReleased(Gone):
    """The hold was released. Reserve again."""

    code = "reservation_released"
    title = "The reservation was released; reserve again"


class AlreadyConfirmed(Conflict):
    """The reservation has become an appointment; `appointmentId` names it."""

    code = "already_confirmed"
    title = "The reservation is confirmed already"

    def __init__(self, appointment_id: str) -> None:
        super().__init__("", appointmentId=appointment_id)


class AlreadyUsed(Conflict):
    """The reservation has been used up by moving an appointment."""

    code = "already_used"
    title = "The reservation has been used to move an appointment"


class ReservationForReschedule(Conflict):
    """The reservation was made to move one appointment, and serves for nothing else."""

    code = "reservation_for_reschedule"
    title = "This reservation can only be used to move the appointment it was made for"


class WrongState(Conflict):
    """The appointment's state does not allow this."""

    code = "wrong_state"
    title = "The appointment's state does not allow this"

    def __init__(self, status: str) -> None:
        super().__init__(f"The appointment is {status}", appointmentStatus=status)


class NothingToUndo(Conflict):
    """No change of state is left that staff made and may still take back.

    A cancellation can be taken back within the account's `staffUndoSeconds`, a step of a visit
    within 24 hours, and neither once the appointment was moved.
    """

    code = "nothing_to_undo"
    title = "There is nothing that can be taken back"


class AppointmentStarted(Conflict):
    """The appointment has begun: it can no longer be moved or cancelled."""

    code = "appointment_started"
    title = "The appointment has begun"


class TooLate(Conflict):
    """The service's cut-off has passed."""

    code = "too_late"
    title = "It is too late for this"

    def __init__(self, cutoff_minutes: int) -> None:
        super().__init__(
            f"This is possible until {cutoff_minutes} minutes before the start",
            cutoffMinutes=cutoff_minutes,
        )


class VersionMismatch(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The appointment has changed meanwhile; read it again"


class EndMismatch(InvalidValue):
    """`endTime` is not when this appointment would end."""

    code = "end_mismatch"
    title = "The appointment would end at another time"


class ResourceNotQualified(InvalidValue):
    """The resource exists, but cannot serve this."""

    code = "resource_not_qualified"
    title = "This resource does not serve this here"


class ServicesNotCombinable(InvalidValue):
    """The branch does not let people book these services together."""

    code = "services_not_combinable"
    title = "These services cannot be booked together here"


class ServiceChanged(InvalidValue):
    """The reservation is for other services than the appointment."""

    code = "service_changed"
    title = "An appointment can only be moved to a reservation of the same services"
