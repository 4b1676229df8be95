"""Expired rows of identity, removed at most 500 of a table in one transaction."""

import json
from collections.abc import Sequence

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_DUE = SystemStatement("""
    SELECT one.value FROM json_each(:account_ids) AS one
    WHERE EXISTS (SELECT 1 FROM used_ids AS u
                  WHERE u.account_id = one.value AND u.expires_at <= :now)
       OR EXISTS (SELECT 1 FROM revoked_tokens AS r
                  WHERE r.account_id = one.value AND r.expires_at <= :now)
       OR EXISTS (SELECT 1 FROM authorization_codes AS c
                  WHERE c.account_id = one.value AND c.expires_at <= :codes_before)
       OR EXISTS (SELECT 1 FROM sessions AS s
                  WHERE s.account_id = one.value AND s.expires_at <= :now)
       OR EXISTS (SELECT 1 FROM grants AS g
                  WHERE g.account_id = one.value AND g.ended_at IS NOT NULL
                    AND g.ended_at <= :ended_before)
       OR EXISTS (SELECT 1 FROM grants AS g
                  WHERE g.account_id = one.value AND g.created_at <= :made_before)
       OR EXISTS (SELECT 1 FROM api_keys AS k
                  WHERE k.account_id = one.value AND k.revoked_at IS NOT NULL
                    AND k.revoked_at <= :revoked_before)
""")

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

_REVOKED_API_KEYS = AccountStatement("""
    DELETE FROM api_keys
    WHERE account_id = :account_id AND id IN (
        SELECT id FROM api_keys
        WHERE account_id = :account_id AND revoked_at IS NOT NULL AND revoked_at <= :before
        LIMIT 500
    )
""")


def due(
    tx: SystemTx,
    account_ids: Sequence[str],
    now: Millis,
    *,
    codes_before: Millis,
    ended_before: Millis,
    made_before: Millis,
    revoked_before: Millis,
) -> set[str]:
    """Those of some accounts that have an expired row."""
    rows = tx.all(
        _DUE,
        account_ids=json.dumps(list(account_ids)),
        now=now,
        codes_before=codes_before,
        ended_before=ended_before,
        made_before=made_before,
        revoked_before=revoked_before,
    )
    return {row[0] for row in rows}


def delete_revoked_tokens(tx: AccountTx, before: Millis) -> int:
    """Removes revocations of tokens that have expired since."""
    return tx.run(_REVOKED_TOKENS, before=before)


def delete_codes(tx: AccountTx, before: Millis) -> int:
    """Removes authorization codes that expired before then."""
    return tx.run(_CODES, before=before)


def delete_sessions(tx: AccountTx, before: Millis) -> int:
    """Removes sessions that expired before then."""
    return tx.run(_SESSIONS, before=before)


def delete_ended_grants(tx: AccountTx, before: Millis) -> int:
    """Removes grants that were ended before then."""
    return tx.run(_ENDED_GRANTS, before=before)


def delete_old_grants(tx: AccountTx, before: Millis) -> int:
    """Removes grants that were made before then, ended or not."""
    return tx.run(_OLD_GRANTS, before=before)


def delete_revoked_api_keys(tx: AccountTx, before: Millis) -> int:
    """Removes API keys that were revoked before then."""
    return tx.run(_REVOKED_API_KEYS, before=before)
