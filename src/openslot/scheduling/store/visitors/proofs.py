"""Proofs of being human: puzzles that were solved, codes that were mailed."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_USE = AccountStatement("""
    INSERT INTO visitor_proofs (account_id, id, act, tries, used, expires_at)
    VALUES (:account_id, :id, NULL, 0, 1, :expires_at)
    ON CONFLICT (account_id, id) DO UPDATE SET used = 1 WHERE visitor_proofs.used = 0
""")

_EXPECT = AccountStatement("""
    INSERT INTO visitor_proofs (account_id, id, act, tries, used, expires_at)
    VALUES (:account_id, :id, :act, 0, 0, :expires_at)
""")

_EXPECTED = AccountStatement("""
    SELECT tries, expires_at FROM visitor_proofs
    WHERE account_id = :account_id AND id = :id AND act = :act AND used = 0 AND expires_at > :now
""")

_COUNT_TRY = AccountStatement(
    "UPDATE visitor_proofs SET tries = tries + 1 WHERE account_id = :account_id AND id = :id"
)

_DELETE_OLD = AccountStatement(
    "DELETE FROM visitor_proofs WHERE account_id = :account_id AND expires_at <= :now"
)


def use(tx: AccountTx, proof_id: str, expires_at: Millis) -> bool:
    """Uses a proof up; False: it was used before."""
    return tx.run(_USE, id=proof_id, expires_at=expires_at) == 1


def expect(tx: AccountTx, code_id: str, act: str, expires_at: Millis) -> None:
    """Notes that a code was mailed, and what it is good for."""
    tx.run(_EXPECT, id=code_id, act=act, expires_at=expires_at)


def expected(tx: AccountTx, code_id: str, act: str) -> tuple[int, Millis] | None:
    """How often a code was tried wrongly, and until when it counts; None: it does not."""
    row = tx.one(_EXPECTED, id=code_id, act=act, now=tx.real_now)
    return None if row is None else (row[0], row[1])


def count_try(tx: AccountTx, code_id: str) -> None:
    """Counts a wrong code."""
    tx.run(_COUNT_TRY, id=code_id)


def delete_old(tx: AccountTx) -> int:
    """Removes what has expired, by real time; returns how much."""
    return tx.run(_DELETE_OLD, now=tx.real_now)
