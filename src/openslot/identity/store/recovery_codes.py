"""Rows of recovery codes that are still good."""

from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_INSERT = AccountStatement("""
    INSERT INTO recovery_codes (account_id, user_id, digest)
    VALUES (:account_id, :user_id, :digest)
""")

_USE = AccountStatement("""
    DELETE FROM recovery_codes
    WHERE account_id = :account_id AND user_id = :user_id AND digest = :digest
""")

_COUNT = AccountStatement(
    "SELECT count(*) FROM recovery_codes WHERE account_id = :account_id AND user_id = :user_id"
)

_DELETE_ALL = AccountStatement(
    "DELETE FROM recovery_codes WHERE account_id = :account_id AND user_id = :user_id"
)


def insert(tx: AccountTx, user_id: str, digest: bytes) -> None:
    """Adds a code that nobody has used."""
    tx.run(_INSERT, user_id=user_id, digest=digest)


def use(tx: AccountTx, user_id: str, digest: bytes) -> bool:
    """Uses a code up; False: the user has none with this digest."""
    return tx.run(_USE, user_id=user_id, digest=digest) == 1


def count(tx: AccountTx, user_id: str) -> int:
    """How many a user has left."""
    row = tx.one(_COUNT, user_id=user_id)
    return 0 if row is None else int(row[0])


def delete_all(tx: AccountTx, user_id: str) -> None:
    """Removes every code of a user."""
    tx.run(_DELETE_ALL, user_id=user_id)
