"""Everything that an account holds of one person, to be handed out."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.customers.person_keys import PersonKey
from openslot.scheduling.privacy.whose import appointments_of
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class PersonalRecord:
    """An appointment of the person, and every change of it, oldest first."""

    appointment: Appointment
    changes: Sequence[AppointmentChange]


def records_of(tx: AccountTx, person: PersonKey) -> list[PersonalRecord]:
    """A person's appointments in whatever state, the newest start first.

    Raises:
        NotFound: the appointment by which the person is named does not exist.
    """
    return [
        PersonalRecord(one, history.of_appointment(tx, one.id))
        for one in appointments_of(tx, person)
    ]
