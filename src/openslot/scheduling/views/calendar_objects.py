"""What a calendar object says of an appointment: how it stands, and how often that changed."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class AppointmentRevision:
    """An appointment, the number of its calendar object's revision, and since when it is that."""

    appointment: Appointment
    sequence: int  # RFC 5545 §3.8.7.4: 0, and one more with every move and cancellation
    revised_at: Millis  # notes and the customer's data are no part of a calendar object


def revision(tx: AccountTx, _: Actor, appointment_id: str) -> AppointmentRevision:
    """The present revision of an appointment, in whatever state.

    Raises:
        NotFound: there is no such appointment; a reservation is none.
    """
    appointment = appointments.get(tx, appointment_id)
    sequence, revised_at = history.calendar_revision(tx, appointment.id)
    return AppointmentRevision(appointment, sequence, revised_at or appointment.created_at)
