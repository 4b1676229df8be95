"""What people do themselves on a page: hold a time while they fill in a form, undo a cancel."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.booking import customer_restore, holds
from openslot.scheduling.booking.holds import HoldRequest
from openslot.scheduling.model.appointment import Appointment
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


def _find(tx: AccountTx, actor: Actor, reservation_id: str) -> HeldTime:
    return HeldTime(tx.now, holds.find(tx, actor, reservation_id))


def _hold(tx: AccountTx, actor: Actor, request: HoldRequest) -> HeldTime:
    reservation = holds.hold(tx, actor, request)
    return HeldTime(tx.now, reservation)


def _renew(tx: AccountTx, actor: Actor, request: HoldRequest) -> HeldTime:
    holds.hold(tx, actor, request)
    return HeldTime(tx.now, holds.renew(tx, actor, request.reservation_id))


HoldAction = Action[HoldRequest, HeldTime]
FIND_HOLD: Action[str, HeldTime] = Action("find hold", _LOOK, _find)
HOLD: HoldAction = Action("hold", _LOOK, _hold, Runs.WRITE_CONCURRENTLY)
RENEW_HOLD: HoldAction = Action("renew hold", _LOOK, _renew, Runs.WRITE_CONCURRENTLY)
RESTORE_APPOINTMENT: Action[str, Appointment] = Action(
    "restore appointment", _ANY, customer_restore.restore, Runs.WRITE_CONCURRENTLY
)
