"""Rows that decide whether a token still counts, read again in every transaction."""

import json

from openslot.identity.model.token_status import DelegatedTokenStatus, TokenStatus
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_REVOKED = """
    SELECT 1 FROM revoked_tokens
    WHERE revoked_tokens.account_id = :account_id AND revoked_tokens.token_id = :token_id
"""

_REVOKE = AccountStatement("""
    INSERT INTO revoked_tokens (account_id, token_id, expires_at)
    VALUES (:account_id, :token_id, :expires_at)
    ON CONFLICT (account_id, token_id) DO NOTHING
""")

_OF_CLIENT = SystemStatement(f"""
    SELECT accounts.name, accounts.suspended_at, accounts.revoked_before, clients.active,
           clients.revoked_before, EXISTS ({_REVOKED}), clients.document
    FROM clients JOIN accounts ON accounts.id = clients.account_id
    WHERE clients.client_id = :client_id AND clients.account_id = :account_id
""")  # noqa: S608

_OF_GRANT = SystemStatement(f"""
    SELECT accounts.name, accounts.suspended_at, accounts.revoked_before, clients.active,
           clients.revoked_before, EXISTS ({_REVOKED}), users.active, users.revoked_before,
           grants.ended_at, grants.client_id, grants.user_id, users.role, clients.document
    FROM grants
    JOIN accounts ON accounts.id = grants.account_id
    JOIN clients ON clients.client_id = grants.client_id
        AND clients.account_id = grants.account_id
    JOIN users ON users.account_id = grants.account_id AND users.id = grants.user_id
    WHERE grants.account_id = :account_id AND grants.id = :grant_id
""")  # noqa: S608


def of_client(tx: SystemTx, account_id: str, client_id: str, token_id: str) -> TokenStatus | None:
    """Of a token of a client of an account that acts for itself."""
    row = tx.one(_OF_CLIENT, account_id=account_id, client_id=client_id, token_id=token_id)
    if row is None:
        return None
    active = row[1] is None and bool(row[3]) and not row[5]
    scopes = _scopes_in(tx, client_id, row[6])
    return TokenStatus(row[0], active, max(row[2], row[4]), scopes)


def of_grant(
    tx: SystemTx, account_id: str, grant_id: str, token_id: str
) -> DelegatedTokenStatus | None:
    """Of a token that a user of an account has delegated."""
    row = tx.one(_OF_GRANT, account_id=account_id, grant_id=grant_id, token_id=token_id)
    if row is None:
        return None
    active = row[1] is None and bool(row[3]) and not row[5] and bool(row[6]) and row[8] is None
    scopes = _scopes_in(tx, row[9], row[12])
    status = TokenStatus(row[0], active, max(row[2], row[4], row[7]), scopes)
    return DelegatedTokenStatus(status, row[9], row[10], row[11])


def _scopes_in(tx: SystemTx, client_id: str, document: str) -> frozenset[str]:
    """The scopes of a client, from its document (cached by its text)."""
    return tx.version_cache.get(
        ("scopes", client_id), document, lambda: frozenset(json.loads(document)["scopes"])
    )


def revoke(tx: AccountTx, token_id: str, expires_at: Millis) -> bool:
    """Revokes one token, until it would have expired; False: it was revoked already."""
    return tx.run(_REVOKE, token_id=token_id, expires_at=expires_at) == 1
