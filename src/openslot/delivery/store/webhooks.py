"""Rows of webhooks."""

import json
from dataclasses import dataclass
from typing import Any

from openslot.delivery.model.webhook import Webhook, WebhookContent
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_COLUMNS = (
    "id, version, key, url, events, active, include_customer, description, disabled_reason, "
    "failures, failing_since, last_success_at, created_at"
)

_INSERT = AccountStatement(f"""
    INSERT INTO webhooks (account_id, {_COLUMNS})
    VALUES (:account_id, :id, 1, :key, :url, :events, :active, :include_customer, :description,
            NULL, 0, NULL, NULL, :created_at)
    ON CONFLICT (account_id, key) DO NOTHING
""")  # noqa: S608

_ALL = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhooks WHERE account_id = :account_id ORDER BY key
""")  # noqa: S608

_PAGE = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhooks WHERE account_id = :account_id AND id > :after
    ORDER BY id LIMIT :most
""")  # noqa: S608

_BY_ID = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhooks WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

# What its owner says of it; who sets it active again, or inactive, begins with no failures.
_UPDATE = AccountStatement("""
    UPDATE webhooks SET version = version + 1, key = :key, url = :url, events = :events,
           include_customer = :include_customer, description = :description, active = :active,
           disabled_reason = CASE WHEN active = :active THEN disabled_reason END,
           failures = CASE WHEN active = :active THEN failures ELSE 0 END,
           failing_since = CASE WHEN active = :active THEN failing_since END
    WHERE account_id = :account_id AND id = :id
""")

# What became of attempts.
_NOTE = AccountStatement("""
    UPDATE webhooks SET failures = :failures, failing_since = :failing_since,
           last_success_at = :last_success_at
    WHERE account_id = :account_id AND id = :id
""")

_DISABLE = AccountStatement("""
    UPDATE webhooks SET version = version + 1, active = 0, disabled_reason = :reason
    WHERE account_id = :account_id AND id = :id
""")

# So that bookings need not look at webhooks.
_SET_TELLS_WHO = AccountStatement("""
    UPDATE accounts SET tells_who = (
        SELECT count(*) FROM webhooks
        WHERE account_id = :account_id AND active = 1 AND include_customer = 1
    ) WHERE id = :account_id
""")

_DELETE = AccountStatement("DELETE FROM webhooks WHERE account_id = :account_id AND id = :id")

# The webhooks of the installation that have something to send now and that nobody has in hand.
_DUE = SystemStatement("""
    SELECT w.account_id, w.id, w.failures
    FROM webhooks AS w JOIN accounts AS a ON a.id = w.account_id
    WHERE w.active = 1 AND a.suspended_at IS NULL AND EXISTS (
        SELECT 1 FROM webhook_deliveries AS d
        WHERE d.account_id = w.account_id AND d.webhook_id = w.id AND d.due_at <= :now
          AND (d.leased_until IS NULL OR d.leased_until <= :now)
    )
    LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class DueWebhook:
    """A webhook of some account that has something to send."""

    account_id: str
    webhook_id: str
    failures: int  # in a row


def insert(tx: AccountTx, id_: str, content: WebhookContent) -> bool:
    """Adds a webhook; False: the account has one with this key."""
    inserted = bool(tx.run(_INSERT, id=id_, created_at=tx.now, **_parameters(content)))
    tx.run(_SET_TELLS_WHO)
    return inserted


def all_webhooks(tx: AccountTx) -> list[Webhook]:
    """Every webhook of the account, by key."""
    return [_webhook(row) for row in tx.all(_ALL)]


def page(tx: AccountTx, after: str, most: int) -> list[Webhook]:
    """So many whose ids come after one (or after ""), in the order they were made."""
    return [_webhook(row) for row in tx.all(_PAGE, after=after, most=most)]


def by_id(tx: AccountTx, id_: str) -> Webhook | None:
    """The webhook with this id."""
    row = tx.one(_BY_ID, id=id_)
    return None if row is None else _webhook(row)


def update(tx: AccountTx, id_: str, content: WebhookContent) -> None:
    """Makes a webhook hold a content."""
    tx.run(_UPDATE, id=id_, **_parameters(content))
    tx.run(_SET_TELLS_WHO)


def note(
    tx: AccountTx,
    id_: str,
    failures: int,
    failing_since: Millis | None,
    last_success_at: Millis | None,
) -> None:
    """Writes down how attempts went."""
    tx.run(
        _NOTE,
        id=id_,
        failures=failures,
        failing_since=failing_since,
        last_success_at=last_success_at,
    )


def disable(tx: AccountTx, id_: str, reason: str) -> None:
    """Ends it by itself."""
    tx.run(_DISABLE, id=id_, reason=reason)
    tx.run(_SET_TELLS_WHO)


def delete(tx: AccountTx, id_: str) -> None:
    """Removes a webhook."""
    tx.run(_DELETE, id=id_)
    tx.run(_SET_TELLS_WHO)


def due(tx: SystemTx, most: int) -> list[DueWebhook]:
    """At most so many webhooks that have something to send."""
    return [DueWebhook(*row) for row in tx.all(_DUE, now=tx.real_now, most=most)]


def _parameters(content: WebhookContent) -> dict[str, Any]:
    return {
        "key": content.key,
        "url": content.url,
        "events": json.dumps(content.events),
        "active": int(content.active),
        "include_customer": int(content.include_customer),
        "description": content.description,
    }


def _webhook(row: Any) -> Webhook:
    id_, version, key, url, events, active, include, description, *rest = row
    content = WebhookContent(
        key, url, tuple(json.loads(events)), bool(active), bool(include), description
    )
    return Webhook(id_, version, content, *rest)
