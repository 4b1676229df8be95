"""Erasing people: on request, and when an account's retention has passed. Counts stay.

An erased appointment keeps its row, its time and its history; who came, what they answered and
what anybody wrote about them is gone, from the responses stored for idempotency keys too.
"""

from collections import Counter
from collections.abc import Sequence

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.errors import Conflict
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling.booking.idempotency import STORED_MS, IdempotencyKey
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, Appointment
from openslot.scheduling.model.customers.person_keys import APPOINTMENT, PersonKey
from openslot.scheduling.model.events import AppointmentErased
from openslot.scheduling.people import search_index
from openslot.scheduling.privacy.whose import appointments_of
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments
from openslot.scheduling.store import personal_data as store
from openslot.storage.accounts import Account
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

AT_ONCE = 200
_MOST_LISTED = 200


class HasFutureAppointments(Conflict):
    """The person is still to come; `appointmentIds` lists the first 200. `force=true` does it.

    Nothing is cancelled then: the appointments stay, without anybody's name. Cancel them first
    where nobody will come.
    """

    code = "has_future_appointments"
    title = "The person has appointments in the future"

    def __init__(self, appointment_ids: Sequence[str]) -> None:
        super().__init__(
            "Cancel them, or add force=true to keep them without a name",
            appointmentIds=list(appointment_ids),
        )


def erase_person(
    tx: AccountTx,
    actor: Actor,
    person: PersonKey,
    idempotency_key: IdempotencyKey,
    *,
    force: bool = False,
) -> int:
    """Erases a person from everything the account holds; returns from how many appointments.

    Raises:
        InsufficientScope: without `openslot/privacy.manage`.
        NotFound: the appointment by which the person is named does not exist.
        HasFutureAppointments: a visit is still to come, and `force` was not asked for.
    """
    actor.require(PRIVACY_MANAGE)
    idempotency_key.replay(tx)
    held = [one for one in appointments_of(tx, person) if one.identifier is not None]
    to_come = visits_to_come(held, tx.now // MINUTE_MS)
    if to_come and not force:
        raise HasFutureAppointments(to_come[:_MOST_LISTED])
    tx.wipes = True
    counts: Counter[str] = Counter()
    bookings: set[str] = set()
    for first in range(0, len(held), AT_ONCE):
        bookings.update(_erase(tx, actor, held[first : first + AT_ONCE], counts))
    # An appointment is named by the responses about it; a person by any other.
    named_by = None if person.kind == APPOINTMENT else person.value
    answers = store.forget_answers(tx, bookings, named_by)
    audit.record(
        tx,
        "customer.erased",
        actor,
        appointments=counts["appointments"],
        reasons=counts["reasons"],
        reservations=counts["reservations"],
        answers=answers,
        stillToCome=min(len(to_come), _MOST_LISTED),
    )
    return counts["appointments"]


def visits_to_come(of_person: Sequence[Appointment], now: Minute) -> list[str]:
    """The ids of a person's visits that have yet to start after `now`, the next one first."""
    coming = [a for a in of_person if a.placement.start > now and a.status in (CONFIRMED, ARRIVED)]
    return [a.id for a in sorted(coming, key=lambda a: (a.placement.start, a.id))]


def retained_from(account: Account, now: Millis) -> Minute:
    """People are erased from appointments that ended by this minute; `now` by the account's clock.

    Retention is counted in whole days of 24 hours.
    """
    days: int = account.content["settings"]["retentionDays"]
    return now // MINUTE_MS - days * MINUTES_PER_DAY


def erase_old(tx: AccountTx) -> int:
    """Erases people from at most 200 appointments past the account's retention; returns how many.

    Retention is counted from an appointment's end, by the account's own clock.
    """
    found = store.ended(tx, retained_from(tx.account, tx.now), AT_ONCE)
    if not found:
        return 0
    tx.wipes = True
    counts: Counter[str] = Counter()
    retention = Actor(tx.account.id, audit.OPERATOR, "retention", frozenset())
    _erase(tx, retention, appointments.by_ids(tx, [id_ for id_, _ in found]), counts)
    # What has not been changed for so long has no stored response left that shows it.
    recent = [id_ for id_, updated_at in found if updated_at > tx.now - STORED_MS]
    if recent:
        store.forget_answers(tx, [*recent, *store.replacing(tx, recent)], None)
    return counts["appointments"]


def _erase(
    tx: AccountTx, actor: Actor, found: Sequence[Appointment], counts: Counter[str]
) -> list[str]:
    """Erases and counts; returns the ids of the appointments and of what was to move them."""
    ids = [one.id for one in found]
    search_index.remove(tx, found)
    counts["appointments"] += store.erase(tx, ids)
    for appointment in appointments.by_ids(tx, ids):
        record(tx, actor, AppointmentErased(appointment=appointment))
    counts["reasons"] += store.erase_reasons(tx, ids)
    counts["reservations"] += store.erase_reservations(tx, ids)
    return [*ids, *store.replacing(tx, ids)]
