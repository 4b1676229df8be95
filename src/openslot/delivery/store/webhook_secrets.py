"""Rows of webhooks' secrets."""

from openslot.delivery.model.webhook import WebhookSecret
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_INSERT = AccountStatement("""
    INSERT INTO webhook_secrets (account_id, id, webhook_id, sealed, created_at)
    VALUES (:account_id, :id, :webhook_id, :sealed, :created_at)
""")

_OF_WEBHOOK = AccountStatement("""
    SELECT id, sealed, created_at, last_used_at FROM webhook_secrets
    WHERE account_id = :account_id AND webhook_id = :webhook_id ORDER BY id
""")

_DELETE = AccountStatement("""
    DELETE FROM webhook_secrets
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND id = :id
""")

_DELETE_ALL = AccountStatement("""
    DELETE FROM webhook_secrets WHERE account_id = :account_id AND webhook_id = :webhook_id
""")

# Rounded: a busy webhook need not write at every delivery.
_SET_USED = AccountStatement("""
    UPDATE webhook_secrets SET last_used_at = :at
    WHERE account_id = :account_id AND webhook_id = :webhook_id
      AND (last_used_at IS NULL OR last_used_at < :before)
""")


def insert(tx: AccountTx, webhook_id: str, id_: str, sealed: bytes) -> None:
    """Adds a secret."""
    tx.run(_INSERT, id=id_, webhook_id=webhook_id, sealed=sealed, created_at=tx.real_now)


def of_webhook(tx: AccountTx, webhook_id: str) -> list[WebhookSecret]:
    """Those of a webhook, the oldest first."""
    return [WebhookSecret(*row) for row in tx.all(_OF_WEBHOOK, webhook_id=webhook_id)]


def delete(tx: AccountTx, webhook_id: str, id_: str) -> bool:
    """Removes one; False: there is none with this id."""
    return bool(tx.run(_DELETE, webhook_id=webhook_id, id=id_))


def delete_all(tx: AccountTx, webhook_id: str) -> None:
    """Removes those of a webhook."""
    tx.run(_DELETE_ALL, webhook_id=webhook_id)


def set_used(tx: AccountTx, webhook_id: str, at: Millis, before: Millis) -> None:
    """Notes that they have signed something, unless that was noted since an instant before."""
    tx.run(_SET_USED, webhook_id=webhook_id, at=at, before=before)
