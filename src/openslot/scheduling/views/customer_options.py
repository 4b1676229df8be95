"""What a customer may still do with an appointment, and until when. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.scheduling.booking.lifecycle import check_changeable, check_cutoff
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.errors import AppointmentStarted, TooLate, WrongState


@dataclass(frozen=True, slots=True)
class CustomerOptions:
    """Whether an appointment can be cancelled and moved, and until when it could."""

    may_cancel: bool
    may_move: bool
    cancel_until: Millis | None  # None: the appointment is in no state for it
    move_until: Millis | None


def options_of(
    appointment: Appointment, services: Sequence[Service], now: Millis
) -> CustomerOptions:
    """The options at an instant, by the rules that cancelling and moving ask themselves."""

    def allowed(minutes_of: Callable[[Service], int]) -> bool:
        try:
            check_changeable(appointment, now)
            check_cutoff(appointment, services, minutes_of, now)
        except (WrongState, AppointmentStarted, TooLate):
            return False
        return True

    def until(minutes_of: Callable[[Service], int]) -> Millis | None:
        if appointment.status != CONFIRMED:
            return None
        minutes = max(minutes_of(service) for service in services)
        return (appointment.placement.start - minutes) * MINUTE_MS

    return CustomerOptions(
        may_cancel=allowed(_cancel),
        may_move=allowed(_move),
        cancel_until=until(_cancel),
        move_until=until(_move),
    )


def _cancel(service: Service) -> int:
    return service.cancel_cutoff_minutes


def _move(service: Service) -> int:
    return service.reschedule_cutoff_minutes
