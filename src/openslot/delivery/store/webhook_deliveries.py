"""Rows of deliveries to webhooks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
    QUEUED,
    DeliveryFilter,
    NewDelivery,
    WebhookDelivery,
)
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_COLUMNS = (
    "id, webhook_id, event_id, type, booking_id, status, attempts, tries, due_at, created_at, "
    "body, headers"
)

# One row for each event at each webhook, however often it is sent.
_INSERT = AccountStatement("""
    INSERT INTO webhook_deliveries (account_id, id, webhook_id, event_id, type, booking_id,
        position, status, body, attempts, tries, due_at, created_at)
    VALUES (:account_id, :id, :webhook_id, :event_id, :type, :booking_id,
        :position, :status, :body, '[]', 0, :due_at, :created_at)
    ON CONFLICT (account_id, webhook_id, event_id) DO NOTHING
""")

_BY_ID = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND id = :id
""")  # noqa: S608

_LIST = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id
      AND (:before_id = '' OR id < :before_id) AND (:status = '' OR status = :status)
      AND (:type = '' OR type = :type) AND (:booking_id = '' OR booking_id = :booking_id)
    ORDER BY id DESC LIMIT :most
""")  # noqa: S608

_IN_HAND = AccountStatement("""
    SELECT count(*) FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND due_at IS NOT NULL
      AND leased_until > :now
""")

# What one webhook is to be sent next. The first attempts for one appointment come one after
# another, by version; a later attempt holds up nothing.
_NEXT = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhook_deliveries AS d
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND due_at <= :now
      AND (leased_until IS NULL OR leased_until <= :now)
      AND (tries > 0 OR booking_id = '' OR NOT EXISTS (
          SELECT 1 FROM webhook_deliveries AS earlier
          WHERE earlier.account_id = d.account_id AND earlier.webhook_id = d.webhook_id
            AND earlier.booking_id = d.booking_id AND earlier.position < d.position
            AND earlier.due_at IS NOT NULL AND earlier.tries = 0
      ))
    ORDER BY due_at, position LIMIT :most
""")  # noqa: S608

_LEASE = AccountStatement("""
    UPDATE webhook_deliveries SET leased_until = :until
    WHERE account_id = :account_id AND id IN (SELECT value FROM json_each(:ids))
""")

_NOTE = AccountStatement("""
    UPDATE webhook_deliveries SET status = :status, attempts = :attempts, tries = tries + 1,
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
      AND (:all = 1 OR status <> 'delivered')
      AND event_id IN (SELECT value FROM json_each(:events))
""")

_DELIVERED_OF = AccountStatement("""
    SELECT event_id FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND status = 'delivered'
      AND event_id IN (SELECT value FROM json_each(:events))
""")

_DROP = AccountStatement("""
    UPDATE webhook_deliveries SET status = 'dropped', due_at = NULL, leased_until = NULL
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND due_at IS NOT NULL
""")

_DELETE_OF_WEBHOOK = AccountStatement("""
    DELETE FROM webhook_deliveries WHERE account_id = :account_id AND webhook_id = :webhook_id
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM webhook_deliveries WHERE account_id = :account_id AND id IN (
        SELECT id FROM webhook_deliveries
        WHERE account_id = :account_id AND created_at <= :before AND due_at IS NULL
        ORDER BY created_at LIMIT :most
    )
""")

_OF_BOOKINGS = AccountStatement("""
    SELECT id, body, attempts FROM webhook_deliveries
    WHERE account_id = :account_id AND booking_id IN (SELECT value FROM json_each(:bookings))
""")

_REWRITE = AccountStatement("""
    UPDATE webhook_deliveries SET body = :body, attempts = :attempts
    WHERE account_id = :account_id AND id = :id
""")


def insert_each(
    tx: AccountTx, webhook_id: str, of_many: Iterable[NewDelivery], *, sent: bool = False
) -> None:
    """Queues deliveries; of events that have one already nothing happens.

    `sent`: they are done, as in an account from which nothing leaves.
    """
    tx.run_each(
        _INSERT,
        [
            {
                "id": new_id(),
                "webhook_id": webhook_id,
                "event_id": new.event_id,
                "type": new.type,
                "booking_id": new.booking_id,
                "position": new.position,
                "status": DELIVERED if sent else QUEUED,
                "body": new.body,
                "due_at": None if sent else tx.real_now,
                "created_at": tx.now,
            }
            for new in of_many
        ],
    )


