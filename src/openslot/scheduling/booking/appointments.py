"""Appointments: confirm, move, cancel, correct the customer, look them up."""

from collections.abc import Mapping, Sequence

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking import claims, reservations
from openslot.scheduling.booking.allocation import still_fits
from openslot.scheduling.booking.appointment_fields import (
    offered,
    person_kept,
    times,
    today_at,
    wall_time,
)
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import (
    Precondition,
    check_changeable,
    check_cutoff,
    check_version,
)
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model import customers
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.model.customers import Customer
from openslot.scheduling.model.day_sheet import claim_id
from openslot.scheduling.model.errors import (
    ReservationForReschedule,
    ServiceChanged,
    SlotUnavailable,
)
from openslot.scheduling.model.reservation import MOVED, Reservation
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import history
from openslot.scheduling.store import reservations as reservation_store
from openslot.storage.transactions import AccountTx


def confirm(
    tx: AccountTx,
    actor: Actor,
    reservation_id: str,
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    notes: str | None,
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
    reservation = reservations.find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    _check_purpose(reservation, None)
    reservations.check_live(tx, reservation)
    placement = reservation.placement
    branch, services = offered(tx, placement)
    kept, given = person_kept(tx, customer, answers, branch, services)
    if claims.lock(tx, placement):
        reservations.check_live(tx, reservation)  # it may have waited past the expiry
    _check_fits(tx, reservation)
    appointment = Appointment(
        id=reservation.id,
        client_id=actor.id,
        status=CONFIRMED,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        wall_start=wall_time(placement.start, branch),
        time_zone=branch.time_zone,
        override=False,
        stranded=False,
        identifier=customer.identifier,
        customer=kept,
        answers=given,
        notes=notes if notes is not None else reservation.notes,
        placement=placement,
    )
    reservation_store.delete(tx, reservation.id)
    store.insert(tx, appointment)
    sheets = claims.replace(
        tx,
        placement.branch_id,
        placement.resource_ids,
        claim_id(reservation.id),
        placement.booked_as(appointment.id),
    )
    history.append(tx, actor, appointment.id, 1, "booked", None, times(placement))
    return booking_conflicts.taken(tx, appointment, sheets)


def get(tx: AccountTx, appointment_id: str) -> Appointment:
    """An appointment of the account, in whatever state.

    Raises:
        NotFound: there is none.
    """
    appointment = store.by_id(tx, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment")
    return appointment


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
    reservation = reservations.find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    check_version(appointment, precondition)
    check_changeable(appointment, tx.now)
    _check_purpose(reservation, appointment.id)
    reservations.check_live(tx, reservation)
    old, new = appointment.placement, reservation.placement
    if sorted(old.service_ids) != sorted(new.service_ids):
        raise ServiceChanged("reservation")
    _, services = offered(tx, old)
    check_cutoff(appointment, services, lambda s: s.reschedule_cutoff_minutes, tx.now)
    if claims.lock(tx, old, new):
        reservations.check_live(tx, reservation)  # it may have waited past the expiry
    _check_fits(tx, reservation)
    return _rebase(tx, actor, appointment, reservation)


def _rebase(
    tx: AccountTx, actor: Actor, appointment: Appointment, reservation: Reservation
) -> Appointment:
    old, new = appointment.placement, reservation.placement
    branch, _ = offered(tx, new)
    gone = old.booked_as(appointment.id)
    left = claims.remove(tx, old.branch_id, old.resource_ids, gone)
    sheets = claims.replace(
        tx,
        new.branch_id,
        new.resource_ids,
        claim_id(reservation.id),
        new.booked_as(appointment.id),
    )
    reservation_store.end(tx, reservation.id, MOVED, tx.now)
    store.move(tx, appointment, new, wall_time(new.start, branch), branch.time_zone)
    version = appointment.version + 1
    history.append(tx, actor, appointment.id, version, "moved", times(old), times(new))
    booking_conflicts.given_back(tx, gone, left)
    return booking_conflicts.taken(tx, get(tx, appointment.id), sheets)


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
    placement = appointment.placement
    if not rule_override.asked:
        _, services = offered(tx, placement)
        check_cutoff(appointment, services, lambda s: s.cancel_cutoff_minutes, tx.now)
    claims.lock(tx, placement)
    store.set_status(tx, appointment, CANCELLED)
    claim = placement.booked_as(appointment.id)
    left = claims.remove(tx, placement.branch_id, placement.resource_ids, claim)
    booking_conflicts.given_back(tx, claim, left)
    old, new = {"status": appointment.status}, {"status": CANCELLED, **rule_override.kept}
    history.append(tx, actor, appointment.id, appointment.version + 1, "cancelled", old, new)


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
    branch, services = offered(tx, appointment.placement)
    kept = customers.kept(customer, branch, services, today_at(tx, branch))
    old = {**(appointment.customer or {}), "personalIdentifier": appointment.identifier}
    new = {**kept, "personalIdentifier": customer.identifier}
    store.set_customer(tx, appointment, customer.identifier, kept, notes)
    # Which fields changed is history; what they hold is the person's and can be erased.
    changed = {"fields": sorted(name for name in new if new[name] != old.get(name))}
    version = appointment.version + 1
    history.append(tx, actor, appointment.id, version, "customer_changed", None, changed)


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
    return store.of_person(tx, identifier, statuses, first, last, after, limit)


def _check_purpose(reservation: Reservation, moving: str | None) -> None:
    """Whether a reservation may serve this; a wrong use is told before that it has ended."""
    used_up = reservation.status == MOVED
    if reservation.replaces not in (None, moving) and not used_up:
        raise ReservationForReschedule("")


def _check_fits(tx: AccountTx, reservation: Reservation) -> None:
    reason = still_fits(tx, reservation.placement, claim_id(reservation.id))
    if reason is not None:
        raise SlotUnavailable(reason)
