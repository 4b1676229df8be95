"""Everything that an account holds of one person, to be handed out."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import STATUSES, Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.customers.person_keys import PersonKey
from openslot.scheduling.store import appointments, history
from openslot.storage.transactions import AccountTx

_EARLIEST, _LATEST = -(1 << 40), 1 << 40
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PersonalRecord:
    """An appointment of the person, and every change of it, oldest first."""

    appointment: Appointment
    changes: Sequence[AppointmentChange]


def records_of(tx: AccountTx, person: PersonKey) -> list[PersonalRecord]:
    """A person's appointments in whatever state, the newest start first."""
    found: list[PersonalRecord] = []
    after: tuple[Minute, str] = (_LATEST, "")
    while page := appointments.of_person(tx, person, STATUSES, _EARLIEST, _LATEST, after, _AT_ONCE):
        found += [PersonalRecord(one, history.of_appointment(tx, one.id)) for one in page]
        after = page[-1].placement.start, page[-1].id
    return found
