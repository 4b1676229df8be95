"""Appointments: confirm, move, cancel, correct the customer, look them up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import is_id
from openslot.scheduling.booking import claims, reservations
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import (
    Precondition,
    check_changeable,
    check_cutoff,
    check_version,
)
from openslot.scheduling.booking.new_appointments import new_appointment
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.claim import claim_id
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.appointment_details import (
    AppointmentDetails,
    checked_details,
    without_person,
)
from openslot.scheduling.model.customers.customer_ids import customer_id_of
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_PROGRAM
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.model.errors import ServiceChanged
from openslot.scheduling.model.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentUpdated,
)
from openslot.scheduling.model.reservation import MOVED, Reservation
from openslot.scheduling.model.zones import today_at
from openslot.scheduling.people import search_index
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import reservations as reservation_store
from openslot.storage.transactions import AccountTx


def confirm(
    tx: AccountTx,
    actor: Actor,
    reservation_id: str,
    details: AppointmentDetails,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Makes an appointment of a live reservation; a refusal leaves the reservation as it is.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it is not live.
        ReservationForReschedule: it was made to move an appointment.
        Invalid: a field is needed or refused by the service or branch.
        SlotUnavailable: hours or blocks have changed so that it no longer fits.
    """
    reservations.lock(tx, reservation_id)
    found = reservations.find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    reservation = reservations.usable(tx, found, None)
    of_account, placement = current_catalogue(tx), reservation.placement
    branch, services = of_account.offer_of(placement.branch_id, placement.service_ids)
    checked = checked_details(details, branch, services, today_at(tx.now, branch.zone))
    sheets = reservations.take_over(tx, of_account, reservation)
    appointment = new_appointment(tx, actor, reservation.id, placement, checked)
    if details.notes is None:
        appointment = replace(appointment, notes=reservation.notes)
    reservation_store.delete(tx, reservation.id)
    appointment = store.insert(tx, appointment)
    claim = placement.booked_as(appointment.id)
    written = claims.replace(tx, placement, claim_id(reservation.id), claim, sheets)
    record(tx, actor, AppointmentBooked(appointment=appointment))
    return booking_conflicts.mark_beside(tx, of_account, appointment, written)


