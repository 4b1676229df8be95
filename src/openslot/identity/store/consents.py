"""Rows of consents: what a user has let a client do, remembered for the next time."""

from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_SCOPES = AccountStatement("""
    SELECT scopes FROM consents
    WHERE account_id = :account_id AND user_id = :user_id AND client_id = :client_id
""")

_SET = AccountStatement("""
    INSERT INTO consents (account_id, user_id, client_id, scopes, given_at)
    VALUES (:account_id, :user_id, :client_id, :scopes, :given_at)
    ON CONFLICT (account_id, user_id, client_id)
    DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at
""")

_DELETE = AccountStatement("""
    DELETE FROM consents
    WHERE account_id = :account_id AND user_id = :user_id AND client_id = :client_id
""")

_DELETE_OF_USER = AccountStatement(
    "DELETE FROM consents WHERE account_id = :account_id AND user_id = :user_id"
)

_DELETE_OF_CLIENT = AccountStatement(
    "DELETE FROM consents WHERE account_id = :account_id AND client_id = :client_id"
)


def scopes(tx: AccountTx, user_id: str, client_id: str) -> frozenset[str]:
    """The scopes that a user has agreed to for a client."""
    row = tx.one(_SCOPES, user_id=user_id, client_id=client_id)
    return frozenset() if row is None else frozenset(row[0].split(" "))


def put(tx: AccountTx, user_id: str, client_id: str, agreed: frozenset[str]) -> None:
    """Stores the scopes that a user has agreed to for a client, in place of those before."""
    text = " ".join(sorted(agreed))
    tx.run(_SET, user_id=user_id, client_id=client_id, scopes=text, given_at=tx.real_now)


def delete(tx: AccountTx, user_id: str, client_id: str) -> None:
    """Removes what a user has agreed to for a client."""
    tx.run(_DELETE, user_id=user_id, client_id=client_id)


def delete_of_user(tx: AccountTx, user_id: str) -> None:
    """Removes everything that a user has agreed to."""
    tx.run(_DELETE_OF_USER, user_id=user_id)


def delete_of_client(tx: AccountTx, client_id: str) -> None:
    """Removes everything that was agreed to for a client."""
    tx.run(_DELETE_OF_CLIENT, client_id=client_id)
