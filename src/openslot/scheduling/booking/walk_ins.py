"""Walk-ins: somebody stands at the desk, and is served now or at the next free time today.

Source: the contract's section on what the console adds to the admin API.
"""

from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Minute
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.availability.assignment import assign
from openslot.scheduling.availability.availability import (
    NOT_OFFERED,
    NOTICE,
    OFF_GRID,
    TAKEN,
    grid,
    judge,
    run,
)
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.allocation import Allocation, allocate
from openslot.scheduling.booking.direct import (
    OfferRequest,
    book_allocation,
    check_details,
    offer_query,
)
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.booking.staff import check_own_minutes, step_to
from openslot.scheduling.model.appointment import ARRIVED, Appointment
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.zones import day_bounds, local_date
from openslot.scheduling.store import day_sheets
from openslot.storage.transactions import AccountTx


def book_walk_in(
    tx: AccountTx,
    actor: Actor,
    wanted: OfferRequest,
    details: AppointmentDetails,
    rule_override: RuleOverride,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Books the current minute or the first start after it today, and notes the arrival.

    By override the current minute is booked, whatever stands in its way.

    Raises:
        As `staff.book`. SlotUnavailable: nothing is free today from now on.
    """
    actor.require(APPOINTMENTS_MANAGE)
    rule_override.check(actor)
    check_own_minutes(actor, wanted.own_minutes)
    query = offer_query(tx, wanted, idempotency_key)
    checked = check_details(tx, query, details)
    allocation = (
        allocate(tx, query, tx.now // MINUTE_MS, rule_override)
        if rule_override.requested
        else _allocate_soon(tx, query)
    )
    booked = book_allocation(tx, actor, allocation, checked, rule_override)
    return step_to(tx, actor, booked, ARRIVED)


def _allocate_soon(tx: AccountTx, query: SlotQuery) -> Allocation:
    """The current minute where there is room, else the next start of the grid today."""
    if not query.offered:
        raise SlotUnavailable(NOT_OFFERED)
    now = tx.now // MINUTE_MS
    first, last = day_bounds(local_date(now, query.branch.zone), query.branch.zone)
    claims.lock_days(tx, query.resource_ids, query.days(now, last))
    sheets = _sheets(tx, query, min(first, now - query.policy.before_minutes), last)
    for start in (now, _later_start(tx, query, sheets, last)):
        if start is not None:
            chosen = assign(StartWindow(query, sheets, tx.now, start, start + 1))
            if chosen is not None:
                return Allocation(query, start, chosen, sheets)
    raise SlotUnavailable(_reason(tx, query, sheets, now))


def _later_start(tx: AccountTx, query: SlotQuery, sheets: Sheets, last: Minute) -> Minute | None:
    """The first start after now that would be listed if no notice were needed, if any is."""
    first = tx.now // MINUTE_MS + 1
    if first >= last:
        return None
    judgement = run(judge(StartWindow(_at_once(query), sheets, tx.now, first, last)))
    starts = grid(query, first, last)
    return next((start for start in starts if judgement.reason(start) is None), None)


def _reason(tx: AccountTx, query: SlotQuery, sheets: Sheets, now: Minute) -> str:
    """Why the current minute is refused, which need not lie on the grid."""
    window = StartWindow(_at_once(query), sheets, tx.now, now, now + 1)
    reason = run(judge(window)).reason(now)
    return TAKEN if reason in (None, NOTICE, OFF_GRID) else reason


def _at_once(query: SlotQuery) -> SlotQuery:
    return replace(query, policy=replace(query.policy, notice_minutes=0))


def _sheets(tx: AccountTx, query: SlotQuery, first: Minute, last: Minute) -> Sheets:
    days = query.days(first, last)
    since = min(days[0], first // MINUTES_PER_DAY)
    return day_sheets.of_resources(tx, query.branch.id, query.resource_ids, since, days[-1])
