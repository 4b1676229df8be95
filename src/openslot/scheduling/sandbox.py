"""The clock of a sandbox account: integrators test expiries and cut-offs in seconds."""

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_WRITE
from openslot.scheduling.booking.expiries import note_expiries
from openslot.scheduling.store import clock as store
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx


def set_clock(tx: AccountTx, actor: Actor, now: Millis | None, *, frozen: bool) -> None:
    """Sets the account's time to `now`, standing still or running on; None is real time again.

    What had expired by the old time is dropped first, and stays expired when time goes back.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        NotFound: the account is no sandbox.
    """
    actor.require(ADMIN_WRITE)
    if not tx.account.sandbox:
        raise NotFound("There is nothing at this address")
    while note_expiries(tx):
        pass
    if now is None:
        store.set_clock(tx, None, 0)
    else:
        store.set_clock(tx, now if frozen else None, now - tx.real_now)
    shown = None if now is None else instant_text(now)
    audit.record(tx, "sandbox.clock_set", actor, now=shown, frozen=now is not None and frozen)
