"""What users have let clients do, so that they are asked once (OpenID Connect Core §3.1.2.4)."""

from collections.abc import Collection

from openslot.identity.store import consents as rows
from openslot.storage.transactions import AccountTx


def covers(tx: AccountTx, user_id: str, client_id: str, scopes: Collection[str]) -> bool:
    """Whether a user has agreed to all of these scopes for a client, at once or bit by bit."""
    return rows.scopes(tx, user_id, client_id).issuperset(scopes)


def give(tx: AccountTx, user_id: str, client_id: str, scopes: Collection[str]) -> None:
    """Remembers that a user agrees to these scopes too."""
    rows.put(tx, user_id, client_id, rows.scopes(tx, user_id, client_id) | frozenset(scopes))


def withdraw(tx: AccountTx, user_id: str, client_id: str) -> None:
    """Has the user asked again, whatever they agreed to."""
    rows.delete(tx, user_id, client_id)
