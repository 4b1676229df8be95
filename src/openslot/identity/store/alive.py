"""What lets somebody in, read across all accounts, and all of it that can be ended at once."""

from openslot.storage.connection import Row
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

# Each with the kind, the account's name, what a person calls it, and what tells it from another.
_ALIVE = (
    SystemStatement("SELECT 'account', name, '', id FROM accounts WHERE suspended_at IS NULL"),
    SystemStatement("""
        SELECT 'client', accounts.name, clients.key, clients.client_id
        FROM clients JOIN accounts ON accounts.id = clients.account_id
        WHERE clients.active = 1
    """),
    SystemStatement("""
        SELECT 'secret', accounts.name, clients.key || ' ' || client_secrets.id, client_secrets.id
        FROM client_secrets
        JOIN accounts ON accounts.id = client_secrets.account_id
        JOIN clients ON clients.account_id = client_secrets.account_id
            AND clients.client_id = client_secrets.client_id
        WHERE clients.active = 1
          AND (client_secrets.expires_at IS NULL OR client_secrets.expires_at > :now)
    """),
    SystemStatement("""
        SELECT 'API key', accounts.name, clients.key || ' ' || api_keys.key, api_keys.id
        FROM api_keys
        JOIN accounts ON accounts.id = api_keys.account_id
        JOIN clients ON clients.account_id = api_keys.account_id
            AND clients.client_id = api_keys.client_id
        WHERE clients.active = 1 AND api_keys.revoked_at IS NULL
          AND (api_keys.expires_at IS NULL OR api_keys.expires_at > :now)
    """),
    SystemStatement("""
        SELECT 'user', accounts.name, users.email, users.id
        FROM users JOIN accounts ON accounts.id = users.account_id
        WHERE users.active = 1
    """),
    SystemStatement("""
        SELECT 'password', accounts.name, users.email, users.password_digest
        FROM users JOIN accounts ON accounts.id = users.account_id
        WHERE users.active = 1 AND users.password_digest IS NOT NULL
    """),
    SystemStatement("""
        SELECT 'second factor', accounts.name, users.email, users.totp_sealed
        FROM users JOIN accounts ON accounts.id = users.account_id
        WHERE users.active = 1
    """),
    SystemStatement("""
        SELECT 'recovery code', accounts.name, users.email, recovery_codes.digest
        FROM recovery_codes
        JOIN accounts ON accounts.id = recovery_codes.account_id
        JOIN users ON users.account_id = recovery_codes.account_id
            AND users.id = recovery_codes.user_id
        WHERE users.active = 1
    """),
    SystemStatement("SELECT 'signing key', '', kid, kid FROM signing_keys"),
)

_END = (
    AccountStatement("DELETE FROM sessions WHERE account_id = :account_id"),
    AccountStatement("DELETE FROM authorization_codes WHERE account_id = :account_id"),
    AccountStatement("DELETE FROM consents WHERE account_id = :account_id"),
    # A ticket between password and code is of one version of the user.
    AccountStatement("""
        UPDATE users SET version = version + 1, invitation_digest = NULL,
                         invitation_expires_at = NULL
        WHERE account_id = :account_id
    """),
)


def rows(tx: SystemTx) -> list[Row]:
    """Kind, account, name and identity of everything that lets somebody in now."""
    return [row for statement in _ALIVE for row in tx.all(statement, now=tx.real_now)]


def end(tx: AccountTx) -> None:
    """Removes every session, code, consent, ticket and invitation of the account."""
    for statement in _END:
        tx.run(statement)
