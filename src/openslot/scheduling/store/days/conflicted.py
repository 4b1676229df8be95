"""Rows of appointments that are marked as in conflict, by their start."""

from openslot.kernel.clock import Minute
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# The few that are marked, whatever their status, by the index of them.
_BETWEEN = AccountStatement("""
    SELECT id, branch_id, start_minute FROM appointments
    WHERE account_id = :account_id AND stranded = 1
    AND start_minute >= :first AND start_minute < :last
""")


def between(tx: AccountTx, first: Minute, last: Minute) -> list[tuple[str, str, Minute]]:
    """Id, branch and start of those that start in [first, last)."""
    return [(row[0], row[1], row[2]) for row in tx.all(_BETWEEN, first=first, last=last)]
