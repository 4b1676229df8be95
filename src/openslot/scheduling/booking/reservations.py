"""Reservations: a short exclusive hold on a slot, made before it is confirmed."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.slot_query import slot_query
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.allocation import check_request, place
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.day_sheet import NOBODY, Claim, claim_id
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    AlreadyUsed,
    EndMismatch,
    ReservationExpired,
    ReservationReleased,
    TooManyReservations,
    WrongState,
)
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.reservation import EXPIRED, MOVED, RELEASED, RESERVED, Reservation
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import reservations as store
from openslot.storage.transactions import AccountTx

# How long an ended reservation still says what became of it.
REMEMBERED_MS = 24 * 3_600_000
# More of one client's reservations are never made at the same instant, by all processes together.
_MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody would like to reserve."""

    branch_id: str
    service_ids: tuple[str, ...]
    party: int
    start: Minute
    end: Minute | None = None  # what the caller believes it to be
    resource_id: str | None = None
    notes: str | None = None
    replaces: str | None = None  # the appointment that it is to move


def reserve(
    tx: AccountTx, actor: Actor, wanted: Wanted, idempotency_key: IdempotencyKey, most_live: int
) -> Reservation:
    """Holds a slot for the account's `reservationMinutes`; `most_live` a client, 0 is any number.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        WrongState: the appointment to be moved is not CONFIRMED.
        Invalid: party too large, services not combined, resource not qualified, wrong end.
        TooManyReservations: the client holds as many as it may.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branch(wanted.branch_id)
    services = tuple(of_account.service(service_id) for service_id in wanted.service_ids)
    resource = of_account.resource(wanted.resource_id) if wanted.resource_id else None
    if wanted.replaces is not None:
        lock(tx, wanted.replaces)
    replaced = _replaced(tx, wanted.replaces)
    idempotency_key.replay(tx)
    if replaced is not None and replaced.status != CONFIRMED:
        raise WrongState(replaced.status)
    check_request(of_account, branch, services, wanted.party, resource)
    query = slot_query(
        of_account,
        branch,
        services,
        wanted.party,
        resource=resource,
        replaces=claim_id(replaced.id) if replaced else NOBODY,
    )
    end = wanted.start + query.policy.duration_minutes
    if wanted.end is not None and wanted.end != end:
        raise EndMismatch("end")
    _check_live_count(tx, actor, most_live)

    resources, sheets = place(tx, query, wanted.start)
    policy = query.policy
    reservation = Reservation(
        id=new_id(),
        client_id=actor.id,
        status=RESERVED,
        created_at=tx.now,
        expires_at=tx.now + tx.account.content["settings"]["reservationMinutes"] * MINUTE_MS,
        ended_at=None,
        replaces=replaced.id if replaced else None,
        notes=wanted.notes,
        placement=Placement(
            branch_id=branch.id,
            start=wanted.start,
            end=end,
            before_minutes=policy.before_minutes,
            after_minutes=policy.after_minutes,
            places=policy.places,
            party=wanted.party,
            service_ids=wanted.service_ids,
            resource_ids=tuple(r.id for r in resources),
        ),
    )
    store.insert(tx, reservation)
    placement = reservation.placement
    claims.add(tx, branch.id, placement.resource_ids, claim_of(reservation), sheets)
    return reservation


def get(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation:
    """A live reservation of the actor's own.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it has ended.
    """
    reservation = find(tx, actor, reservation_id)
    check_live(tx, reservation)
    return reservation


def release(
    tx: AccountTx, actor: Actor, reservation_id: str, idempotency_key: IdempotencyKey
) -> None:
    """Gives a slot back before it expires.

    Raises:
        As `get`.
    """
    lock(tx, reservation_id)
    reservation = find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    check_live(tx, reservation)
    claims.lock(tx, reservation.placement)
    end(tx, reservation, RELEASED)


def lock(tx: AccountTx, *ids: str) -> None:
    """Keeps others off reservations and the appointments that they become, before they are read."""
    tx.lock("booking", ids)


def end(tx: AccountTx, reservation: Reservation, status: str) -> None:
    """Ends a live reservation as RELEASED or MOVED and frees what it held."""
    store.end(tx, reservation.id, status, tx.now)
    placement = reservation.placement
    claims.remove(tx, placement.branch_id, placement.resource_ids, claim_of(reservation))


def claim_of(reservation: Reservation) -> Claim:
    """What a reservation holds of each of its resources."""
    return reservation.placement.held_as(
        reservation.id, reservation.expires_at, reservation.replaces
    )


def find(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation:
    """The actor's own reservation, live or ended; one that became an appointment is CONFIRMED.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
    """
    reservation = store.by_id(tx, reservation_id) or _confirmed(tx, reservation_id)
    if reservation is None or reservation.client_id != actor.id:
        raise NotFound("There is no such reservation")
    ended_at = reservation.expires_at if reservation.ended_at is None else reservation.ended_at
    if reservation.status != store.CONFIRMED and tx.now >= ended_at + REMEMBERED_MS:
        raise NotFound("There is no such reservation")
    return reservation


def _confirmed(tx: AccountTx, reservation_id: str) -> Reservation | None:
    """What became an appointment, as the reservation that it was."""
    appointment = appointment_store.by_id(tx, reservation_id)
    if appointment is None:
        return None
    return Reservation(
        id=appointment.id,
        client_id=appointment.client_id,
        status=store.CONFIRMED,
        created_at=appointment.created_at,
        expires_at=appointment.created_at,
        ended_at=appointment.created_at,
        replaces=None,
        notes=None,
        placement=appointment.placement,
    )


def check_live(tx: AccountTx, reservation: Reservation) -> None:
    """Passes while a reservation holds its slot.

    Raises:
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it no longer does.
    """
    if reservation.status == store.CONFIRMED:
        raise AlreadyConfirmed(reservation.id)
    if reservation.status == MOVED:
        raise AlreadyUsed("")
    if reservation.status == RELEASED:
        raise ReservationReleased("")
    if reservation.status == EXPIRED or tx.now >= reservation.expires_at:
        raise ReservationExpired("")


def _replaced(tx: AccountTx, appointment_id: str | None) -> Appointment | None:
    if appointment_id is None:
        return None
    appointment = appointment_store.by_id(tx, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment")
    return appointment


def _check_live_count(tx: AccountTx, actor: Actor, most_live: int) -> None:
    if not most_live:
        return
    count, first_expiry = store.count_live(tx, actor.id, tx.now)
    # Near the limit one after the other; further off nobody can pass it beside others.
    if count + _MOST_AT_ONCE >= most_live and tx.lock("live reservations", (actor.id,)):
        count, first_expiry = store.count_live(tx, actor.id, tx.now)
    if count >= most_live:
        seconds = max(1, -(-((first_expiry or tx.now) - tx.now) // 1000))
        raise TooManyReservations(retry_after_seconds=seconds)
