"""What programs can do that know the wall time of a branch alone, and ask customers no questions.

A service with a question that must be answered is not there for them. Of a time that clocks show
twice they mean the first; one that clocks skip is never bookable.
"""

from dataclasses import dataclass
from datetime import date

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.availability.availability import CLOSED
from openslot.scheduling.booking import bookings, reservations
from openslot.scheduling.booking.direct import book_at_once
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.model.zones import first_occurrence
from openslot.scheduling.views import customer_lookups, listings
from openslot.scheduling.views.customer_lookups import FoundAppointments
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

_LOOK = (BOOK, RESCHEDULE)
_ANY = (BOOK, RESCHEDULE, CANCEL)


@dataclass(frozen=True, slots=True)
class WallTimeRequest:
    """What somebody would like to book, at a wall time of the branch."""

    branch_id: str
    service_ids: tuple[str, ...]
    party: int
    day: date
    wall_minutes: int  # after midnight


@dataclass(frozen=True, slots=True)
class ReserveAtWallTime:
    """A time to hold."""

    wanted: WallTimeRequest
    idempotency_key: IdempotencyKey
    most_live: int  # reservations that one client may hold; 0 is any number


@dataclass(frozen=True, slots=True)
class BookAtWallTime:
    """A time to book at once, and who comes."""

    wanted: WallTimeRequest
    details: AppointmentDetails
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class WithdrawBooking:
    """A reservation to release or an appointment to cancel, whichever the id is."""

    booking_id: str
    idempotency_key: IdempotencyKey


def unasked_service(tx: AccountTx, service_id: str) -> Service:
    """An active service that can be booked without an answer.

    Raises:
        NotFound: unknown or inactive, or it asks.
    """
    service = current_catalogue(tx).service(service_id)
    if service.asks:
        raise NotFound("There is no such service")
    return service


def _find_service(tx: AccountTx, _: Actor, service_id: str) -> Service:
    return unasked_service(tx, service_id)


def _list_dates(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    for service_id in listing.service_ids:
        unasked_service(tx, service_id)
    return listings.horizon_snapshot(tx, actor, listing)


def _list_times(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    for service_id in listing.service_ids:
        unasked_service(tx, service_id)
    return listings.snapshot(tx, actor, listing)


def _slot_request(tx: AccountTx, wanted: WallTimeRequest) -> SlotRequest:
    """The same at an instant.

    Raises:
        NotFound: branch or service are unknown, inactive, or it asks.
        SlotUnavailable: clocks skip the time.
    """
    branch = current_catalogue(tx).branch(wanted.branch_id)
    for service_id in wanted.service_ids:
        unasked_service(tx, service_id)
    start = first_occurrence(wanted.day, wanted.wall_minutes, branch.zone)
    if start is None:
        raise SlotUnavailable(CLOSED)
    return SlotRequest(branch.id, wanted.service_ids, wanted.party, start)


def _reserve(tx: AccountTx, actor: Actor, given: ReserveAtWallTime) -> Reservation:
    wanted = _slot_request(tx, given.wanted)
    return reservations.reserve(tx, actor, wanted, given.idempotency_key, given.most_live)


def _book(tx: AccountTx, actor: Actor, given: BookAtWallTime) -> Appointment:
    wanted = _slot_request(tx, given.wanted)
    return book_at_once(tx, actor, wanted, given.details, given.idempotency_key)


def _withdraw(tx: AccountTx, actor: Actor, given: WithdrawBooking) -> None:
    bookings.withdraw(tx, actor, given.booking_id, given.idempotency_key)


FIND_UNASKED_SERVICE: Action[str, Service] = Action("find service", _LOOK, _find_service)
# What is computed of the snapshots in steps: `listings.dates_of_times`, `listings.bookable_times`.
LIST_DATES: Action[SlotListingQuery, Snapshot] = Action(
    "list dates", _LOOK, _list_dates, in_steps=True
)
LIST_TIMES: Action[SlotListingQuery, Snapshot] = Action(
    "list times", _LOOK, _list_times, in_steps=True
)
RESERVE_AT_WALL_TIME: Action[ReserveAtWallTime, Reservation] = Action(
    "reserve at wall time", _LOOK, _reserve, Runs.WRITE_CONCURRENTLY
)
BOOK_AT_WALL_TIME: Action[BookAtWallTime, Appointment] = Action(
    "book at wall time", (BOOK,), _book, Runs.WRITE_CONCURRENTLY
)
GET_BOOKING: Action[str, Appointment | Reservation] = Action("get booking", _ANY, bookings.get)
WITHDRAW_BOOKING: Action[WithdrawBooking, None] = Action(
    "withdraw booking", _ANY, _withdraw, Runs.WRITE_CONCURRENTLY
)
# They write the audit trail, and nothing else.
LOOK_UP_BY_ID: Action[str, FoundAppointments] = Action(
    "look up customer by id", _ANY, customer_lookups.of_customer, Runs.WRITE_CONCURRENTLY
)
LOOK_UP_BY_EXTERNAL_ID: Action[str, FoundAppointments] = Action(
    "look up customer by external id",
    _ANY,
    customer_lookups.of_external_id,
    Runs.WRITE_CONCURRENTLY,
)
LOOK_UP_BY_MAIL: Action[str, list[Appointment]] = Action(
    "look up customers by mail address", _ANY, customer_lookups.of_mail, Runs.WRITE_CONCURRENTLY
)
