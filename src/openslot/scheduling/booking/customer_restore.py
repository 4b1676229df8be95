"""A customer takes back what their own link cancelled, while the time is free."""

from openslot.kernel.actor import LINK, Actor
from openslot.scheduling.booking import appointments, reservations, undoing
from openslot.scheduling.booking.lifecycle import has_begun
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.errors import NothingToUndo
from openslot.storage.transactions import AccountTx


def may_restore(tx: AccountTx, appointment: Appointment) -> bool:
    """Whether taking the cancel back would work now."""
    if _cancel_of_link(tx, appointment) is None:
        return False
    return undoing.refusal_to_restore(tx, appointment) is None


def restore(tx: AccountTx, actor: Actor, appointment_id: str) -> Appointment:
    """Gives a cancelled appointment its time back; one that is confirmed is left as it is.

    Raises:
        NotFound: there is no such appointment.
        NothingToUndo: no link cancelled it, or its start has passed.
        SlotUnavailable: its time no longer fits, with the reason.
    """
    reservations.lock(tx, appointment_id)
    appointment = appointments.get(tx, appointment_id)
    undone = _cancel_of_link(tx, appointment)
    if undone is None:
        raise NothingToUndo("")
    return undoing.restore(tx, actor, appointment, undone)


def _cancel_of_link(tx: AccountTx, appointment: Appointment) -> AppointmentChange | None:
    """The cancel that a link did and that may be taken back; None: there is none."""
    if appointment.status != CANCELLED or has_begun(appointment, tx.now):
        return None
    latest = undoing.latest_state_change(tx, appointment.id)
    return latest if latest is not None and latest.actor_type == LINK else None
