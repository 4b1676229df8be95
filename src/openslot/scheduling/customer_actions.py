"""What people do themselves on a page: hold a time while they fill in a form, undo a cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.actions import CONFIRM, Confirm
from openslot.scheduling.booking import customer_restore, holds, reservations, visitors
from openslot.scheduling.booking.holds import HoldRequest
from openslot.scheduling.booking.visitors import Visitor, VisitorLimits
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.errors import AlreadyConfirmed
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

_LOOK = (BOOK, RESCHEDULE)
_ANY = (BOOK, RESCHEDULE, CANCEL)


@dataclass(frozen=True, slots=True)
class HeldTime:
    """What has the id of a hold, at the account's time."""

    now: Millis
    found: Reservation | Appointment | None

    @property
    def reservation(self) -> Reservation | None:
        """The hold, while it holds its time."""
        found = self.found
        return found if isinstance(found, Reservation) and holds.is_held(found, self.now) else None


@dataclass(frozen=True, slots=True)
class ConfirmHeld:
    """A hold to make an appointment of, and the visitor whose bookings are counted."""

    confirm: Confirm
    person: Mapping[str, Any]  # `email` and `phoneE164` of who comes, or None
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class PersonLimits:
    """Whose appointments are counted, and how many there may be."""

    person: Mapping[str, Any]
    limits: VisitorLimits


def _find(tx: AccountTx, actor: Actor, reservation_id: str) -> HeldTime:
    return HeldTime(tx.now, holds.find(tx, actor, reservation_id))


def _hold(tx: AccountTx, actor: Actor, request: HoldRequest) -> HeldTime:
    reservation = holds.hold(tx, actor, request)
    return HeldTime(tx.now, reservation)


def _confirm(tx: AccountTx, actor: Actor, given: ConfirmHeld) -> Appointment:
    confirm, visitor = given.confirm, given.visitor
    reservations.lock(tx, confirm.reservation_id)
    found = holds.find(tx, actor, confirm.reservation_id)
    if isinstance(found, Appointment):
        raise AlreadyConfirmed(found.id)
    visitors.check_person(tx, given.person, visitor.limits)
    visitors.count_booking(tx, visitor, confirm.reservation_id)
    return CONFIRM.run(tx, actor, confirm)


def _check_person(tx: AccountTx, _: Actor, given: PersonLimits) -> None:
    visitors.check_person(tx, given.person, given.limits)


def _renew(tx: AccountTx, actor: Actor, request: HoldRequest) -> HeldTime:
    holds.hold(tx, actor, request)
    return HeldTime(tx.now, holds.renew(tx, actor, request.reservation_id))


HoldAction = Action[HoldRequest, HeldTime]
FIND_HOLD: Action[str, HeldTime] = Action("find hold", _LOOK, _find)
HOLD: HoldAction = Action("hold", _LOOK, _hold, Runs.WRITE_CONCURRENTLY)
RENEW_HOLD: HoldAction = Action("renew hold", _LOOK, _renew, Runs.WRITE_CONCURRENTLY)
CONFIRM_HELD: Action[ConfirmHeld, Appointment] = Action(
    "confirm held", (BOOK,), _confirm, Runs.WRITE_CONCURRENTLY
)
CHECK_PERSON: Action[PersonLimits, None] = Action("check person", _LOOK, _check_person)
RESTORE_APPOINTMENT: Action[str, Appointment] = Action(
    "restore appointment", _ANY, customer_restore.restore, Runs.WRITE_CONCURRENTLY
)
