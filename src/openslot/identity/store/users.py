"""Rows of users, without what lets them in: see `store.user_credentials`."""

import json
from collections.abc import Collection

from openslot.identity.model.preferences import Preferences
from openslot.identity.model.user import User
from openslot.kernel.clock import Millis
from openslot.storage.connection import Row
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

COLUMNS = """
    users.id, users.email, users.name, users.role, users.active, users.version, users.created_at,
    users.revoked_before, users.password_digest IS NOT NULL, users.totp_sealed IS NOT NULL,
    users.last_signed_in_at, users.language, users.appearance, users.letter_keys
"""

_BY_ID = AccountStatement(
    f"SELECT {COLUMNS} FROM users WHERE account_id = :account_id AND id = :id"  # noqa: S608
)

_BY_EMAIL = AccountStatement(
    f"SELECT {COLUMNS} FROM users WHERE account_id = :account_id AND email = :email"  # noqa: S608
)

_BY_INVITATION = AccountStatement(f"""
    SELECT {COLUMNS} FROM users
    WHERE account_id = :account_id AND invitation_digest = :digest
      AND invitation_expires_at > :now AND active = 1
""")  # noqa: S608

_PAGE = AccountStatement(f"""
    SELECT {COLUMNS} FROM users WHERE account_id = :account_id AND id > :after
    ORDER BY id LIMIT :most
""")  # noqa: S608

_OTHERS = AccountStatement("""
    SELECT count(*) FROM users
    WHERE account_id = :account_id AND role = :role AND active = 1 AND id <> :id
""")

_NAMES = AccountStatement("""
    SELECT id, CASE WHEN name <> '' THEN name ELSE email END FROM users
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")

_INSERT = AccountStatement("""
    INSERT INTO users (account_id, id, email, name, role, active, version, created_at,
                       revoked_before)
    VALUES (:account_id, :id, :email, :name, :role, 1, 1, :created_at, 0)
    ON CONFLICT (account_id, email) DO NOTHING
""")

_UPDATE = AccountStatement("""
    UPDATE users SET name = :name, role = :role, version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_SET_ACTIVE = AccountStatement("""
    UPDATE users
    SET active = :active, revoked_before = :revoked_before, version = version + 1,
        invitation_digest = NULL, invitation_expires_at = NULL
    WHERE account_id = :account_id AND id = :id
""")

_REVOKE_BEFORE = AccountStatement("""
    UPDATE users SET revoked_before = :revoked_before, version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_NOTE_SIGN_IN = AccountStatement("""
    UPDATE users SET last_signed_in_at = :now WHERE account_id = :account_id AND id = :id
""")

_PREFER = AccountStatement("""
    UPDATE users SET language = :language, appearance = :appearance, letter_keys = :letter_keys
    WHERE account_id = :account_id AND id = :id
""")

_DELETE_THEIRS = tuple(
    AccountStatement(f"DELETE FROM {table} WHERE account_id = :account_id AND user_id = :id")  # noqa: S608
    for table in ("sessions", "recovery_codes", "consents", "authorization_codes", "grants")
)

_DELETE = AccountStatement("DELETE FROM users WHERE account_id = :account_id AND id = :id")


def user_of(row: Row) -> User:
    """The user of a row selected by `COLUMNS`."""
    user_id, email, name, role, active, version, created_at, revoked_before, *rest = row
    has_password, has_totp, last_signed_in_at, language, appearance, letter_keys = rest
    return User(
        user_id,
        email,
        name,
        role,
        bool(active),
        version,
        created_at,
        revoked_before,
        bool(has_password),
        bool(has_totp),
        last_signed_in_at,
        Preferences(language, appearance, bool(letter_keys)),
    )


def by_id(tx: AccountTx, user_id: str) -> User | None:
    """The user with this UUID."""
    row = tx.one(_BY_ID, id=user_id)
    return None if row is None else user_of(row)


def by_email(tx: AccountTx, email: str) -> User | None:
    """The user with this address, which must be in lowercase."""
    row = tx.one(_BY_EMAIL, email=email)
    return None if row is None else user_of(row)


def by_invitation(tx: AccountTx, digest: bytes) -> User | None:
    """The active user whose invitation has this digest and has not expired."""
    row = tx.one(_BY_INVITATION, digest=digest, now=tx.real_now)
    return None if row is None else user_of(row)


def page(tx: AccountTx, after: str, most: int) -> list[User]:
    """So many users whose UUIDs come after one, in their order."""
    return [user_of(row) for row in tx.all(_PAGE, after=after, most=most)]


def names(tx: AccountTx, user_ids: Collection[str]) -> dict[str, str]:
    """What some users are called, by id: a name, else the mail address."""
    return {row[0]: row[1] for row in tx.all(_NAMES, ids=json.dumps(list(user_ids)))}


def others_active(tx: AccountTx, user_id: str, role: str) -> int:
    """How many active users besides one have a role."""
    row = tx.one(_OTHERS, id=user_id, role=role)
    return 0 if row is None else int(row[0])


def insert(tx: AccountTx, user_id: str, email: str, name: str, role: str) -> bool:
    """Adds an active user at version 1; False: the address is taken."""
    inserted = tx.run(
        _INSERT, id=user_id, email=email, name=name, role=role, created_at=tx.real_now
    )
    return inserted == 1


def update(tx: AccountTx, user_id: str, name: str, role: str) -> None:
    """Replaces name and role and raises the version."""
    tx.run(_UPDATE, id=user_id, name=name, role=role)


def set_active(tx: AccountTx, user_id: str, *, active: bool, revoked_before: Millis) -> None:
    """Enables or disables, ends tokens from before an instant and any open invitation."""
    tx.run(_SET_ACTIVE, id=user_id, active=int(active), revoked_before=revoked_before)


def revoke_before(tx: AccountTx, user_id: str, revoked_before: Millis) -> None:
    """Ends codes, grants and tokens from before an instant, and raises the version."""
    tx.run(_REVOKE_BEFORE, id=user_id, revoked_before=revoked_before)


def note_sign_in(tx: AccountTx, user_id: str) -> None:
    """The user has signed in now; the version stays."""
    tx.run(_NOTE_SIGN_IN, id=user_id, now=tx.real_now)


def prefer(tx: AccountTx, user_id: str, preferences: Preferences) -> None:
    """Replaces the user's preferences; the version stays."""
    tx.run(
        _PREFER,
        id=user_id,
        language=preferences.language,
        appearance=preferences.appearance,
        letter_keys=int(preferences.letter_keys),
    )


def delete(tx: AccountTx, user_id: str) -> None:
    """Removes a user with sessions, recovery codes, consents, codes and grants."""
    for statement in _DELETE_THEIRS:
        tx.run(statement, id=user_id)
    tx.run(_DELETE, id=user_id)
