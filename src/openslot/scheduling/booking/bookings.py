"""A booking, whichever an id is: a reservation, or the appointment that it becomes."""

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.booking import appointments, reservations
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.errors import (
    AlreadyUsed,
    ReservationExpired,
    ReservationReleased,
)
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.transactions import AccountTx


def get(tx: AccountTx, actor: Actor, booking_id: str) -> Appointment | Reservation:
    """An appointment that is not cancelled, or a live reservation of the actor's own.

    Raises:
        NotFound: it is neither.
    """
    for appointment in appointments.by_ids(tx, [booking_id]):
        if appointment.status == CANCELLED:
            raise NotFound("There is no such booking")
        return appointment
    try:
        return reservations.get(tx, actor, booking_id)
    except (AlreadyUsed, ReservationExpired, ReservationReleased):
        raise NotFound("There is no such booking") from None


def withdraw(tx: AccountTx, actor: Actor, booking_id: str, idempotency_key: IdempotencyKey) -> None:
    """Cancels an appointment or releases a reservation; again does nothing.

    Raises:
        NotFound: it is neither, or a reservation of another client.
        InsufficientScope: it is one that the actor may not end.
        AlreadyUsed: the reservation has moved an appointment.
        WrongState, AppointmentStarted, TooLate: the appointment can no longer be cancelled.
    """
    reservations.lock(tx, booking_id)
    if appointments.by_ids(tx, [booking_id]):
        actor.require(CANCEL)
        appointments.cancel(tx, actor, booking_id, lambda _: True, idempotency_key)
        return
    found = reservations.find(tx, actor, booking_id)
    actor.require(BOOK, RESCHEDULE)
    try:
        reservations.live(tx, found)
    except (ReservationExpired, ReservationReleased):
        return
    reservations.release(tx, actor, booking_id, idempotency_key)
