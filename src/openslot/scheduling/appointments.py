"""Appointments: confirm, move, cancel, correct the customer, look them up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Minute, instant_of_minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.scheduling import catalogue, claims, customers, reservations
from openslot.scheduling.catalogue import Branch, Service
from openslot.scheduling.customers import Customer
from openslot.scheduling.idempotency import Once
from openslot.scheduling.opening_hours import local_date
from openslot.scheduling.placements import Placement
from openslot.scheduling.placing import still_fits
from openslot.scheduling.refusals import (
    AppointmentStarted,
    ReservationForReschedule,
    ServiceChanged,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import history
from openslot.scheduling.store import reservations as reservation_store
from openslot.scheduling.store.appointments import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.store.reservations import Reservation
from openslot.storage.database import AccountTx

Precondition = Callable[[int], bool]  # whether If-Match holds for a version


def confirm(
    tx: AccountTx,
    actor: Actor,
    reservation_id: str,
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    notes: str | None,
    once: Once,
) -> Appointment:
    """Makes an appointment of a live reservation; a refusal leaves the reservation as it is.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it is not live.
        ReservationForReschedule: it was made to move an appointment.
        Invalid: a field is needed or refused by the service or branch.
        SlotUnavailable: hours or blocks have changed so that it no longer fits.
    """
    reservation = reservations.find(tx, actor, reservation_id)
    once.replay(tx)
    _check_purpose(reservation, None)
    reservations.check_live(tx, reservation)
    placement = reservation.placement
    branch, services = offered(tx, placement)
    today = local_date(tx.now // MINUTE_MS, branch.zone)
    kept, given = _checked(customer, answers, branch, services, today)
    _check_fits(tx, placement)
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
    claims.replace(
        tx,
        placement.branch_id,
        placement.resource_ids,
        reservations.claim_of(reservation).id,
        placement.booked_as(appointment.id),
    )
    history.append(tx, actor, appointment.id, 1, "booked", None, _times(placement))
    return appointment


def _checked(
    customer: Customer,
    answers: Sequence[Mapping[str, str]],
    branch: Branch,
    services: Sequence[Service],
    today: date,
) -> tuple[Mapping[str, Any], list[Mapping[str, str]]]:
    """The person's data and answers as they are kept; the faults of both at once."""
    faults: list[Fault] = []
    kept: Mapping[str, Any] = {}
    given: list[Mapping[str, str]] = []
    try:
        kept = customers.kept(customer, branch, services, today)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    try:
        given = customers.answers_kept(answers, services, customer.pointer)
    except Invalid as refusal:
        faults.extend(refusal.faults)
    if faults:
        raise Invalid(*faults)
    return kept, given


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
    once: Once,
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
    appointment = get(tx, appointment_id)
    reservation = reservations.find(tx, actor, reservation_id)
    once.replay(tx)
    _check_version(appointment, precondition)
    _check_changeable(tx, appointment)
    _check_purpose(reservation, appointment.id)
    reservations.check_live(tx, reservation)
    old, new = appointment.placement, reservation.placement
    if sorted(old.service_ids) != sorted(new.service_ids):
        raise ServiceChanged("/reservationId")
    _check_cutoff(tx, appointment, lambda service: service.reschedule_cutoff_minutes)
    _check_fits(tx, new)
    return _rebase(tx, actor, appointment, reservation)


def _rebase(
    tx: AccountTx, actor: Actor, appointment: Appointment, reservation: Reservation
) -> Appointment:
    old, new = appointment.placement, reservation.placement
    branch, _ = offered(tx, new)
    claims.remove(tx, old.branch_id, old.resource_ids, old.booked_as(appointment.id))
    claims.replace(
        tx,
        new.branch_id,
        new.resource_ids,
        reservations.claim_of(reservation).id,
        new.booked_as(appointment.id),
    )
    reservation_store.end(tx, reservation.id, reservation_store.MOVED, tx.now)
    store.move(tx, appointment, new, wall_time(new.start, branch), branch.time_zone)
    version = appointment.version + 1
    history.append(tx, actor, appointment.id, version, "moved", _times(old), _times(new))
    return get(tx, appointment.id)


