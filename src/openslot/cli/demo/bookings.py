"""Six months of bookings for the demo, made by the same operations as real ones.

Nearer days are fuller; the same start date gives the same bookings. What does not fit any more is
left out.
"""

import asyncio
import contextlib
import random
from datetime import timedelta

from openslot.cli.demo.people import customer
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import Conflict, Invalid
from openslot.kernel.scopes import BOOKING
from openslot.scheduling.booking import appointments, reservations
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_PROGRAM
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.zones import local_date
from openslot.storage.transactions import AccountTx, Database

_DAYS = 183
_TOGETHER = 32  # bookings that share a commit


async def fill(database: Database, account_id: str, client_id: str) -> int:
    """Books, and cancels some; returns how many appointments were made.

    Nothing is drawn inside a transaction, which may run twice.
    """
    luck = random.Random(20260101)  # noqa: S311  (a demo, not a secret)
    actor = Actor(account_id, "client", client_id, frozenset(BOOKING))
    wishes = await database.read(account_id, _wishes, luck)
    made: list[str] = []
    for number in range(0, len(wishes), _TOGETHER):
        made += await _booked(database, actor, wishes[number : number + _TOGETHER], luck)
    for appointment_id in luck.sample(made, len(made) // 20):
        with contextlib.suppress(Conflict):
            await database.write(
                account_id,
                appointments.cancel,
                actor,
                appointment_id,
                lambda version: True,
                NO_KEY,
            )
    return len(made)


async def _booked(
    database: Database, actor: Actor, wishes: list[SlotRequest], luck: random.Random
) -> list[str]:
    results = await asyncio.gather(
        *(
            database.write(actor.account_id, _book, actor, wanted, customer(luck))
            for wanted in wishes
        )
    )
    return [appointment_id for appointment_id in results if appointment_id is not None]


def _book(tx: AccountTx, actor: Actor, wanted: SlotRequest, customer: Customer) -> str | None:
    """One appointment from hold to confirmation, or None where there is no room."""
    try:
        held = reservations.reserve(tx, actor, wanted, NO_KEY, 0)
    except (Conflict, Invalid):
        return None
    questions = current_catalogue(tx).services[wanted.service_ids[0]].questions
    answers = [{"id": q.id, "answer": "1 July"} for q in questions if q.required]
    details = AppointmentDetails(customer, NEEDS_OF_PROGRAM, answers, None, origin="api")
    made = appointments.confirm(tx, actor, held.id, details, NO_KEY)
    return made.id


def _wishes(tx: AccountTx, luck: random.Random) -> list[SlotRequest]:
    """Starts on the grid that people might like, in random order."""
    of_account = current_catalogue(tx)
    wishes = [
        wish
        for branch in of_account.branches.values()
        for service in of_account.services.values()
        if branch.key in service.branch_keys
        for wish in _wishes_for(of_account, branch, service, tx.now // MINUTE_MS, luck)
    ]
    luck.shuffle(wishes)
    return wishes


def _wishes_for(
    of_account: Catalogue, branch: Branch, service: Service, now: Minute, luck: random.Random
) -> list[SlotRequest]:
    today = local_date(now, branch.zone)
    places = sum(
        r.capacity for r in of_account.resources_at(branch) if service.key in r.service_keys
    )
    wishes = []
    for ahead in range(min(_DAYS, service.horizon_days)):
        day = today + timedelta(days=ahead)
        for begin, end in branch.timetable.periods_on(day, branch.zone):
            starts = range(begin, end, service.slot_step_minutes)
            # A third of the places of tomorrow are gone, a tenth of those in two months.
            share = 0.35 * 0.98**ahead * places * service.slot_step_minutes
            wanted = min(int(share * len(starts) / service.duration_minutes / 6 + luck.random()), 8)
            for start in luck.sample(starts, min(wanted, len(starts))):
                party = 1 if luck.random() < 0.8 else luck.randint(1, service.max_party)
                wishes.append(SlotRequest(branch.id, (service.id,), party, start))
    return wishes
