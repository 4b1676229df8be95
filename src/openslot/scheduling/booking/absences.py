"""Absences: a resource is away, and whoever it was to serve is moved to another time or resource.

Proposals are made one after another, each with those before it in place.
Source: the contract's section on what the console adds to the admin API.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.availability.assignment import assign
from openslot.scheduling.availability.availability import grid, judge, run
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.allocation import Allocation
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import has_begun
from openslot.scheduling.booking.staff import relocate
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.claim import claim_id
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.zones import day_bounds, local_date
from openslot.scheduling.store import day_sheets
from openslot.storage.transactions import AccountTx

_DAYS_AFTER = 14  # the original date, in which another time is looked for


@dataclass(frozen=True, slots=True)
class Absence:
    """When a resource is away, and why; `appointment_ids` None moves all that lie in it."""

    resource_id: str
    start: Minute
    end: Minute
    reason: str | None
    appointment_ids: Collection[str] | None


@dataclass(frozen=True, slots=True)
class AbsenceOutcome:
    """What became of those whom the resource was to serve."""

    block: Block
    moved: list[Appointment]  # as they are now, in the order of their former starts
    stranded: list[str]  # ids of those that stay, without their resource


def enter(
    tx: AccountTx, actor: Actor, absence: Absence, idempotency_key: IdempotencyKey
) -> AbsenceOutcome:
    """Blocks the time and moves the appointments that lie in it.

    Those that are not CONFIRMED, have begun, or find no other time stay.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such resource.
        Invalid: it ends before it begins, or is too long.
    """
    actor.require(APPOINTMENTS_MANAGE)
    block, in_the_way = blocks.block(
        tx,
        actor,
        absence.resource_id,
        absence.start,
        absence.end,
        absence.reason,
        idempotency_key,
        force=True,
    )
    there = sorted(
        booking_conflicts.not_over(tx, in_the_way), key=lambda one: (one.placement.start, one.id)
    )
    wanted = {one.id for one in there if _is_to_move(tx, one, absence.appointment_ids)}
    moved, stranded = [], []
    for appointment in there:
        allocation = _proposal(tx, appointment, block) if appointment.id in wanted else None
        if allocation is None:
            stranded.append(appointment.id)
        else:
            moved.append(relocate(tx, actor, appointment, allocation))
    return AbsenceOutcome(block, moved, stranded)


def _is_to_move(tx: AccountTx, appointment: Appointment, listed: Collection[str] | None) -> bool:
    return (
        appointment.status == CONFIRMED
        and not has_begun(appointment, tx.now)
        and (listed is None or appointment.id in listed)
    )


def _proposal(tx: AccountTx, appointment: Appointment, block: Block) -> Allocation | None:
    """The same start with another resource, else the nearest start of a listing."""
    of_account, placement = current_catalogue(tx), appointment.placement
    branch, services = of_account.offer_of(placement.branch_id, placement.service_ids)
    query = slot_query(
        of_account,
        branch,
        services,
        placement.party,
        replaces=claim_id(appointment.id),
        own_minutes=appointment.own_minutes,
    )
    if not query.offered:
        return None
    original_on = local_date(placement.start, branch.zone)
    first, _ = day_bounds(original_on, branch.zone)
    _, last = day_bounds(original_on + timedelta(days=_DAYS_AFTER), branch.zone)
    sheets = _sheets(tx, query, first, last)
    stays = _with_the_others(query, appointment, block)
    return (
        _allocated(tx, stays, sheets, placement.start)
        or _allocated(tx, query, sheets, placement.start)
        or _nearest(tx, query, sheets, placement.start, (first, last))
    )


def _with_the_others(query: SlotQuery, appointment: Appointment, block: Block) -> SlotQuery:
    """The query in which the other resources of an appointment stay as they are."""
    others = {*appointment.placement.resource_ids} - {block.resource_id}
    candidates = tuple(
        tuple(one for one in group if one.id in others) or group for group in query.candidates
    )
    return replace(query, candidates=candidates)


def _nearest(
    tx: AccountTx,
    query: SlotQuery,
    sheets: Sheets,
    original: Minute,
    bounds: tuple[Minute, Minute],
) -> Allocation | None:
    """The listed start nearest to the original one; of two as near the later."""
    judgement = run(judge(StartWindow(query, sheets, tx.now, *bounds)))
    starts = [one for one in grid(query, *bounds) if judgement.reason(one) is None]
    if not starts:
        return None
    nearest = min(starts, key=lambda start: (abs(start - original), -start))
    return _allocated(tx, query, sheets, nearest)


def _allocated(tx: AccountTx, query: SlotQuery, sheets: Sheets, start: Minute) -> Allocation | None:
    chosen = assign(StartWindow(query, sheets, tx.now, start, start + 1))
    return None if chosen is None else Allocation(query, start, chosen, sheets)


def _sheets(tx: AccountTx, query: SlotQuery, first: Minute, last: Minute) -> Sheets:
    days = query.days(first, last)
    since = min(days[0], first // MINUTES_PER_DAY)
    return day_sheets.of_resources(tx, query.branch.id, query.resource_ids, since, days[-1])