def cancel(
    tx: AccountTx, actor: Actor, appointment_id: str, precondition: Precondition, once: Once
) -> None:
    """Cancels an appointment and frees its time; cancelling again does nothing.

    Raises:
        NotFound: there is none.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it can no longer be cancelled.
        TooLate: after the service's cut-off.
    """
    appointment = get(tx, appointment_id)
    once.replay(tx)
    _check_version(appointment, precondition)
    if appointment.status == CANCELLED:
        return
    _check_changeable(tx, appointment)
    _check_cutoff(tx, appointment, lambda service: service.cancel_cutoff_minutes)
    placement = appointment.placement
    store.set_status(tx, appointment, CANCELLED)
    claims.remove(
        tx, placement.branch_id, placement.resource_ids, placement.booked_as(appointment.id)
    )
    old, new = {"status": appointment.status}, {"status": CANCELLED}
    history.append(tx, actor, appointment.id, appointment.version + 1, "cancelled", old, new)


def change_customer(
    tx: AccountTx,
    actor: Actor,
    appointment_id: str,
    customer: Customer,
    notes: str | None,
    precondition: Precondition,
    once: Once,
) -> None:
    """Replaces an appointment's customer, the identifier included.

    Raises:
        NotFound: there is none.
        VersionMismatch: the precondition does not hold.
        WrongState, AppointmentStarted: it is cancelled, closed or has begun.
        Invalid: a field is needed or refused by the service or branch.
    """
    appointment = get(tx, appointment_id)
    once.replay(tx)
    _check_version(appointment, precondition)
    _check_changeable(tx, appointment)
    branch, services = offered(tx, appointment.placement)
    today = local_date(tx.now // MINUTE_MS, branch.zone)
    kept = customers.kept(customer, branch, services, today)
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


def offered(tx: AccountTx, placement: Placement) -> tuple[Branch, tuple[Service, ...]]:
    """The branch and services of a booking, active or not."""
    of_account = catalogue.current(tx)
    return (
        of_account.branches[placement.branch_id],
        tuple(of_account.services[i] for i in placement.service_ids),
    )


def wall_time(start: Minute, branch: Branch) -> str:
    """The local time that was agreed on, to find it again when zone data changes."""
    local = instant_of_minute(start).astimezone(branch.zone)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _check_version(appointment: Appointment, precondition: Precondition) -> None:
    if not precondition(appointment.version):
        raise VersionMismatch("")


def _check_purpose(reservation: Reservation, moving: str | None) -> None:
    """Whether a reservation may serve this; a wrong use is told before that it has ended."""
    used_up = reservation.status == reservation_store.MOVED
    if reservation.replaces not in (None, moving) and not used_up:
        raise ReservationForReschedule("")


def _check_changeable(tx: AccountTx, appointment: Appointment) -> None:
    if appointment.status != CONFIRMED:
        raise WrongState(appointment.status)
    # At the very instant of the start it is still allowed.
    if tx.now > appointment.placement.start * MINUTE_MS:
        raise AppointmentStarted("")


def _check_cutoff(
    tx: AccountTx, appointment: Appointment, minutes_of: Callable[[Service], int]
) -> None:
    """Exactly at the cut-off is still allowed; of several services the strictest counts."""
    _, services = offered(tx, appointment.placement)
    cutoff = max(minutes_of(service) for service in services)
    if appointment.placement.start * MINUTE_MS - tx.now < cutoff * MINUTE_MS:
        raise TooLate(cutoff)


def _check_fits(tx: AccountTx, placement: Placement) -> None:
    reason = still_fits(tx, placement)
    if reason is not None:
        raise SlotUnavailable(reason)


def _times(placement: Placement) -> dict[str, Any]:
    """What history says of a placement."""
    return {
        "branchId": placement.branch_id,
        "startTime": instant_of_minute(placement.start).isoformat(),
        "endTime": instant_of_minute(placement.end).isoformat(),
        "resourceIds": list(placement.resource_ids),
        "numberOfReservations": placement.party,
    }
