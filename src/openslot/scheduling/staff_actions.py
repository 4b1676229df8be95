"""What staff can do: book, move, cancel and follow appointments, block time, look at days."""

from dataclasses import dataclass
from datetime import date

from openslot.kernel.actor import STAFF, Actor
from openslot.kernel.changes import Change
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import appointments, blocks, staff, undoing
from openslot.scheduling.booking.idempotency import NO_KEY, IdempotencyKey
from openslot.scheduling.booking.lifecycle import Precondition
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.views import appointment_lists, calendars, statistics
from openslot.scheduling.views.appointment_lists import (
    AppointmentHistory,
    AppointmentListing,
    AppointmentPage,
)
from openslot.scheduling.views.statistics import BranchCounts
from openslot.storage.action import Action, Runs
from openslot.storage.collection import ItemPlace, Listing, Write, Written, collection_actions
from openslot.storage.transactions import AccountTx

_READ = (ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE)
_STAFF = (APPOINTMENTS_MANAGE,)


@dataclass(frozen=True, slots=True)
class StaffBooking:
    """An appointment to book at once."""

    wanted: SlotRequest
    details: AppointmentDetails
    rule_override: RuleOverride
    idempotency_key: IdempotencyKey
    notifies: bool  # whether the customer is told, as in the next ones


@dataclass(frozen=True, slots=True)
class StaffMove:
    """An appointment, and where it goes; without a resource any that has room."""

    appointment_id: str
    start: Minute
    end: Minute | None
    resource_id: str | None
    rule_override: RuleOverride
    precondition: Precondition
    idempotency_key: IdempotencyKey
    notifies: bool


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


@dataclass(frozen=True, slots=True)
class BlockContent:
    """The time to take from a resource, and why."""

    start: Minute
    end: Minute
    reason: str | None


class Blocks:
    """The blocks of one resource. Their content is a `BlockContent`.

    `force` blocks over bookings too; otherwise they are an error.
    """

    def page(self, tx: AccountTx, listing: Listing) -> Page[Block]:
        """Blocks by start that touch the filters' time from `from_` to `to`. Raises NotFound."""
        first, last = listing.filters.get("from_"), listing.filters.get("to")
        resource_id, after = listing.owner_id, listing.after
        return read_page(
            listing.limit, lambda most: blocks.listed(tx, resource_id, first, last, after, most)
        )

    def find(self, tx: AccountTx, place: ItemPlace) -> Block:
        """One of them. Raises NotFound."""
        return blocks.get(tx, place.owner_id, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[Block]) -> Written[Block]:
        """Takes the time. Raises NotFound, Invalid and what bookings in the way raise."""
        resource_id = write.place.owner_id
        if resource_id not in current_catalogue(tx).resources:
            raise NotFound("There is no such resource")
        write.replay(tx)
        content: BlockContent = write.content(tx, None)
        start, end, reason = content.start, content.end, content.reason
        made, in_the_way = blocks.block(
            tx, actor, resource_id, start, end, reason, NO_KEY, force=write.force
        )
        return Written(made, (_changed(tx, made, "created"),), in_the_way)

    def change(
        self, tx: AccountTx, actor: Actor, item: Block, write: Write[Block]
    ) -> Written[Block]:
        """Gives a block another time or reason. Raises as `create`."""
        content: BlockContent = write.content(tx, item)
        start, end, reason = content.start, content.end, content.reason
        changed, in_the_way = blocks.change(tx, actor, item, start, end, reason, force=write.force)
        changes = () if changed == item else (_changed(tx, item, "changed"),)
        return Written(changed, changes, in_the_way)

    def delete(self, tx: AccountTx, actor: Actor, item: Block, _: Write[Block]) -> Written[Block]:
        """Gives the time back."""
        blocks.unblock(tx, actor, item.resource_id, item.id, NO_KEY)
        return Written(item, (_changed(tx, item, "deleted"),))


def _changed(tx: AccountTx, block: Block, action: str) -> Change:
    """A block has no key of its own; its resource's says where it is."""
    return Change("block", current_catalogue(tx).resources[block.resource_id].key, action)


def _list(tx: AccountTx, _: Actor, query: AppointmentListing) -> AppointmentPage:
    return appointment_lists.page(tx, query)


def _get(tx: AccountTx, _: Actor, appointment_id: str) -> Appointment:
    return appointments.get(tx, appointment_id)


def _history(tx: AccountTx, _: Actor, appointment_id: str) -> AppointmentHistory:
    return appointment_lists.history_of(tx, appointment_id)


def _book(tx: AccountTx, actor: Actor, given: StaffBooking) -> Appointment:
    return staff.book(
        tx,
        actor.on_side(STAFF, notifies=given.notifies),
        given.wanted,
        given.details,
        given.rule_override,
        given.idempotency_key,
    )


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


BLOCKS = collection_actions("blocks", Blocks(), _READ, (ADMIN_WRITE,))
LIST_APPOINTMENTS: Action[AppointmentListing, AppointmentPage] = Action(
    "list appointments", _STAFF, _list
)
GET_APPOINTMENT: Action[str, Appointment] = Action("get appointment as staff", _STAFF, _get)
GET_HISTORY: Action[str, AppointmentHistory] = Action("get history", _STAFF, _history)
BOOK: Action[StaffBooking, Appointment] = Action("book as staff", _STAFF, _book, Runs.WRITE)
MOVE: Action[StaffMove, Appointment] = Action("move as staff", _STAFF, _move, Runs.WRITE)
CANCEL: Action[StaffCancellation, Appointment] = Action(
    "cancel as staff", _STAFF, _cancel, Runs.WRITE
)
UNDO: Action[StaffUndo, Appointment] = Action("undo as staff", _STAFF, _undo, Runs.WRITE)
TAKE_STEP: Action[VisitStep, Appointment] = Action("take step", _STAFF, _take_step, Runs.WRITE)
CHANGE_NOTES: Action[NotesChange, Appointment] = Action(
    "change notes", _STAFF, _change_notes, Runs.WRITE
)
# What is open, taken and free is computed of the day in steps (`calendars.days`).
READ_DAY: Action[BranchDate, calendars.Day] = Action("read day", _READ, _day, in_steps=True)
# How long was open is computed of the counts in steps (`statistics.open_minutes`).
READ_STATISTICS: Action[StatisticsRange, list[BranchCounts]] = Action(
    "read statistics", (ADMIN_READ, APPOINTMENTS_MANAGE), _statistics, Runs.READ_IN_BACKGROUND
)
