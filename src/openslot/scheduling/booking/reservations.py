"""Reservations: a short exclusive hold on a slot, made before it is confirmed."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.availability import BLOCKED, CLOSED
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.allocation import Allocation, allocate, check_end, check_request
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts.placement_check import is_open
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.model.claim import NOBODY, Claim, claim_id
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    AlreadyUsed,
    ReservationExpired,
    ReservationForReschedule,
    ReservationReleased,
    SlotUnavailable,
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
class SlotRequest:
    """What somebody would like to reserve."""

    branch_id: str
    service_ids: tuple[str, ...]
    party: int
    start: Minute
    end: Minute | None = None  # what the caller believes it to be
    resource_id: str | None = None
    notes: str | None = None
    replaces: str | None = None  # the appointment that it is to move
    own_minutes: int | None = None  # of staff alone: how long the appointment takes


@dataclass(frozen=True, slots=True)
class NamedThings:
    """What the ids of a request name."""

    of_account: Catalogue
    branch: Branch
    services: tuple[Service, ...]
    resource: Resource | None
    replaced: Appointment | None


def reserve(
    tx: AccountTx,
    actor: Actor,
    wanted: SlotRequest,
    idempotency_key: IdempotencyKey,
    most_live: int,
) -> Reservation:
    """Holds a slot for the account's `reservationMinutes`; `most_live` a client, 0 is any number.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        WrongState: the appointment to be moved is not CONFIRMED.
        Invalid: party too large, services not combined, resource not qualified, wrong end.
        TooManyReservations: the client holds as many as it may.
        SlotUnavailable: the start is not bookable, with the reason.
    """
    request = named(tx, wanted)
    idempotency_key.replay(tx)
    query = query_of(request, wanted)
    _check_live_count(tx, actor, most_live)
    allocation = allocate(tx, query, wanted.start)
    reservation = Reservation(
        id=new_id(),
        client_id=actor.id,
        status=RESERVED,
        created_at=tx.now,
        expires_at=tx.now + tx.account.content["settings"]["reservationMinutes"] * MINUTE_MS,
        ended_at=None,
        replaces=request.replaced.id if request.replaced else None,
        notes=wanted.notes,
        placement=allocation.placement,
    )
    add(tx, reservation, allocation)
    return reservation


def named(tx: AccountTx, wanted: SlotRequest) -> NamedThings:
    """What a request names, the appointment to be moved locked.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branch(wanted.branch_id)
    services = tuple(of_account.service(service_id) for service_id in wanted.service_ids)
    resource = of_account.resource(wanted.resource_id) if wanted.resource_id else None
    if wanted.replaces is not None:
        lock(tx, wanted.replaces)
    return NamedThings(of_account, branch, services, resource, _replaced(tx, wanted.replaces))


def query_of(request: NamedThings, wanted: SlotRequest) -> SlotQuery:
    """The query of a request, if the things that it names can go together.

    Raises:
        WrongState: the appointment to be moved is not CONFIRMED.
        Invalid: party too large, services not combined, resource not qualified, wrong end.
    """
    replaced = request.replaced
    if replaced is not None and replaced.status != CONFIRMED:
        raise WrongState(replaced.status)
    of_account, branch, services = request.of_account, request.branch, request.services
    check_request(of_account, branch, services, wanted.party, request.resource)
    query = slot_query(
        of_account,
        branch,
        services,
        wanted.party,
        resource=request.resource,
        replaces=claim_id(replaced.id) if replaced else NOBODY,
        own_minutes=replaced.own_minutes if replaced else None,
    )
    check_end(query, wanted.start, wanted.end)
    return query


def add(tx: AccountTx, reservation: Reservation, allocation: Allocation) -> None:
    """Writes a new reservation and what it holds."""
    store.insert(tx, reservation)
    claims.add(tx, reservation.placement, claim_of(reservation), allocation.sheets)


