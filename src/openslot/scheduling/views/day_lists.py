"""A branch's day as the desk works through it: who comes, and what can be done about each now.

All of it is read at once for the day, and nothing again for each appointment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.scopes import APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.booking import appointments as booked
from openslot.scheduling.booking.lifecycle import (
    STEP_UNDO_MS,
    VISIT_STEPS,
    has_begun,
    is_after_cutoff,
    may_follow,
    staff_undo_ms,
    undo_until,
)
from openslot.scheduling.booking.undoing import refusal_to_restore
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange, latest_state_change
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.model.catalogue import Branch, Catalogue
from openslot.scheduling.store import appointment_lists, appointments
from openslot.scheduling.store.days import state_changes
from openslot.scheduling.views.day_changes import BranchStart, FollowedDay, branch_day
from openslot.scheduling.views.people_hidden import as_seen_by
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx

_MOST = 5000  # of a branch's day


@dataclass(frozen=True, slots=True)
class DayListQuery:
    """A local date of a branch; of its appointments all, or those with some ids."""

    branch_id: str
    date: date
    appointment_ids: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class DayEntry:
    """An appointment, and what whoever looks may do about it now."""

    appointment: Appointment
    next_steps: tuple[str, ...] = ()  # statuses to which the visit may go
    is_undoable: bool = False
    is_movable: bool = False
    is_cancellable: bool = False
    # The last instant at which all this still holds, if nothing happens; None: for ever.
    holds_until: Millis | None = None


@dataclass(frozen=True, slots=True)
class DayList:
    """A branch's day."""

    branch: Branch
    day: FollowedDay
    catalogue: Catalogue
    now: Millis
    position: int  # of the account's last event: what happens later is not in it yet
    entries: Sequence[DayEntry]  # by start, then id; cancelled ones too


def read(tx: AccountTx, actor: Actor, query: DayListQuery) -> DayList:
    """A branch's day, as far as the actor may see it.

    Raises:
        NotFound: there is no such branch.
    """
    day = branch_day(tx, query.branch_id, query.date)
    of_account = current_catalogue(tx)
    found = _appointments(tx, day, query.appointment_ids)
    changes = _recent_changes(tx, found) if actor.holds(APPOINTMENTS_MANAGE) else {}
    entries = [_entry(tx, actor, one, of_account, changes.get(one.id, [])) for one in found]
    branch = of_account.branches[day.branch_id]
    return DayList(branch, day, of_account, tx.now, events.last_position(tx), entries)


def entry_of(tx: AccountTx, actor: Actor, appointment_id: str) -> DayEntry:
    """One appointment as its day shows it, as far as the actor may see it.

    Raises:
        NotFound: there is no such appointment.
    """
    one = booked.get(tx, appointment_id)
    changes = _recent_changes(tx, [one]) if actor.holds(APPOINTMENTS_MANAGE) else {}
    return _entry(tx, actor, one, current_catalogue(tx), changes.get(one.id, []))


def _appointments(
    tx: AccountTx, day: FollowedDay, ids: Collection[str] | None
) -> Sequence[Appointment]:
    if ids is None:
        wanted = AppointmentFilter(day.first, day.last, branch_id=day.branch_id)
        return appointment_lists.page(tx, wanted, None, _MOST)
    found = [
        one
        for one in appointments.by_ids(tx, ids)
        if day.has(BranchStart(one.placement.branch_id, one.placement.start))
    ]
    return sorted(found, key=lambda one: (one.placement.start, one.id))


def _recent_changes(
    tx: AccountTx, found: Sequence[Appointment]
) -> Mapping[str, list[AppointmentChange]]:
    """What of their histories can still be taken back; one that is CONFIRMED has nothing."""
    ids = [one.id for one in found if one.status != CONFIRMED]
    longest_ms = max(STEP_UNDO_MS, staff_undo_ms(tx.account.content))
    return state_changes.since(tx, ids, tx.now - longest_ms) if ids else {}


def _entry(
    tx: AccountTx,
    actor: Actor,
    appointment: Appointment,
    of_account: Catalogue,
    changes: Sequence[AppointmentChange],
) -> DayEntry:
    seen = as_seen_by(actor, appointment)
    if not actor.holds(APPOINTMENTS_MANAGE):
        return DayEntry(seen)
    cutoffs = _cutoffs(actor, appointment, of_account)
    is_ahead = appointment.status == CONFIRMED and not has_begun(appointment, tx.now)
    is_movable, is_cancellable = (
        is_ahead and not is_after_cutoff(appointment, cutoff, tx.now) for cutoff in cutoffs
    )
    undo_ends_at = _undo_until(tx, appointment, changes)
    return DayEntry(
        seen,
        tuple(step for step in VISIT_STEPS if may_follow(appointment, step, tx.now)),
        undo_ends_at is not None,
        is_movable,
        is_cancellable,
        _holds_until(tx, appointment, cutoffs, undo_ends_at),
    )


def _undo_until(
    tx: AccountTx, appointment: Appointment, changes: Sequence[AppointmentChange]
) -> Millis | None:
    """Until when its latest change can be taken back, as things are; None: it cannot be now."""
    until = undo_until(appointment, latest_state_change(changes), tx.account.content)
    if until is None or tx.now > until:
        return None
    # Few are asked: those that were cancelled a moment ago.
    is_lost = appointment.status == CANCELLED and refusal_to_restore(tx, appointment) is not None
    return None if is_lost else until


def _holds_until(
    tx: AccountTx,
    appointment: Appointment,
    cutoffs: tuple[int, int],
    undo_ends_at: Millis | None,
) -> Millis | None:
    """When the passing of time alone allows or forbids something next."""
    start = appointment.placement.start
    instants = [] if undo_ends_at is None else [undo_ends_at]
    if appointment.status == CONFIRMED:
        instants += [(start - minutes) * MINUTE_MS for minutes in (0, *cutoffs)]
    return min((instant for instant in instants if instant >= tx.now), default=None)


def _cutoffs(actor: Actor, appointment: Appointment, of_account: Catalogue) -> tuple[int, int]:
    """How many minutes before the start it can be moved and cancelled last."""
    if actor.holds(APPOINTMENTS_OVERRIDE):
        return 0, 0
    services = [of_account.services[id_] for id_ in appointment.placement.service_ids]
    return (
        max(service.reschedule_cutoff_minutes for service in services),
        max(service.cancel_cutoff_minutes for service in services),
    )
