"""What can be done with the clock of a sandbox account."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.scheduling import sandbox
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class SandboxClock:
    """The account's time, and whether it is frozen."""

    now: Millis
    frozen: bool


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """The time that it shall be; None is real time again."""

    now: Millis | None
    frozen: bool


def _read(tx: AccountTx, _: Actor, _nothing: None) -> SandboxClock:
    if not tx.account.sandbox:
        raise NotFound("There is nothing at this address")
    return SandboxClock(tx.now, tx.account.clock_frozen_at is not None)


def _set(tx: AccountTx, actor: Actor, given: ClockSetting) -> SandboxClock:
    sandbox.set_clock(tx, actor, given.now, frozen=given.frozen)
    return _read(tx.again(), actor, None)


READ_CLOCK: Action[None, SandboxClock] = Action("read clock", (ADMIN_READ, ADMIN_WRITE), _read)
# For every process at once; what had expired by the old time stays expired.
SET_CLOCK: Action[ClockSetting, SandboxClock] = Action(
    "set clock", (ADMIN_WRITE,), _set, Runs.WRITE
)
