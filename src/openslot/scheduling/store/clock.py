"""The sandbox clock in the account row."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_SET = AccountStatement("""
    UPDATE accounts SET clock_frozen_at = :frozen_at, clock_offset_ms = :offset_ms
    WHERE id = :account_id
""")


def set_clock(tx: AccountTx, frozen_at: Millis | None, offset_ms: int) -> None:
    """Stops the account's time at an instant, or lets it run `offset_ms` ahead of real time."""
    tx.run(_SET, frozen_at=frozen_at, offset_ms=offset_ms)
