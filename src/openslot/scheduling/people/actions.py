"""What staff can do to find people; that somebody looked stands in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.people.same_person import appointments_with, people_alike
from openslot.scheduling.people.search import (
    CustomerSearch,
    FoundPeople,
    FoundPerson,
    next_or_last,
    search,
)
from openslot.scheduling.store import appointments
from openslot.storage.action import Action, Runs
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_SCOPES = (APPOINTMENTS_MANAGE,)
_NOBODY = FoundPeople()


@dataclass(frozen=True, slots=True)
class FindCustomers:
    """What to look for, and who was found."""

    wanted: CustomerSearch
    found: FoundPeople = _NOBODY


@dataclass(frozen=True, slots=True)
class ViewedCustomer:
    """A person: every appointment, the newest start first."""

    appointments: Sequence[Appointment]
    # Others with the same mail address or phone, who may be the same; they are never merged.
    alike: Sequence[FoundPerson]


def _look(tx: AccountTx, _: Actor, given: FindCustomers) -> FindCustomers:
    return replace(given, found=search(tx, given.wanted))


def _note_search(tx: AccountTx, actor: Actor, given: FindCustomers) -> FoundPeople:
    ids = [one.appointment.id for one in given.found.people]
    audit.record(tx, "customer.searched", actor, found=len(ids), appointmentIds=ids)
    return given.found


def _view(tx: AccountTx, actor: Actor, appointment_id: str) -> ViewedCustomer:
    appointment = appointments.by_id(tx, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment")
    found = appointments_with(tx, appointment)
    audit.record(
        tx, "customer.viewed", actor, appointmentId=appointment_id, appointments=len(found)
    )
    now = tx.now // MINUTE_MS
    alike = [FoundPerson(next_or_last(one, now), len(one)) for one in people_alike(tx, found)]
    return ViewedCustomer(found, alike)


FIND_CUSTOMERS: Action[FindCustomers, FoundPeople] = Action(
    "find customers", _SCOPES, _note_search, Runs.WRITE_CONCURRENTLY, look_first=_look
)
# The input is the id of an appointment to which the person comes.
VIEW_CUSTOMER: Action[str, ViewedCustomer] = Action(
    "view customer", _SCOPES, _view, Runs.WRITE_CONCURRENTLY
)
