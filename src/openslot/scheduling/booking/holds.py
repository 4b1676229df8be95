"""Holds: reservations whose ids their client chooses, for people who fill in a form.

A person is slow, goes back, and presses buttons twice. So a hold that ran out is taken again under
its id while its time is free, the same request makes one hold, and one can be renewed.
"""

from dataclasses import dataclass, replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking import claims, reservations, visitors
from openslot.scheduling.booking.allocation import allocate
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.visitors import Visitor
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.claim import claim_id
from openslot.scheduling.model.errors import AlreadyConfirmed, AlreadyUsed
from openslot.scheduling.model.reservation import MOVED, RELEASED, RESERVED, Reservation
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import reservations as store
from openslot.storage.transactions import AccountTx

_LEAST_MINUTES = 5
_RENEWABLE_MS = 60 * MINUTE_MS  # after the time was first taken


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """A time to hold under an id, in place of another hold if one is named."""

    reservation_id: str  # a UUIDv7 of the caller's
    wanted: SlotRequest
    instead_of: str | None = None
    visitor: Visitor | None = None  # whose holds are counted


def hold(tx: AccountTx, actor: Actor, request: HoldRequest) -> Reservation:
    """The live reservation with this id: as it is, or taken, or taken again.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        AlreadyConfirmed, AlreadyUsed: it has become an appointment, or moved one.
        WrongState: the appointment to be moved is not CONFIRMED.
        Invalid: as `reserve`.
        ProofNeeded, TooManyReservations: the visitor holds too much.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    reservations.lock(tx, *sorted(filter(None, {request.reservation_id, request.instead_of})))
    found = find(tx, actor, request.reservation_id)
    if isinstance(found, Appointment):
        raise AlreadyConfirmed(found.id)
    if found is not None and found.status == MOVED:
        raise AlreadyUsed("")
    if found is not None and is_held(found, tx.now):
        return found
    things = reservations.named(tx, request.wanted)
    query = reservations.query_of(things, request.wanted)
    if request.instead_of is not None:
        _release(tx, actor, request.instead_of)
    if request.visitor is not None and found is None:
        visitors.count_hold(tx, request.visitor, request.reservation_id)
    allocation = allocate(tx, query, request.wanted.start)
    reservation = Reservation(
        id=request.reservation_id,
        client_id=actor.id,
        status=RESERVED,
        created_at=tx.now if found is None else found.created_at,
        expires_at=tx.now + _lifetime(tx),
        ended_at=None,
        replaces=request.wanted.replaces,
        notes=None,
        placement=allocation.placement,
    )
    if found is not None:
        store.delete(tx, found.id)
    reservations.add(tx, reservation, allocation)
    return reservation


def renew(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation:
    """Lets a live hold last from now, at most until an hour after it was first taken.

    Raises:
        NotFound, AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: as `get`.
    """
    reservations.lock(tx, reservation_id)
    found = reservations.live(tx, reservations.find(tx, actor, reservation_id))
    expires_at = min(tx.now + _lifetime(tx), renewable_until(found))
    if expires_at <= found.expires_at:
        return found
    placement = found.placement
    claims.lock(tx, placement)
    renewed = replace(found, expires_at=expires_at)
    store.renew(tx, found.id, expires_at)
    claim = reservations.claim_of(renewed)
    sheets = claims.sheets_of(tx, placement, claim.days)
    claims.replace(tx, placement, claim_id(found.id), claim, sheets)
    return renewed


def find(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation | Appointment | None:
    """What has this id: a hold, live or ended, the appointment that it became, or nothing yet.

    Raises:
        NotFound: it is another client's.
    """
    found = store.by_id(tx, reservation_id) or appointment_store.by_id(tx, reservation_id)
    if found is not None and found.client_id != actor.id:
        raise NotFound("There is no such reservation")
    return found


def is_held(reservation: Reservation, now: Millis) -> bool:
    """Whether it holds its time."""
    return reservation.status == RESERVED and now < reservation.expires_at


def renewable_until(reservation: Reservation) -> Millis:
    """The latest instant until which it can be renewed."""
    return reservation.created_at + _RENEWABLE_MS


def _release(tx: AccountTx, actor: Actor, reservation_id: str) -> None:
    """Ends a hold of the actor's, if it is live."""
    found = find(tx, actor, reservation_id)
    if isinstance(found, Reservation) and is_held(found, tx.now):
        claims.lock(tx, found.placement)
        reservations.end(tx, found, RELEASED)


def _lifetime(tx: AccountTx) -> Millis:
    minutes: int = tx.account.content["settings"]["reservationMinutes"]
    return max(_LEAST_MINUTES, minutes) * MINUTE_MS
