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
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

COLUMNS = (
    "id, webhook_id, event_id, type, booking_id, status, attempts, tries, due_at, created_at, "
    "body, headers"
)

# One row for each event at each webhook, however often it is sent.
_INSERT = AccountStatement("""
    INSERT INTO webhook_deliveries (account_id, id, webhook_id, event_id, type, booking_id,
        event_position, status, body, attempts, tries, due_at, created_at)
    VALUES (:account_id, :id, :webhook_id, :event_id, :type, :booking_id,
        :event_position, :status, :body, '[]', 0, :due_at, :created_at)
    ON CONFLICT (account_id, webhook_id, event_id) DO NOTHING
""")

_BY_ID = AccountStatement(f"""
    SELECT {COLUMNS} FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND id = :id
""")  # noqa: S608

_BY_EVENT = AccountStatement(f"""
    SELECT {COLUMNS} FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND event_id = :event_id
""")  # noqa: S608

_LIST = AccountStatement(f"""
    SELECT {COLUMNS} FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id
      AND (:before_id = '' OR id < :before_id) AND (:status = '' OR status = :status)
      AND (:type = '' OR type = :type) AND (:booking_id = '' OR booking_id = :booking_id)
    ORDER BY id DESC LIMIT :most
""")  # noqa: S608


_DELIVERED_OF = AccountStatement("""
    SELECT event_id FROM webhook_deliveries
    WHERE account_id = :account_id AND webhook_id = :webhook_id AND status = 'delivered'
      AND event_id IN (SELECT value FROM json_each(:events))
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


_WITH_EXPIRED = SystemStatement("""
    SELECT one.id FROM (
        SELECT value ->> 0 AS id, CAST(value ->> 1 AS BIGINT) AS before FROM json_each(:accounts)
    ) AS one
    WHERE EXISTS (
        SELECT 1 FROM webhook_deliveries AS d
        WHERE d.account_id = one.id AND d.created_at <= one.before AND d.due_at IS NULL
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
                "event_position": new.position,
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
    return None if row is None else delivery_of(row)


def by_event(tx: AccountTx, webhook_id: str, event_id: str) -> WebhookDelivery:
    """That of an event which has one."""
    return delivery_of(tx.one(_BY_EVENT, webhook_id=webhook_id, event_id=event_id))


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
    return [delivery_of(row) for row in rows]


def delivered_of(tx: AccountTx, webhook_id: str, events: Sequence[str]) -> set[str]:
    """Which of some events a webhook has answered well."""
    rows = tx.all(_DELIVERED_OF, webhook_id=webhook_id, events=json.dumps(events))
    return {row[0] for row in rows}


def with_expired(tx: SystemTx, limits: str) -> set[str]:
    """Which accounts have some from before a limit; `limits` is JSON: pairs of id and instant."""
    return {row[0] for row in tx.all(_WITH_EXPIRED, accounts=limits)}


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
        made = packed(without_answers(json.loads(attempts)))
        rewritten.append({"id": id_, "body": packed(body), "attempts": made})
    tx.run_each(_REWRITE, rewritten)


def without_answers(attempts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Attempts without what the receiver has answered, which may name somebody."""
    return [{**attempt, "body": None} for attempt in attempts]


def packed(value: Any) -> str:
    """JSON as it is stored and sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def delivery_of(row: Any) -> WebhookDelivery:
    """The delivery of a row selected by `COLUMNS`."""
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
