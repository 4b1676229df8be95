"""Proofs of being human: puzzles that were solved, codes that were mailed."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_USE = AccountStatement("""
    INSERT INTO visitor_proofs (account_id, id, code, tries, used, expires_at)
    VALUES (:account_id, :id, NULL, 0, 1, :expires_at)
    ON CONFLICT (account_id, id) DO NOTHING
""")

_DELETE_OLD = AccountStatement(
    "DELETE FROM visitor_proofs WHERE account_id = :account_id AND expires_at <= :now"
)


def use(tx: AccountTx, proof_id: str, expires_at: Millis) -> bool:
    """Uses a proof up; False: it was used before."""
    return tx.run(_USE, id=proof_id, expires_at=expires_at) == 1


def delete_old(tx: AccountTx) -> int:
    """Removes what has expired, by real time; returns how much."""
    return tx.run(_DELETE_OLD, now=tx.real_now)
