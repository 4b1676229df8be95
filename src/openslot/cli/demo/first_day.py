"""The day on which the demo is made, at its first office: who has been, who is there, who comes.

Staff have booked it the day before, by the rules, so that there is something to see at any hour.
On a holiday the office is closed: then it is booked against the rules, and says so.
"""

import copy
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openslot.cli.demo.people import customer
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Millis, Minute, minute_of
from openslot.kernel.errors import Conflict, Invalid
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_STAFF
from openslot.scheduling.model.zones import local_date
from openslot.storage.transactions import AccountTx

_OFFICE = "city-hall"
_SERVICES = ("passport", "identity-card", "collection")
_STARTS = range(10 * 60, 16 * 60, 15)  # minutes of the day
_BOOKED = 12 * 60  # of the day before
_SEEN_PAST_MINUTES = 120  # before now, or before the last start
_NOT_COME = 7  # one of so many
_STILL_THERE_MINUTES = 40


def book_first_day(tx: AccountTx, actor: Actor) -> int:
    """Books the day, and says of each how far the visit is; returns how many were booked."""
    luck = random.Random(20260102)  # noqa: S311  (a demo, not a secret)
    of_account = current_catalogue(tx)
    office = next(b for b in of_account.branches.values() if b.key == _OFFICE)
    ids = {service.key: service.id for service in of_account.services.values()}
    now = tx.now // MINUTE_MS
    today = local_date(now, office.zone)
    day_before = _as_of(tx, _minute(today - timedelta(days=1), _BOOKED, office.zone) * MINUTE_MS)
    is_open = bool(office.timetable.periods_on(today, office.zone))
    rules = NO_OVERRIDE if is_open else RuleOverride(requested=True, reason="Part of the demo")
    booked = 0
    starts = [_minute(today, minute, office.zone) for minute in _STARTS]
    first = min(now, starts[-1]) - _SEEN_PAST_MINUTES
    for number, start in enumerate(start for start in starts if start >= first):
        wanted = SlotRequest(office.id, (ids[luck.choice(_SERVICES)],), 1, start)
        details = AppointmentDetails(customer(luck), NEEDS_OF_STAFF, (), None, origin="staff")
        try:
            made = staff.book(day_before, actor, wanted, details, rules, NO_KEY).id
        except (Conflict, Invalid):  # it falls into a break
            continue
        booked += 1
        for status in _steps(number, start, now):
            staff.take_step(tx, actor, made, status, lambda _: True, NO_KEY)
    return booked


def _as_of(tx: AccountTx, now: Millis) -> AccountTx:
    """The same transaction at another time of the account."""
    earlier = copy.copy(tx)
    earlier.account, earlier.now = replace(tx.account, clock_frozen_at=now), now
    return earlier


def _steps(number: int, start: Minute, now: Minute) -> tuple[str, ...]:
    """How far a visit has come."""
    if start > now:
        return ()
    if number % _NOT_COME == 3:
        return (NO_SHOW,)
    if now - start > _STILL_THERE_MINUTES:
        return (ARRIVED, IN_SERVICE, COMPLETED)
    return (ARRIVED, IN_SERVICE) if number % 2 else (ARRIVED,)


def _minute(day: date, minute: int, zone: ZoneInfo) -> Minute:
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return minute_of(wall)
