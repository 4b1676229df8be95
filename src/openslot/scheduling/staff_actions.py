"""What staff can do: book, move, cancel and follow appointments, look at days."""

from dataclasses import dataclass, replace
from datetime import date

from openslot.kernel.actor import STAFF, Actor
from openslot.kernel.clock import Minute
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import appointments, staff, undoing
from openslot.scheduling.booking.direct import OfferRequest
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.booking.lifecycle import Precondition
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.booking.staff import DurationChoice
from openslot.scheduling.booking.walk_ins import book_walk_in
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.views import (
    appointment_lists,
    booked_dates,
    calendars,
    day_lists,
    statistics,
)
from openslot.scheduling.views.appointment_lists import (
    AppointmentHistory,
    AppointmentListing,
    AppointmentPage,
)
from openslot.scheduling.views.booked_dates import BookedDates, DatesQuery
from openslot.scheduling.views.day_lists import DayList, DayListQuery
from openslot.scheduling.views.people_hidden import as_seen_by
from openslot.scheduling.views.statistics import BranchCounts
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

_READ = (ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE)
_STAFF = (APPOINTMENTS_MANAGE,)
# With the second one alone of a person no more than the name: `people_hidden`.
_SEES = (APPOINTMENTS_MANAGE, ADMIN_READ)


