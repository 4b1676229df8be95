"""Deleting what has expired. Nothing waits for it: every rule looks at the time itself."""

from collections.abc import Sequence

from openslot.identity.store import expired_rows, used_ids
from openslot.kernel.clock import Millis
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx

_DAY_MS: Millis = 86_400_000
# A code that comes a second time ends what it gave; a day later no client still tries.
_CODES_STAY_MS = _DAY_MS
# A grant lives 90 days at most, and stays for a month longer: whoever wonders why a refresh
# token does not work any more still finds it.
_GRANTS_LIVE_MS = 90 * _DAY_MS
_GRANTS_STAY_MS = 31 * _DAY_MS
# Calls with a revoked API key are events of the audit trail for so long.
_REVOKED_API_KEYS_STAY_MS = 90 * _DAY_MS


def due(tx: SystemTx, accounts: Sequence[Account]) -> set[str]:
    """The ids of those of some accounts where `delete_expired` would find something."""
    now = tx.real_now
    return expired_rows.due(
        tx,
        [account.id for account in accounts],
        now,
        codes_before=now - _CODES_STAY_MS,
        ended_before=now - _GRANTS_STAY_MS,
        made_before=now - _GRANTS_LIVE_MS - _GRANTS_STAY_MS,
        revoked_before=now - _REVOKED_API_KEYS_STAY_MS,
    )


def delete_expired(tx: AccountTx) -> int:
    """Removes some ids, revocations, codes, sessions, grants and API keys that have ended.

    Returns how many; 0 when nothing is left to do. By everybody's clock: an account's own clock
    moves bookings, not tokens.
    """
    now = tx.real_now
    deleted = used_ids.delete_expired(tx, now)
    deleted += expired_rows.delete_revoked_tokens(tx, now)
    deleted += expired_rows.delete_codes(tx, now - _CODES_STAY_MS)
    deleted += expired_rows.delete_sessions(tx, now)
    deleted += expired_rows.delete_revoked_api_keys(tx, now - _REVOKED_API_KEYS_STAY_MS)
    deleted += expired_rows.delete_ended_grants(tx, now - _GRANTS_STAY_MS)
    return deleted + expired_rows.delete_old_grants(tx, now - _GRANTS_LIVE_MS - _GRANTS_STAY_MS)
