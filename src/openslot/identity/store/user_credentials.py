"""What lets a user in: password digest, sealed second factor, digest of an invitation."""

from openslot.identity.model.second_factor import SealedTotp, WrongCodes
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_PASSWORD = AccountStatement(
    "SELECT password_digest FROM users WHERE account_id = :account_id AND id = :id"
)

_TOTP = AccountStatement("""
    SELECT totp_sealed, totp_last_step FROM users
    WHERE account_id = :account_id AND id = :id AND totp_sealed IS NOT NULL
""")

# The new password replaces the invitation: neither it nor an older one works any more.
_SET_PASSWORD = AccountStatement("""
    UPDATE users
    SET password_digest = :digest, invitation_digest = NULL, invitation_expires_at = NULL,
        version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_INVITE = AccountStatement("""
    UPDATE users
    SET password_digest = NULL, invitation_digest = :digest, invitation_expires_at = :expires_at,
        version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_SET_TOTP = AccountStatement("""
    UPDATE users
    SET totp_sealed = :sealed, totp_last_step = :last_step, version = version + 1
    WHERE account_id = :account_id AND id = :id
""")

_TAKE_STEP = AccountStatement("""
    UPDATE users SET totp_last_step = :step
    WHERE account_id = :account_id AND id = :id
      AND (totp_last_step IS NULL OR totp_last_step < :step)
""")

_WRONG_CODES = AccountStatement("""
    SELECT wrong_codes, wrong_codes_clear_at FROM users
    WHERE account_id = :account_id AND id = :id
""")

_COUNT_WRONG_CODE = AccountStatement("""
    UPDATE users SET wrong_codes = wrong_codes + 1, wrong_codes_clear_at = :clear_at
    WHERE account_id = :account_id AND id = :id
""")


def password_digest(tx: AccountTx, user_id: str) -> str | None:
    """The user's password digest; None: there is no password, or no such user."""
    row = tx.one(_PASSWORD, id=user_id)
    return None if row is None else row[0]


def set_password(tx: AccountTx, user_id: str, digest: str) -> None:
    """Replaces the password and ends the invitation."""
    tx.run(_SET_PASSWORD, id=user_id, digest=digest)


def invite(tx: AccountTx, user_id: str, digest: bytes, expires_at: Millis) -> None:
    """Replaces password and invitation by a new invitation."""
    tx.run(_INVITE, id=user_id, digest=digest, expires_at=expires_at)


def totp(tx: AccountTx, user_id: str) -> SealedTotp | None:
    """The user's second factor, if there is one."""
    row = tx.one(_TOTP, id=user_id)
    return None if row is None else SealedTotp(bytes(row[0]), row[1])


def set_totp(tx: AccountTx, user_id: str, sealed: bytes | None, last_step: int | None) -> None:
    """Replaces the second factor, or with None removes it."""
    tx.run(_SET_TOTP, id=user_id, sealed=sealed, last_step=last_step)


def take_totp_step(tx: AccountTx, user_id: str, step: int) -> bool:
    """Stores the last step that was used; False: it, or a later one, was used before."""
    return tx.run(_TAKE_STEP, id=user_id, step=step) == 1


def wrong_codes(tx: AccountTx, user_id: str) -> WrongCodes:
    """How often wrong codes were typed of a user; none of a user who is gone."""
    row = tx.one(_WRONG_CODES, id=user_id)
    return WrongCodes(0, 0) if row is None else WrongCodes(row[0], row[1])


def count_wrong_code(tx: AccountTx, user_id: str, clear_at: Millis) -> None:
    """Counts one more; the version stays."""
    tx.run(_COUNT_WRONG_CODE, id=user_id, clear_at=clear_at)