def get(tx: AccountTx, appointment_id: str) -> Appointment:
    """An appointment of the account, in whatever state.

    Raises:
        NotFound: there is none.
    """
    appointment = store.by_id(tx, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment")
    return appointment


def by_ids(tx: AccountTx, ids: Iterable[str]) -> list[Appointment]:
    """Those of some ids that are appointments, in whatever state."""
    return store.by_ids(tx, ids)


def move(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    reservation_id: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> Appointment:
    """Re-bases an appointment on a live reservation of the same services.

    Raises:
        NotFound: the appointment, or the actor's reservation, is absent.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: the appointment can no longer be moved.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: not live.
        ReservationForReschedule: the reservation was made to move another appointment.
        ServiceChanged: it is for other services.
        TooLate: after the service's cut-off.
        SlotUnavailable: hours or blocks have changed so that it no longer fits.
    """
    reservations.lock(tx, appointment_id, reservation_id)
    appointment = get(tx, appointment_id)
    found = reservations.find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_changeable(appointment, tx.now)
    reservation = reservations.usable(tx, found, appointment.id)
    of_account = current_catalogue(tx)
    old, new = appointment.placement, reservation.placement
    if sorted(old.service_ids) != sorted(new.service_ids):
        raise ServiceChanged("reservation")
    _, services = of_account.offer_of(old.branch_id, old.service_ids)
    check_cutoff(appointment, services, lambda s: s.reschedule_cutoff_minutes, tx.now)
    sheets = reservations.take_over(tx, of_account, reservation, old)
    gone, claim = old.booked_as(appointment.id), new.booked_as(appointment.id)
    # Both may be in one sheet, and then the second is written on top of the first.
    shared = old.branch_id == new.branch_id
    left = claims.remove(
        tx, old, gone, claims.sheets_of(tx, old, gone.days, sheets if shared else None)
    )
    if shared:
        sheets = {**sheets, **left}
    written = claims.replace(tx, new, claim_id(reservation.id), claim, sheets)
    reservation_store.end(tx, reservation.id, MOVED, tx.now)
    moved = appointment.moved_to(new, of_account.branches[new.branch_id], tx.now)
    store.move(tx, appointment, moved)
    record(tx, actor, AppointmentMoved(appointment=moved, before=appointment))
    booking_conflicts.unmark_beside(tx, of_account, gone, left)
    return booking_conflicts.mark_beside(tx, of_account, moved, written)


def cancel(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
    rule_override: RuleOverride = NO_OVERRIDE,
) -> None:
    """Cancels an appointment and frees its time; cancelling again does nothing.

    Raises:
        InsufficientScope: an rule_override from the cut-off by somebody who may not.
        NotFound: there is none.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it can no longer be cancelled.
        TooLate: after the service's cut-off.
    """
    rule_override.check(actor)
    reservations.lock(tx, appointment_id)
    appointment = get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    if appointment.status == CANCELLED:
        return
    check_changeable(appointment, tx.now)
    of_account, placement = current_catalogue(tx), appointment.placement
    if not rule_override.requested:
        _, services = of_account.offer_of(placement.branch_id, placement.service_ids)
        check_cutoff(appointment, services, lambda s: s.cancel_cutoff_minutes, tx.now)
    claims.lock(tx, placement)
    store.set_status(tx, appointment, CANCELLED)
    claim = placement.booked_as(appointment.id)
    left = claims.remove(tx, placement, claim, claims.sheets_of(tx, placement, claim.days))
    booking_conflicts.unmark_beside(tx, of_account, claim, left)
    cancelled = appointment.changed(tx.now, status=CANCELLED, conflicted=False)
    override = rule_override.as_history
    event = AppointmentCancelled(appointment=cancelled, before=appointment, override=override)
    record(tx, actor, event)


def change_customer(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    customer: Customer,
    notes: str | None,
    precondition: Precondition,
    idempotency_key: IdempotencyKey,
) -> None:
    """Replaces an appointment's customer, the identifier included.

    Raises:
        NotFound: there is none.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it is cancelled, closed or has begun.
        Invalid: a field is needed or refused by the service or branch.
    """
    reservations.lock(tx, appointment_id)
    appointment = get(tx, appointment_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_changeable(appointment, tx.now)
    placement = appointment.placement
    branch, services = current_catalogue(tx).offer_of(placement.branch_id, placement.service_ids)
    today = today_at(tx.now, branch.zone)
    person = customers.checked(customer, NEEDS_OF_PROGRAM, branch, services, today)
    identifier = customer.identifier or customers.new_identifier()
    old = {**(appointment.customer or {}), "personalIdentifier": appointment.identifier}
    new = {**person, "personalIdentifier": identifier}
    changed = appointment.changed(
        tx.now,
        identifier=identifier,
        customer=person,
        notes=notes,
        customer_id=customer_id_of(tx.account.id, appointment.id, customer, None),
        particulars=without_person(appointment.particulars),
    )
    store.set_customer(tx, appointment, changed)
    search_index.replace(tx, appointment, changed)
    # Which fields changed is history; what they hold is the person's and can be erased.
    fields = tuple(sorted(name for name in new if new[name] != old.get(name)))
    record(tx, actor, AppointmentUpdated(appointment=changed, part="customer", fields=fields))


def needed_of_customer(tx: AccountTx, actor: Actor, booking_id: str) -> Sequence[str]:
    """The fields that a program must give of the customer of an appointment or its reservation.

    By the names of `Customer`, without the first name, which every service needs. None of what the
    actor would not find.
    """
    found: Appointment | Reservation | None = None
    if is_id(booking_id):
        found = store.by_id(tx, booking_id.lower())
        reservation = reservation_store.by_id(tx, booking_id.lower())
        if found is None and reservation is not None and reservation.client_id == actor.id:
            found = reservation
    if found is None:
        return ()
    placement = found.placement
    _, services = current_catalogue(tx).offer_of(placement.branch_id, placement.service_ids)
    return [name for name in NEEDS_OF_PROGRAM.fields_of(services) if name != "first_name"]


def search(
    tx: AccountTx,
    identifier: str,
    statuses: Sequence[str],
    first: Minute,
    last: Minute,
    after: tuple[Minute, str],
    limit: int,
) -> list[Appointment]:
    """One person's appointments, newest start first, from a place in that order on."""
    person = PersonKey(IDENTIFIER, identifier)
    return store.of_person(tx, person, statuses, first, last, after, limit)
