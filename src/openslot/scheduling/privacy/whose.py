"""Every appointment of the person that a request means."""

from openslot.kernel.clock import Minute
from openslot.scheduling.booking.appointments import get
from openslot.scheduling.model.appointment import STATUSES, Appointment
from openslot.scheduling.model.customers.person_keys import APPOINTMENT, PersonKey
from openslot.scheduling.people.same_person import appointments_with
from openslot.scheduling.store import appointments
from openslot.storage.transactions import AccountTx

_EARLIEST, _LATEST = -(1 << 40), 1 << 40
_AT_ONCE = 200


def appointments_of(tx: AccountTx, person: PersonKey) -> list[Appointment]:
    """A person's appointments in whatever state, the newest start first.

    Raises:
        NotFound: the appointment by which the person is named does not exist.
    """
    if person.kind == APPOINTMENT:
        return appointments_with(tx, get(tx, person.value))
    found: list[Appointment] = []
    after: tuple[Minute, str] = (_LATEST, "")
    while page := appointments.of_person(tx, person, STATUSES, _EARLIEST, _LATEST, after, _AT_ONCE):
        found += page
        after = page[-1].placement.start, page[-1].id
    return found
