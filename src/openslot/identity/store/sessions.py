"""Rows of sessions: who is signed in, in which browser, since when."""

from openslot.identity.model.session import Session
from openslot.identity.store.users import COLUMNS, user_of
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_FIND = AccountStatement(f"""
    SELECT sessions.signed_in_at, sessions.last_used_at, {COLUMNS}
    FROM sessions
    JOIN users ON users.account_id = sessions.account_id AND users.id = sessions.user_id
    WHERE sessions.account_id = :account_id AND sessions.digest = :digest
      AND sessions.expires_at > :now AND sessions.last_used_at > :used_after
      AND users.active = 1
""")  # noqa: S608

_ROLES = AccountStatement("""
    SELECT sessions.digest, users.role
    FROM sessions
    JOIN users ON users.account_id = sessions.account_id AND users.id = sessions.user_id
    WHERE sessions.account_id = :account_id
      AND sessions.expires_at > :now AND sessions.last_used_at > :used_after
      AND users.active = 1
""")

_INSERT = AccountStatement("""
    INSERT INTO sessions (account_id, digest, user_id, signed_in_at, last_used_at, expires_at)
    VALUES (:account_id, :digest, :user_id, :now, :now, :expires_at)
""")

_MARK_USED = AccountStatement("""
    UPDATE sessions SET last_used_at = :now WHERE account_id = :account_id AND digest = :digest
""")

_DELETE = AccountStatement(
    "DELETE FROM sessions WHERE account_id = :account_id AND digest = :digest"
)

_OF_USER = AccountStatement("""
    SELECT digest, signed_in_at, last_used_at FROM sessions
    WHERE account_id = :account_id AND user_id = :user_id
      AND expires_at > :now AND last_used_at > :used_after
    ORDER BY signed_in_at DESC LIMIT :most
""")

_DELETE_OTHERS = AccountStatement("""
    DELETE FROM sessions
    WHERE account_id = :account_id AND user_id = :user_id AND digest <> :digest
""")

_DELETE_ALL = AccountStatement(
    "DELETE FROM sessions WHERE account_id = :account_id AND user_id = :user_id"
)


def find(tx: AccountTx, digest: bytes, used_after: Millis) -> Session | None:
    """The session with this digest that is not over, of a user who is active."""
    row = tx.one(_FIND, digest=digest, now=tx.real_now, used_after=used_after)
    return None if row is None else Session(user_of(row[2:]), row[0], row[1], digest)


def roles(tx: AccountTx, used_after: Millis) -> dict[bytes, str]:
    """The role of whom each session is that is not over, of users who are active, by its digest."""
    rows = tx.all(_ROLES, now=tx.real_now, used_after=used_after)
    return {bytes(row[0]): row[1] for row in rows}


def insert(tx: AccountTx, digest: bytes, user_id: str, expires_at: Millis) -> None:
    """Adds a session that begins now."""
    tx.run(_INSERT, digest=digest, user_id=user_id, now=tx.real_now, expires_at=expires_at)


def mark_used(tx: AccountTx, digest: bytes) -> None:
    """The session is used now."""
    tx.run(_MARK_USED, digest=digest, now=tx.real_now)


def delete(tx: AccountTx, digest: bytes) -> None:
    """Removes a session, if it is there."""
    tx.run(_DELETE, digest=digest)


def of_user(
    tx: AccountTx, user_id: str, used_after: Millis, most: int
) -> list[tuple[bytes, Millis, Millis]]:
    """Digest, sign-in and last use of a user's sessions that are not over, the newest first."""
    rows = tx.all(_OF_USER, user_id=user_id, now=tx.real_now, used_after=used_after, most=most)
    return [(bytes(row[0]), row[1], row[2]) for row in rows]


def delete_others(tx: AccountTx, user_id: str, digest: bytes) -> None:
    """Removes a user's sessions but one."""
    tx.run(_DELETE_OTHERS, user_id=user_id, digest=digest)


def delete_all(tx: AccountTx, user_id: str) -> None:
    """Removes every session of a user."""
    tx.run(_DELETE_ALL, user_id=user_id)
