"""What webhooks are still to be sent: taken up, noted, queued again, dropped."""

import json
from collections.abc import Iterable, Sequence

from openslot.delivery.model.webhook_delivery import NotedAttempt, WebhookDelivery
from openslot.delivery.store.webhook_deliveries import COLUMNS, delivery_of, packed, without_answers
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_MOST_ATTEMPTS = 100  # shown of one delivery, which can be sent again without end

_IN_HAND = AccountStatement("""
    SELECT count(*) FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND leased_until > :now
""")

# What one webhook is to be sent next. The first attempts for one appointment come one after
# another, by version; a later attempt holds up nothing.
_NEXT = AccountStatement(f"""
    SELECT {COLUMNS} FROM webhook_deliveries AS d
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND due_at <= :now
      AND (leased_until IS NULL OR leased_until <= :now)
      AND (tries > 0 OR booking_id = '' OR NOT EXISTS (
          SELECT 1 FROM webhook_deliveries AS earlier
          WHERE earlier.account_id = d.account_id AND earlier.webhook_id = d.webhook_id
            AND earlier.booking_id = d.booking_id AND earlier.event_position < d.event_position
            AND earlier.due_at IS NOT NULL AND earlier.tries = 0
      ))
    ORDER BY due_at, event_position LIMIT :most
""")  # noqa: S608

_LEASE = AccountStatement("""
    UPDATE webhook_deliveries SET leased_until = :until
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")

_RENEW = AccountStatement("""
    UPDATE webhook_deliveries SET leased_until = :until
    WHERE account_id = :account_id AND id = :id AND leased_until IS NOT NULL
""")

# Another body means that somebody was erased during the attempt: what was answered goes as well.
_NOTE = AccountStatement("""
    UPDATE webhook_deliveries SET status = :status, tries = tries + 1,
           attempts = CASE WHEN body = :body THEN :attempts ELSE :attempts_without_answers END,
           headers = :headers, due_at = :due_at, leased_until = NULL
    WHERE account_id = :account_id AND id = :id AND due_at IS NOT NULL
""")

_RETURN = AccountStatement("""
    UPDATE webhook_deliveries SET leased_until = NULL
    WHERE account_id = :account_id AND id = :id AND due_at IS NOT NULL
""")

_QUEUE_AGAIN = AccountStatement("""
    UPDATE webhook_deliveries SET status = 'queued', tries = 0, due_at = :now, leased_until = NULL
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND id = :id
""")

_QUEUE_EVENTS_AGAIN = AccountStatement("""
    UPDATE webhook_deliveries SET status = 'queued', tries = 0, due_at = :now, leased_until = NULL
    WHERE account_id = :account_id AND webhook_id = :webhook_id
      AND (:all = 1 OR status <> 'delivered') AND (leased_until IS NULL OR leased_until <= :now)
      AND event_id IN (SELECT value FROM json_each(:events))
""")

_DROP = AccountStatement("""
    UPDATE webhook_deliveries SET status = 'dropped', due_at = NULL, leased_until = NULL
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND due_at IS NOT NULL
""")

_DROP_DUE = AccountStatement("""
    UPDATE webhook_deliveries SET status = 'dropped', due_at = NULL, leased_until = NULL
    WHERE account_id = :account_id AND due_at <= :now
""")

# Of the whole installation, without suspended accounts: nothing leaves them. A cross join is read
# from the left by SQLite: it looks up one account after another, and not that of each delivery.
_WAITING = SystemStatement("""
    SELECT count(*), min(d.due_at) FROM accounts AS a CROSS JOIN webhook_deliveries AS d
    WHERE d.account_id = a.id AND a.suspended_at IS NULL AND d.due_at IS NOT NULL
""")


def in_hand(tx: AccountTx, webhook_id: str) -> int:
    """How many of a webhook some process has in hand."""
    row = tx.one(_IN_HAND, webhook_id=webhook_id, now=tx.real_now)
    return int(row[0]) if row else 0


def lease(tx: AccountTx, webhook_id: str, until: Millis, most: int) -> list[WebhookDelivery]:
    """The next deliveries of a webhook, that nobody else is given until an instant."""
    rows = tx.all(_NEXT, webhook_id=webhook_id, now=tx.real_now, most=most)
    found = [delivery_of(row) for row in rows]
    if found:
        tx.run(_LEASE, until=until, ids=json.dumps([one.id for one in found]))
    return found


def note_each(tx: AccountTx, of_many: Iterable[NotedAttempt]) -> None:
    """Writes attempts down, and what follows from them."""
    rows = []
    for noted in of_many:
        attempts = [*noted.delivery.attempts, noted.line][-_MOST_ATTEMPTS:]
        rows.append(
            {
                "id": noted.delivery.id,
                "status": noted.status,
                "body": noted.delivery.body,
                "attempts": packed(attempts),
                "attempts_without_answers": packed(without_answers(attempts)),
                "headers": json.dumps(noted.headers),
                "due_at": noted.due_at,
            }
        )
    tx.run_each(_NOTE, rows)


def renew(tx: AccountTx, id_: str, until: Millis) -> None:
    """Leases for longer what is leased."""
    tx.run(_RENEW, until=until, id=id_)


def give_back(tx: AccountTx, id_: str) -> None:
    """Lets others have what was leased and not begun."""
    tx.run(_RETURN, id=id_)


def queue_again(tx: AccountTx, webhook_id: str, id_: str) -> None:
    """Sends one once more, with its schedule from the begin."""
    tx.run(_QUEUE_AGAIN, webhook_id=webhook_id, id=id_, now=tx.real_now)


def queue_events_again(
    tx: AccountTx, webhook_id: str, events: Sequence[str], *, delivered_too: bool
) -> None:
    """Sends those of some events once more that are there, and are not being sent right now."""
    tx.run(
        _QUEUE_EVENTS_AGAIN,
        webhook_id=webhook_id,
        now=tx.real_now,
        all=int(delivered_too),
        events=json.dumps(events),
    )


def drop_queued(tx: AccountTx, webhook_id: str) -> None:
    """Gives up whatever a webhook has not been sent yet."""
    tx.run(_DROP, webhook_id=webhook_id)


def drop_due(tx: AccountTx) -> int:
    """Gives up whatever the account was to send by now; returns how many."""
    return tx.run(_DROP_DUE, now=tx.real_now)


def waiting(tx: SystemTx) -> tuple[int, Millis | None]:
    """How many of the installation are not done, and when the first of them is due."""
    row = tx.one(_WAITING)
    return (0, None) if row is None else (int(row[0]), row[1])
