"""Taking back the latest change of an appointment's state: a step of a visit, or a cancellation.

Who may take back what, and until when, differs: `undo` has the rule of staff. How it is done does
not: `restore` does it for everybody. Source: the contract's sections on appointments and on what
the console adds to the admin API.
"""

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.availability.availability import (
    BLOCKED,
    CAPACITY,
    CLOSED,
    HELD,
    NOT_OFFERED,
    TAKEN,
)
from openslot.scheduling.booking import appointments, claims, reservations
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import Precondition, check_version, may_undo
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.conflicts.placement_check import is_offered, is_open
from openslot.scheduling.model import appointment_change
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.claim import BLOCK, RESERVATION, Claim
from openslot.scheduling.model.day_sheet import Sheet, Sheets
from openslot.scheduling.model.errors import NothingToUndo, SlotUnavailable
from openslot.scheduling.model.events import AppointmentRestored
from openslot.scheduling.model.masks import Mask, ones
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx


def undo(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Takes back the latest change of state, if staff made it and not too long ago.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such appointment.
        VersionMismatch: the precondition does not hold.
        NothingToUndo: nothing is left, staff did not do it, or its time is over.
        SlotUnavailable: what was cancelled no longer fits, with the reason.
    """
    actor.require(APPOINTMENTS_MANAGE)
    reservations.lock(tx, appointment_id)
    appointment = appointments.get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    latest = latest_state_change(tx, appointment.id)
    if latest is None or not may_undo(appointment, latest, tx.account.content, tx.now):
        raise NothingToUndo("")
    return restore(tx, actor, appointment, latest)


def latest_state_change(tx: AccountTx, appointment_id: str) -> AppointmentChange | None:
    """The latest change of an appointment's state that still holds; None: there is none."""
    return appointment_change.latest_state_change(history.of_appointment(tx, appointment_id))


def restore(
    tx: AccountTx, actor: Actor, appointment: Appointment, undone: AppointmentChange
) -> Appointment:
    """Gives a locked appointment the state back that it had before `undone`, its latest.

    Raises:
        SlotUnavailable: it was cancelled, and its time no longer fits, with the reason.
    """
    assert undone.old is not None  # noqa: S101  (every change of state says what was before)
    status = undone.old["status"]
    if appointment.status == CANCELLED:
        _claim_again(tx, appointment)
    store.set_status(tx, appointment, status)
    restored = appointment.changed(tx.now, status=status)
    record(tx, actor, AppointmentRestored(appointment=restored, before=appointment))
    return booking_conflicts.mark_again(tx, current_catalogue(tx), restored)


def refusal_to_restore(tx: AccountTx, appointment: Appointment) -> str | None:
    """Why a cancelled appointment cannot have its time and resources again; None: it can.

    Hours, blocks, claims and what is offered count; notice, horizon and grid do not.
    """
    claim = appointment.placement.booked_as(appointment.id)
    return _refusal(tx, appointment, claims.sheets_of(tx, appointment.placement, claim.days))


def _claim_again(tx: AccountTx, appointment: Appointment) -> None:
    placement = appointment.placement
    claim = placement.booked_as(appointment.id)
    claims.lock(tx, placement)
    sheets = claims.sheets_of(tx, placement, claim.days)
    refusal = _refusal(tx, appointment, sheets)
    if refusal is not None:
        raise SlotUnavailable(refusal)
    claims.add(tx, placement, claim, sheets)


def _refusal(tx: AccountTx, appointment: Appointment, sheets: Sheets) -> str | None:
    of_account, placement = current_catalogue(tx), appointment.placement
    claim = placement.booked_as(appointment.id)
    if not is_offered(of_account, placement):
        return NOT_OFFERED
    first, last = claim.start - claim.before, claim.end + claim.after
    if appointment.override:  # what staff booked against the rules is only held up by a block
        is_blocked = any(sheet.has_block(first, last) for sheet in sheets.values())
        return BLOCKED if is_blocked else None
    if not is_open(of_account, placement):
        return CLOSED
    for resource_id in placement.resource_ids:
        refusal = _without_room(tx, of_account.resources[resource_id], claim, sheets)
        if refusal is not None:
            return refusal
    return None


def _without_room(tx: AccountTx, resource: Resource, claim: Claim, sheets: Sheets) -> str | None:
    """Why a resource has no room for a claim, holds of others included; None: it has."""

    def is_full(without: int = 0) -> bool:
        return any(
            int.from_bytes(sheet.full(resource.capacity, claim.places, tx.now, without), "little")
            & _minutes(claim, day)
            for day in claim.days
            for sheet in [sheets.get((resource.id, day)) or Sheet.of(day, [])]
        )

    if not is_full():
        return None
    if not is_full(without=RESERVATION):
        return HELD
    if not is_full(without=BLOCK):
        return BLOCKED
    return CAPACITY if resource.capacity > 1 else TAKEN


def _minutes(claim: Claim, day: int) -> Mask:
    """The minutes of a UTC day that a claim takes, buffers included."""
    origin = day * MINUTES_PER_DAY
    first = max(claim.start - claim.before - origin, 0)
    last = min(claim.end + claim.after - origin, MINUTES_PER_DAY)
    return ones(last - first) << first