def by_id(tx: AccountTx, webhook_id: str, id_: str) -> WebhookDelivery | None:
    """One delivery of a webhook."""
    row = tx.one(_BY_ID, webhook_id=webhook_id, id=id_)
    return None if row is None else _delivery(row)


def page(
    tx: AccountTx, webhook_id: str, wanted: DeliveryFilter, most: int
) -> list[WebhookDelivery]:
    """So many deliveries of a webhook, the newest first."""
    rows = tx.all(
        _LIST,
        webhook_id=webhook_id,
        before_id=wanted.before_id,
        status=wanted.status,
        type=wanted.type,
        booking_id=wanted.booking_id,
        most=most,
    )
    return [_delivery(row) for row in rows]


def in_hand(tx: AccountTx, webhook_id: str) -> int:
    """How many of a webhook some process has in hand."""
    row = tx.one(_IN_HAND, webhook_id=webhook_id, now=tx.real_now)
    return int(row[0]) if row else 0


def lease(tx: AccountTx, webhook_id: str, until: Millis, most: int) -> list[WebhookDelivery]:
    """The next deliveries of a webhook, that nobody else is given until an instant."""
    rows = tx.all(_NEXT, webhook_id=webhook_id, now=tx.real_now, most=most)
    found = [_delivery(row) for row in rows]
    if found:
        tx.run(_LEASE, until=until, ids=json.dumps([one.id for one in found]))
    return found


def note(
    tx: AccountTx,
    delivery: WebhookDelivery,
    attempt: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    status: str,
    due_at: Millis | None,
) -> None:
    """Writes down an attempt, and what follows from it."""
    tx.run(
        _NOTE,
        id=delivery.id,
        status=status,
        attempts=packed([*delivery.attempts, attempt]),
        headers=json.dumps(headers),
        due_at=due_at,
    )


def give_back(tx: AccountTx, id_: str) -> None:
    """Lets others have what was leased and not begun."""
    tx.run(_RETURN, id=id_)


def queue_again(tx: AccountTx, webhook_id: str, id_: str) -> None:
    """Sends one once more, with its schedule from the begin."""
    tx.run(_QUEUE_AGAIN, webhook_id=webhook_id, id=id_, now=tx.real_now)


def queue_events_again(
    tx: AccountTx, webhook_id: str, events: Sequence[str], *, delivered_too: bool
) -> None:
    """Sends those of some events once more that are there."""
    tx.run(
        _QUEUE_EVENTS_AGAIN,
        webhook_id=webhook_id,
        now=tx.real_now,
        all=int(delivered_too),
        events=json.dumps(events),
    )


def delivered_of(tx: AccountTx, webhook_id: str, events: Sequence[str]) -> set[str]:
    """Which of some events a webhook has answered well."""
    rows = tx.all(_DELIVERED_OF, webhook_id=webhook_id, events=json.dumps(events))
    return {row[0] for row in rows}


def drop_queued(tx: AccountTx, webhook_id: str) -> None:
    """Gives up whatever a webhook has not been sent yet."""
    tx.run(_DROP, webhook_id=webhook_id)


def delete_of_webhook(tx: AccountTx, webhook_id: str) -> None:
    """Removes every delivery of a webhook."""
    tx.run(_DELETE_OF_WEBHOOK, webhook_id=webhook_id)


def delete_expired(tx: AccountTx, before: Millis, most: int) -> int:
    """Removes deliveries that are done and were made before an instant; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before, most=most)


def forget_people(tx: AccountTx, booking_ids: Sequence[str]) -> None:
    """Takes who booked out of what tells of some bookings, and what receivers have answered."""
    rewritten = []
    for id_, text, attempts in tx.all(_OF_BOOKINGS, bookings=json.dumps(booking_ids)):
        body = json.loads(text)
        body["data"].pop("customer", None)
        made = [{**attempt, "body": None} for attempt in json.loads(attempts)]
        rewritten.append({"id": id_, "body": packed(body), "attempts": packed(made)})
    tx.run_each(_REWRITE, rewritten)


def packed(value: Any) -> str:
    """JSON as it is stored and sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _delivery(row: Any) -> WebhookDelivery:
    id_, webhook, event, type_, booking, status, attempts, tries, due_at, made, body, headers = row
    return WebhookDelivery(
        id=id_,
        webhook_id=webhook,
        event_id=event,
        type=type_,
        booking_id=booking,
        status=status,
        attempts=tuple(json.loads(attempts)),
        tries=tries,
        due_at=due_at,
        created_at=made,
        body=body,
        headers=None if headers is None else json.loads(headers),
    )
