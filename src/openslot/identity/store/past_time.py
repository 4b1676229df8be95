"""Removing rows of identity that have had their time, at most 500 of a table in one transaction."""

from openslot.kernel.clock import Millis
from openslot.storage.database import AccountTx
from openslot.storage.statements import AccountStatement

_REVOKED_TOKENS = AccountStatement("""
    DELETE FROM revoked_tokens
    WHERE account_id = :account_id AND token_id IN (
        SELECT token_id FROM revoked_tokens
        WHERE account_id = :account_id AND expires_at <= :before LIMIT 500
    )
""")

_CODES = AccountStatement("""
    DELETE FROM authorization_codes
    WHERE account_id = :account_id AND digest IN (
        SELECT digest FROM authorization_codes
        WHERE account_id = :account_id AND expires_at <= :before LIMIT 500
    )
""")

_SESSIONS = AccountStatement("""
    DELETE FROM sessions
    WHERE account_id = :account_id AND digest IN (
        SELECT digest FROM sessions
        WHERE account_id = :account_id AND expires_at <= :before LIMIT 500
    )
""")

_ENDED_GRANTS = AccountStatement("""
    DELETE FROM grants
    WHERE account_id = :account_id AND id IN (
        SELECT id FROM grants
        WHERE account_id = :account_id AND ended_at IS NOT NULL AND ended_at <= :before LIMIT 500
    )
""")

_OLD_GRANTS = AccountStatement("""
    DELETE FROM grants
    WHERE account_id = :account_id AND id IN (
        SELECT id FROM grants
        WHERE account_id = :account_id AND created_at <= :before LIMIT 500
    )
""")


def forget_revoked_tokens(tx: AccountTx, before: Millis) -> int:
    """Removes revocations of tokens that have expired anyhow since."""
    return tx.run(_REVOKED_TOKENS, before=before)


def forget_codes(tx: AccountTx, before: Millis) -> int:
    """Removes authorization codes that expired before then."""
    return tx.run(_CODES, before=before)


def forget_sessions(tx: AccountTx, before: Millis) -> int:
    """Removes sessions that expired before then."""
    return tx.run(_SESSIONS, before=before)


def forget_ended_grants(tx: AccountTx, before: Millis) -> int:
    """Removes grants that were ended before then."""
    return tx.run(_ENDED_GRANTS, before=before)


def forget_old_grants(tx: AccountTx, before: Millis) -> int:
    """Removes grants that were made before then, ended or not."""
    return tx.run(_OLD_GRANTS, before=before)
