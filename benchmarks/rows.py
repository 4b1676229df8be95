"""Thousands of appointments, written by the product's own stores in one transaction."""

import asyncio
import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from benchmarks.town import SERVICE
from journeys.serving import Installation
from openslot import settings
from openslot.calendars.uids import CalendarUids
from openslot.database import open_database
from openslot.delivery.dispatch import dispatch
from openslot.identity.accounts import all_accounts
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_millis
from openslot.kernel.ids import new_id
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.catalogue import Branch
from openslot.scheduling.model.claim import Claim
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.events import AppointmentBooked
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments, day_sheets
from openslot.storage.transactions import AccountTx

DAYS_LISTED = 31
IN_THEM = 720


def fill(installation: Installation, first: date, each: int, in_them: int = IN_THEM) -> None:
    """Books `in_them` half hours of every desk in 31 days from `first` on, and others around them.

    `each` is how many appointments a desk has altogether; what is not in the 31 days lies
    before and after them, as many days on either side.
    """

    async def work() -> None:
        database = open_database(settings.load(installation.environment))
        (account,) = await database.read_system("benchmarks", all_accounts)
        await database.write(account.id, _fill, first, each, in_them)
        await database.close()

    asyncio.run(work())


def _fill(tx: AccountTx, first: date, each: int, in_them: int) -> None:
    of_account = current_catalogue(tx)
    luck = random.Random(3)
    for branch in of_account.branches.values():
        inside = _starts(branch, (first + timedelta(days=n) for n in range(DAYS_LISTED)))
        around = _starts(branch, _days_around(first, each - in_them, len(inside) // DAYS_LISTED))
        for resource in of_account.resources_at(branch):
            chosen = [*luck.sample(inside, in_them), *around[: each - in_them]]
            _book(tx, branch, of_account.services_by_key[SERVICE].id, resource.id, sorted(chosen))


def fill_outbox(installation: Installation, count: int, channels: Iterable[str] | None) -> None:
    """Books so many half hours of all desks, and works out what follows from them.

    `channels` are those by which customers are told; None: nothing is worked out.
    """

    async def work() -> None:
        database = open_database(settings.load(installation.environment))
        (account,) = await database.read_system("benchmarks", all_accounts)
        await database.write(account.id, _fill_evenly, count)
        if channels is not None:
            uids = CalendarUids([(0, "booking.example.org")])
            while await database.write(account.id, dispatch, uids, b"", frozenset(channels)):
                pass
        await database.close()

    asyncio.run(work())


def _fill_evenly(tx: AccountTx, count: int) -> None:
    """From the tenth day on, so that what is reserved meanwhile finds room before."""
    of_account = current_catalogue(tx)
    (branch,) = of_account.branches.values()
    service_id = of_account.services_by_key[SERVICE].id
    first = instant_of_millis(tx.now).date() + timedelta(days=10)
    desks = of_account.resources_at(branch)
    each = count // len(desks)
    days = (first + timedelta(days=n) for n in range(each))
    starts = list(islice((start for day in days for start in _starts(branch, [day])), each))
    for desk in desks:
        _book(tx, branch, service_id, desk.id, starts)


def _days_around(first: date, wanted: int, a_day: int) -> Iterable[date]:
    """As many days before the 31 as after them, enough for what is wanted."""
    for n in range(-(-wanted // (2 * a_day))):
        yield first - timedelta(days=n + 1)
        yield first + timedelta(days=DAYS_LISTED + n)


def _starts(branch: Branch, days: Iterable[date]) -> list[Minute]:
    return [
        start
        for day in days
        for begin, end in branch.timetable.periods_on(day, branch.zone)
        for start in range(begin, end, 30)
    ]


def _book(
    tx: AccountTx, branch: Branch, service_id: str, resource_id: str, starts: list[Minute]
) -> None:
    actor = Actor(tx.account.id, "client", "benchmark", frozenset())
    days: dict[int, list[Claim]] = {}
    for start in starts:
        placement = Placement(
            branch.id, start, start + 30, 0, 0, 1, 1, (service_id,), (resource_id,)
        )
        appointment = Appointment(
            id=new_id(),
            client_id=actor.id,
            status=CONFIRMED,
            version=1,
            created_at=tx.now,
            updated_at=tx.now,
            wall_start=wall_time(start, branch.zone),
            time_zone=branch.time_zone,
            override=False,
            conflicted=False,
            identifier="1234567890",
            customer={"firstName": "Noor", "lastName": "Visser", "email": "noor@example.org"},
            answers=[],
            notes=None,
            placement=placement,
            reference=None,
            origin="api",
            language=None,
            customer_id=None,
            particulars=None,
        )
        record(tx, actor, AppointmentBooked(appointment=appointments.insert(tx, appointment)))
        days.setdefault(start // MINUTES_PER_DAY, []).append(placement.booked_as(appointment.id))
    for day, claims in days.items():
        day_sheets.put(tx, branch.id, resource_id, Sheet.of(day, claims))
