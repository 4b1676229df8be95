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
from openslot.scheduling.model.customers.person_keys import PersonKey
from openslot.scheduling.model.events import AppointmentErased
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments
from openslot.scheduling.store import personal_data as store
from openslot.scheduling.store.personal_data import Held
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
        HasFutureAppointments: a visit is still to come, and `force` was not asked for.
    """
    actor.require(PRIVACY_MANAGE)
    idempotency_key.replay(tx)
    to_come = store.to_come(tx, person, tx.now // MINUTE_MS, _MOST_LISTED)
    if to_come and not force:
        raise HasFutureAppointments(to_come)
    tx.wipes = True
    counts: Counter[str] = Counter()
    bookings: set[str] = set()
    while found := store.of_person(tx, person, AT_ONCE):
        bookings.update(_erase(tx, actor, found, counts))
    answers = store.forget_answers(tx, bookings, person.value)
    audit.record(
        tx,
        "customer.erased",
        actor,
        appointments=counts["appointments"],
        reasons=counts["reasons"],
        reservations=counts["reservations"],
        answers=answers,
        stillToCome=len(to_come),
    )
    return counts["appointments"]


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
    _erase(tx, retention, found, counts)
    # What has not been changed for so long has no stored response left that shows it.
    recent = [id_ for id_, _, updated_at in found if updated_at > tx.now - STORED_MS]
    if recent:
        store.forget_answers(tx, [*recent, *store.replacing(tx, recent)], None)
    return counts["appointments"]


def _erase(tx: AccountTx, actor: Actor, found: Sequence[Held], counts: Counter[str]) -> list[str]:
    """Erases and counts; returns the ids of the appointments and of what was to move them."""
    ids = [id_ for id_, _, _ in found]
    counts["appointments"] += store.erase(tx, ids)
    for appointment in appointments.by_ids(tx, ids):
        record(tx, actor, AppointmentErased(appointment=appointment))
    counts["reasons"] += store.erase_reasons(tx, ids)
    counts["reservations"] += store.erase_reservations(tx, ids)
    return [*ids, *store.replacing(tx, ids)]
