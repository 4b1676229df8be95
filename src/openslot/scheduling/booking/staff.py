"""What staff do with appointments: book and move at once, without a hold; the steps of a visit."""

from collections.abc import Callable
from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.scopes import APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.booking import appointments, claims
from openslot.scheduling.booking.allocation import Allocation, allocate, check_end, check_request
from openslot.scheduling.booking.direct import book_at_once
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import (
    Precondition,
    check_changeable,
    check_cutoff,
    check_step,
    check_version,
)
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Catalogue, Resource
from openslot.scheduling.model.claim import claim_id
from openslot.scheduling.model.customers.appointment_details import (
    AppointmentDetails,
)
from openslot.scheduling.model.events import (
    AppointmentMoved,
    AppointmentUpdated,
    VisitStepTaken,
)
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import AccountTx

# From the length of its own that an appointment has, if any, to the one that it shall have.
DurationChoice = Callable[[int | None], int | None]


def check_own_minutes(actor: Actor, own_minutes: int | None) -> None:
    """Passes when no length of its own is given to an appointment, or by somebody who may.

    Raises:
        InsufficientScope: without `openslot/appointments.override`.
    """
    if own_minutes is not None:
        actor.require(APPOINTMENTS_OVERRIDE)


def book(
    tx: AccountTx,
    actor: Actor,
    wanted: SlotRequest,
    details: AppointmentDetails,
    rule_override: RuleOverride,
    idempotency_key: IdempotencyKey,
    appointment_id: str | None = None,
) -> Appointment:
    """Books an appointment at once, under an id of its own or one that the caller derived.

    Raises:
        InsufficientScope: the actor may not do this, or not break the rules.
        NotFound: an id is unknown, foreign or inactive.
        Invalid: party too large, services not combined, resource not qualified, wrong end, or a
            person's field is needed or refused.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    actor.require(APPOINTMENTS_MANAGE)
    rule_override.check(actor)
    check_own_minutes(actor, wanted.own_minutes)
    return book_at_once(tx, actor, wanted, details, idempotency_key, rule_override, appointment_id)


def move(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    start: Minute,
    end: Minute | None,
    resource_id: str | None,
    rule_override: RuleOverride,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
    duration: DurationChoice = lambda own_minutes: own_minutes,
) -> Appointment:
    """Moves an appointment to another time, resource or both; branch, services and party stay.

    Raises:
        InsufficientScope: the actor may not do this, not break the rules, or not choose a length.
        NotFound: the appointment or the resource is absent.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it can no longer be moved.
        Invalid: resource not qualified, wrong end.
        TooLate: after the service's cut-off.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    actor.require(APPOINTMENTS_MANAGE)
    rule_override.check(actor)
    appointment = appointments.get(tx, appointment_id)
    own_minutes = duration(appointment.own_minutes)
    if own_minutes != appointment.own_minutes:
        check_own_minutes(actor, own_minutes)
    of_account = current_catalogue(tx)
    resource = of_account.resource(resource_id) if resource_id else None
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_changeable(appointment, tx.now)
    query = move_query(of_account, appointment, resource, own_minutes)
    check_end(query, start, end)
    if not rule_override.requested:
        check_cutoff(appointment, query.services, lambda s: s.reschedule_cutoff_minutes, tx.now)
    allocation = allocate(tx, query, start, rule_override)
    appointment_to_be = replace(appointment, own_minutes=own_minutes)
    return relocate(tx, actor, appointment_to_be, allocation, rule_override)


def move_query(
    of_account: Catalogue,
    appointment: Appointment,
    resource: Resource | None,
    own_minutes: int | None,
) -> SlotQuery:
    """What a new place for an appointment must have, whatever the time.

    Raises:
        Invalid: party too large, services not combined, or resource not qualified.
    """
    at = appointment.placement
    branch, services = of_account.offer_of(at.branch_id, at.service_ids)
    if resource is not None:
        check_request(of_account, branch, services, at.party, resource)
    return slot_query(
        of_account,
        branch,
        services,
        at.party,
        resource=resource,
        replaces=claim_id(appointment.id),
        own_minutes=own_minutes,
    )


def relocate(
    tx: AccountTx,
    actor: Actor,
    appointment: Appointment,
    allocation: Allocation,
    rule_override: RuleOverride = NO_OVERRIDE,
) -> Appointment:
    """Moves an appointment to where it was decided that it goes, in the same branch."""
    of_account, old = current_catalogue(tx), appointment.placement
    new, gone = allocation.placement, old.booked_as(appointment.id)
    sheets = claims.sheets_of(tx, old, gone.days, allocation.sheets)
    left = claims.remove(tx, old, gone, sheets)
    claims.add(tx, new, new.booked_as(appointment.id), {**allocation.sheets, **left})
    branch = of_account.branches[new.branch_id]
    moved = appointment.moved_to(new, branch, tx.now, override=rule_override.requested)
    store.move(tx, appointment, moved)
    override = rule_override.as_history
    record(tx, actor, AppointmentMoved(appointment=moved, before=appointment, override=override))
    booking_conflicts.unmark_beside(tx, of_account, gone, left)
    return moved


def take_step(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    status: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Takes a visit to its next state: ARRIVED, IN_SERVICE, COMPLETED or NO_SHOW; claims stay.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such appointment.
        VersionMismatch: the precondition does not hold.
        WrongState: the state does not follow, or NO_SHOW before the start has passed.
    """
    actor.require(APPOINTMENTS_MANAGE)
    appointment = appointments.get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_step(appointment, status, tx.now)
    return step_to(tx, actor, appointment, status)


def step_to(tx: AccountTx, actor: Actor, appointment: Appointment, status: str) -> Appointment:
    """Takes the visit to a state that may follow."""
    store.set_status(tx, appointment, status)
    stepped = appointment.changed(tx.now, status=status)
    record(tx, actor, VisitStepTaken(appointment=stepped, before=appointment))
    return stepped


def change_notes(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    notes: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Replaces an appointment's notes, in whatever state it is; an empty text removes them.

    Raises:
        InsufficientScope: the actor may not do this.
        NotFound: there is no such appointment.
        VersionMismatch: the precondition does not hold.
    """
    actor.require(APPOINTMENTS_MANAGE)
    appointment = appointments.get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    store.set_notes(tx, appointment, notes or None)
    # What they say may be about the person, who can have it erased.
    noted = appointment.changed(tx.now, notes=notes or None)
    record(tx, actor, AppointmentUpdated(appointment=noted, part="notes", fields=("notes",)))
    return noted
