"""What people and their programs can do: look, reserve, book, move, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.booking import appointments, reservations
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import Precondition
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.views import calendar_objects, listings
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

_LOOK = (BOOK, RESCHEDULE)
_ANY = (BOOK, RESCHEDULE, CANCEL)


@dataclass(frozen=True, slots=True)
class Reserve:
    """A slot to hold."""

    wanted: SlotRequest
    idempotency_key: IdempotencyKey
    most_live: int  # reservations that one client may hold; 0 is any number


@dataclass(frozen=True, slots=True)
class Release:
    """A reservation to end."""

    reservation_id: str
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class Confirm:
    """A reservation to make an appointment of, and who comes."""

    reservation_id: str
    details: AppointmentDetails
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class Move:
    """An appointment, and the reservation that it is moved to."""

    appointment_id: str
    reservation_id: str
    precondition: Precondition
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class Cancel:
    """An appointment to cancel."""

    appointment_id: str
    precondition: Precondition
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class ChangeCustomer:
    """An appointment, and who comes to it instead."""

    appointment_id: str
    customer: Customer
    notes: str | None
    precondition: Precondition
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class Search:
    """One person's appointments with a start in `[first, last]`, newest first."""

    identifier: str
    statuses: Sequence[str]
    first: Minute
    last: Minute
    after: tuple[Minute, str]  # start and id of the appointment after which the page begins
    limit: int


def _catalogue(tx: AccountTx, _: Actor, _nothing: None) -> Catalogue:
    return current_catalogue(tx)


def _branch(tx: AccountTx, _: Actor, branch_id: str) -> Branch:
    return current_catalogue(tx).branch(branch_id)


def _service(tx: AccountTx, _: Actor, service_id: str) -> Service:
    return current_catalogue(tx).service(service_id)


def _reserve(tx: AccountTx, actor: Actor, given: Reserve) -> Reservation:
    return reservations.reserve(tx, actor, given.wanted, given.idempotency_key, given.most_live)


def _release(tx: AccountTx, actor: Actor, given: Release) -> None:
    reservations.release(tx, actor, given.reservation_id, given.idempotency_key)


def _confirm(tx: AccountTx, actor: Actor, given: Confirm) -> Appointment:
    return appointments.confirm(
        tx, actor, given.reservation_id, given.details, given.idempotency_key
    )


def _appointment(tx: AccountTx, _: Actor, appointment_id: str) -> Appointment:
    return appointments.get(tx, appointment_id)


def _search(tx: AccountTx, _: Actor, given: Search) -> Page[Appointment]:
    def read(limit: int) -> list[Appointment]:
        return appointments.search(
            tx, given.identifier, given.statuses, given.first, given.last, given.after, limit
        )

    return read_page(given.limit, read)


def _move(tx: AccountTx, actor: Actor, given: Move) -> Appointment:
    return appointments.move(
        tx,
        actor,
        given.appointment_id,
        given.reservation_id,
        given.precondition,
        given.idempotency_key,
    )


def _cancel(tx: AccountTx, actor: Actor, given: Cancel) -> None:
    appointments.cancel(tx, actor, given.appointment_id, given.precondition, given.idempotency_key)


def _change_customer(tx: AccountTx, actor: Actor, given: ChangeCustomer) -> None:
    appointments.change_customer(
        tx,
        actor,
        given.appointment_id,
        given.customer,
        given.notes,
        given.precondition,
        given.idempotency_key,
    )


READ_CATALOGUE: Action[None, Catalogue] = Action("read catalogue", _LOOK, _catalogue)
FIND_BRANCH: Action[str, Branch] = Action("find branch", _LOOK, _branch)
FIND_SERVICE: Action[str, Service] = Action("find service", _LOOK, _service)
# The slots themselves are computed of the snapshot in steps (`listings.slots`, `listings.dates`).
LIST_SLOTS: Action[SlotListingQuery, Snapshot] = Action(
    "list slots", _LOOK, listings.snapshot, in_steps=True
)
RESERVE: Action[Reserve, Reservation] = Action("reserve", _LOOK, _reserve, Runs.WRITE_CONCURRENTLY)
GET_RESERVATION: Action[str, Reservation] = Action("get reservation", _LOOK, reservations.get)
RELEASE: Action[Release, None] = Action("release", _LOOK, _release, Runs.WRITE_CONCURRENTLY)
CONFIRM: Action[Confirm, Appointment] = Action(
    "confirm", (BOOK,), _confirm, Runs.WRITE_CONCURRENTLY
)
GET_APPOINTMENT: Action[str, Appointment] = Action("get appointment", _ANY, _appointment)
GET_REVISION: Action[str, AppointmentRevision] = Action(
    "get calendar object", _ANY, calendar_objects.revision
)
SEARCH: Action[Search, Page[Appointment]] = Action("search appointments", _ANY, _search)
MOVE: Action[Move, Appointment] = Action(
    "move appointment", (RESCHEDULE,), _move, Runs.WRITE_CONCURRENTLY
)
CHANGE_CUSTOMER: Action[ChangeCustomer, None] = Action(
    "change customer", _LOOK, _change_customer, Runs.WRITE_CONCURRENTLY
)
CANCEL_APPOINTMENT: Action[Cancel, None] = Action(
    "cancel appointment", (CANCEL,), _cancel, Runs.WRITE_CONCURRENTLY
)