@dataclass(frozen=True, slots=True)
class StaffBooking:
    """An appointment to book at once."""

    wanted: SlotRequest
    details: AppointmentDetails
    rule_override: RuleOverride
    idempotency_key: IdempotencyKey
    notifies: bool  # whether the customer is told, as in the next ones


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who stands at the desk: an appointment now, or at the next free time today."""

    wanted: OfferRequest
    details: AppointmentDetails
    rule_override: RuleOverride
    idempotency_key: IdempotencyKey
    notifies: bool


@dataclass(frozen=True, slots=True)
class StaffMove:
    """An appointment, and where it goes; without a resource any that has room.

    `duration` gives the length of its own that it shall have, of the one that it has.
    """

    appointment_id: str
    start: Minute
    end: Minute | None
    resource_id: str | None
    rule_override: RuleOverride
    precondition: Precondition
    idempotency_key: IdempotencyKey
    notifies: bool
    duration: DurationChoice


@dataclass(frozen=True, slots=True)
class StaffCancellation:
    """An appointment to cancel, after the cut-off only by overriding the rule."""

    appointment_id: str
    rule_override: RuleOverride
    precondition: Precondition
    idempotency_key: IdempotencyKey
    notifies: bool


@dataclass(frozen=True, slots=True)
class StaffUndo:
    """An appointment whose latest change of state is taken back."""

    appointment_id: str
    precondition: Precondition
    idempotency_key: IdempotencyKey
    notifies: bool


@dataclass(frozen=True, slots=True)
class VisitStep:
    """An appointment, and the state that the visit is in now."""

    appointment_id: str
    status: str
    precondition: Precondition
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class NotesChange:
    """An appointment, and its notes from now on."""

    appointment_id: str
    notes: str
    precondition: Precondition
    idempotency_key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class BranchDate:
    """A local date of a branch."""

    branch_id: str
    date: date


@dataclass(frozen=True, slots=True)
class StatisticsRange:
    """Local dates of the branches, both included; of one branch or service if given."""

    first: date
    last: date
    branch_id: str | None
    service_id: str | None


def _list(tx: AccountTx, actor: Actor, query: AppointmentListing) -> AppointmentPage:
    found = appointment_lists.page(tx, query)
    seen = [as_seen_by(actor, one) for one in found.page.items]
    return replace(found, page=replace(found.page, items=seen))


def _get(tx: AccountTx, actor: Actor, appointment_id: str) -> Appointment:
    return as_seen_by(actor, appointments.get(tx, appointment_id))


def _history(tx: AccountTx, _: Actor, appointment_id: str) -> AppointmentHistory:
    return appointment_lists.history_of(tx, appointment_id)


def _book(tx: AccountTx, actor: Actor, given: StaffBooking | WalkIn) -> Appointment:
    by = actor.on_side(STAFF, notifies=given.notifies)
    rest = (given.details, given.rule_override, given.idempotency_key)
    if isinstance(given, WalkIn):
        return book_walk_in(tx, by, given.wanted, *rest)
    return staff.book(tx, by, given.wanted, *rest)


def _move(tx: AccountTx, actor: Actor, given: StaffMove) -> Appointment:
    return staff.move(
        tx,
        actor.on_side(STAFF, notifies=given.notifies),
        given.appointment_id,
        given.start,
        given.end,
        given.resource_id,
        given.rule_override,
        given.precondition,
        given.idempotency_key,
        given.duration,
    )


def _cancel(tx: AccountTx, actor: Actor, given: StaffCancellation) -> Appointment:
    appointments.cancel(
        tx,
        actor.on_side(STAFF, notifies=given.notifies),
        given.appointment_id,
        given.precondition,
        given.idempotency_key,
        given.rule_override,
    )
    return appointments.get(tx, given.appointment_id)


def _undo(tx: AccountTx, actor: Actor, given: StaffUndo) -> Appointment:
    return undoing.undo(
        tx,
        actor.on_side(STAFF, notifies=given.notifies),
        given.appointment_id,
        given.precondition,
        given.idempotency_key,
    )


def _take_step(tx: AccountTx, actor: Actor, given: VisitStep) -> Appointment:
    return staff.take_step(
        tx,
        actor.on_side(STAFF),
        given.appointment_id,
        given.status,
        given.precondition,
        given.idempotency_key,
    )


def _change_notes(tx: AccountTx, actor: Actor, given: NotesChange) -> Appointment:
    return staff.change_notes(
        tx, actor, given.appointment_id, given.notes, given.precondition, given.idempotency_key
    )


def _day(tx: AccountTx, _: Actor, wanted: BranchDate) -> calendars.Day:
    return calendars.read(tx, wanted.branch_id, wanted.date)


def _statistics(tx: AccountTx, _: Actor, query: StatisticsRange) -> list[BranchCounts]:
    return statistics.read(tx, query.first, query.last, query.branch_id, query.service_id)


LIST_APPOINTMENTS: Action[AppointmentListing, AppointmentPage] = Action(
    "list appointments", _SEES, _list
)
GET_APPOINTMENT: Action[str, Appointment] = Action("get appointment as staff", _SEES, _get)
GET_HISTORY: Action[str, AppointmentHistory] = Action("get history", _SEES, _history)
BOOK: Action[StaffBooking | WalkIn, Appointment] = Action(
    "book as staff", _STAFF, _book, Runs.WRITE
)
MOVE: Action[StaffMove, Appointment] = Action("move as staff", _STAFF, _move, Runs.WRITE)
CANCEL: Action[StaffCancellation, Appointment] = Action(
    "cancel as staff", _STAFF, _cancel, Runs.WRITE
)
UNDO: Action[StaffUndo, Appointment] = Action("undo as staff", _STAFF, _undo, Runs.WRITE)
TAKE_STEP: Action[VisitStep, Appointment] = Action("take step", _STAFF, _take_step, Runs.WRITE)
CHANGE_NOTES: Action[NotesChange, Appointment] = Action(
    "change notes", _STAFF, _change_notes, Runs.WRITE
)
READ_DAY_LIST: Action[DayListQuery, DayList] = Action("read day list", _SEES, day_lists.read)
# What is open, taken and free is computed of the day in steps (`calendars.days`).
READ_DAY: Action[BranchDate, calendars.Day] = Action("read day", _READ, _day, in_steps=True)
READ_DATES: Action[DatesQuery, BookedDates] = Action(
    "read dates", _SEES, booked_dates.read, Runs.READ_IN_BACKGROUND
)
# How long was open is computed of the counts in steps (`statistics.usage`).
READ_STATISTICS: Action[StatisticsRange, list[BranchCounts]] = Action(
    "read statistics", (ADMIN_READ, APPOINTMENTS_MANAGE), _statistics, Runs.READ_IN_BACKGROUND
)