def get(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation:
    """A live reservation of the actor's own.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it has ended.
    """
    return live(tx, find(tx, actor, reservation_id))


def release(
    tx: AccountTx, actor: Actor, reservation_id: str, idempotency_key: IdempotencyKey
) -> None:
    """Gives a slot back before it expires.

    Raises:
        As `get`.
    """
    lock(tx, reservation_id)
    found = find(tx, actor, reservation_id)
    idempotency_key.replay(tx)
    reservation = live(tx, found)
    claims.lock(tx, reservation.placement)
    end(tx, reservation, RELEASED)


def lock(tx: AccountTx, *ids: str) -> None:
    """Locks reservations and the appointments that they become, before they are read."""
    tx.lock("booking", ids)


def end(tx: AccountTx, reservation: Reservation, status: str) -> None:
    """Ends a live reservation as RELEASED or MOVED and frees what it held."""
    store.end(tx, reservation.id, status, tx.now)
    free(tx, reservation)


def free(tx: AccountTx, reservation: Reservation) -> None:
    """Takes what a reservation held out of the sheets."""
    placement = reservation.placement
    sheets = claims.sheets_of(tx, placement, placement.days)
    claims.remove(tx, placement, claim_of(reservation), sheets)


def claim_of(reservation: Reservation) -> Claim:
    """What a reservation holds of each of its resources."""
    return reservation.placement.held_as(
        reservation.id, reservation.expires_at, reservation.replaces
    )


def find(tx: AccountTx, actor: Actor, reservation_id: str) -> Reservation | Appointment:
    """The actor's own reservation, live or ended, or the appointment that it has become.

    Raises:
        NotFound: absent, another client's, or ended 24 hours ago.
    """
    found = store.by_id(tx, reservation_id) or appointment_store.by_id(tx, reservation_id)
    if found is None or found.client_id != actor.id:
        raise NotFound("There is no such reservation")
    if isinstance(found, Reservation):
        ended_at = found.expires_at if found.ended_at is None else found.ended_at
        if tx.now >= ended_at + REMEMBERED_MS:
            raise NotFound("There is no such reservation")
    return found


def live(tx: AccountTx, found: Reservation | Appointment) -> Reservation:
    """What was found, while it is a reservation that holds its slot.

    Raises:
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it no longer does.
    """
    if isinstance(found, Appointment):
        raise AlreadyConfirmed(found.id)
    if found.status == MOVED:
        raise AlreadyUsed("")
    if found.status == RELEASED:
        raise ReservationReleased("")
    if found.status == EXPIRED or tx.now >= found.expires_at:
        raise ReservationExpired("")
    return found


def usable(tx: AccountTx, found: Reservation | Appointment, moving: str | None) -> Reservation:
    """A live reservation that was made for this: to move an appointment, or None to be confirmed.

    Raises:
        ReservationForReschedule: it was made to move another appointment; said before its end is.
        AlreadyConfirmed, AlreadyUsed, ReservationReleased, ReservationExpired: it is not live.
    """
    if (
        isinstance(found, Reservation)
        and found.status != MOVED
        and found.replaces not in (None, moving)
    ):
        raise ReservationForReschedule("")
    return live(tx, found)


def take_over(
    tx: AccountTx, of_account: Catalogue, reservation: Reservation, *others: Placement
) -> Sheets:
    """Locks the sheets of a live reservation that is to become an appointment, and reads them.

    Hours and blocks are looked at again; its place is its own. `others` are the placements whose
    sheets the caller is to write too: all are locked at once.

    Raises:
        ReservationExpired: it has expired meanwhile, or its claim is gone.
        SlotUnavailable: hours or blocks have changed so that it no longer fits.
    """
    placement, claim = reservation.placement, claim_of(reservation)
    if claims.lock(tx, *others, placement):
        live(tx, reservation)  # it may have waited past the expiry
    if not is_open(of_account, placement):
        raise SlotUnavailable(CLOSED)
    days = claim.days
    sheets = claims.sheets_of(tx, placement, days)
    # By the clock of another machine it may have expired, and somebody else have taken its place.
    if len(sheets) < len(days) * len(placement.resource_ids) or not all(
        claim.id in sheet.packed for sheet in sheets.values()
    ):
        raise ReservationExpired("")
    first, last = claim.start - claim.before, claim.end + claim.after
    if any(sheet.has_block(first, last) for sheet in sheets.values()):
        raise SlotUnavailable(BLOCKED)
    return sheets


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
