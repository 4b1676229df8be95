"""Rows of replays, and how many events each is about."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any, NamedTuple

from openslot.delivery.model.webhook_replay import WebhookReplay
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_COLUMNS = "id, webhook_id, after_position, until_position, since, before, delivered_too"

_EXTENT = AccountStatement("""
    SELECT count(*), min(e.position), max(e.position) FROM events AS e
    WHERE e.account_id = :account_id AND e.position IS NOT NULL
      AND e.at >= :since AND e.at < :before
      AND (:types = '[]' OR e.type IN (SELECT value FROM json_each(:types)))
      AND (:delivered_too = 1 OR NOT EXISTS (
          SELECT 1 FROM webhook_deliveries AS d
          WHERE d.account_id = :account_id AND d.webhook_id = :webhook_id
            AND d.event_id = e.id AND d.status = 'delivered'
      ))
""")

# What of a replay is neither queued nor, unless all are wanted, answered with 2xx.
_LEFT = AccountStatement("""
    SELECT count(*) FROM events AS e
    WHERE e.account_id = :account_id AND e.position > :after AND e.position <= :until
      AND e.at >= :since AND e.at < :before
      AND (:types = '[]' OR e.type IN (SELECT value FROM json_each(:types)))
      AND NOT EXISTS (
          SELECT 1 FROM webhook_deliveries AS d
          WHERE d.account_id = :account_id AND d.webhook_id = :webhook_id AND d.event_id = e.id
            AND (d.due_at IS NOT NULL OR (:delivered_too = 0 AND d.status = 'delivered'))
      )
""")

# Of the whole installation.
_ACCOUNTS = SystemStatement("SELECT DISTINCT account_id FROM webhook_replays LIMIT :most")

_ALL = AccountStatement(f"""
    SELECT {_COLUMNS} FROM webhook_replays WHERE account_id = :account_id ORDER BY id
""")  # noqa: S608

_INSERT = AccountStatement(f"""
    INSERT INTO webhook_replays (account_id, {_COLUMNS})
    VALUES (:account_id, :id, :webhook_id, :after, :until, :since, :before, :delivered_too)
""")  # noqa: S608

_ADVANCE = AccountStatement("""
    UPDATE webhook_replays SET after_position = :after WHERE account_id = :account_id AND id = :id
""")

_DELETE = AccountStatement("""
    DELETE FROM webhook_replays WHERE account_id = :account_id AND id = :id
""")

_DELETE_OF_WEBHOOK = AccountStatement("""
    DELETE FROM webhook_replays WHERE account_id = :account_id AND webhook_id = :webhook_id
""")

_DELETE_ALL = AccountStatement("DELETE FROM webhook_replays WHERE account_id = :account_id")


class Extent(NamedTuple):
    """How many events a replay is about, and where in the list the first and the last are."""

    events: int
    first: int
    last: int


def extent(tx: AccountTx, replay: WebhookReplay, types: Sequence[str]) -> Extent:
    """What a replay is about; of every type if none is named. It looks at the whole list."""
    row = tx.one(
        _EXTENT,
        webhook_id=replay.webhook_id,
        since=replay.since,
        before=replay.before,
        types=json.dumps(types),
        delivered_too=int(replay.delivered_too),
    )
    events, first, last = row or (0, None, None)
    return Extent(int(events), int(first or 0), int(last or 0))


def left(tx: AccountTx, replay: WebhookReplay, types: Sequence[str]) -> int:
    """How many events of a replay are still to be queued; of every type if none is named."""
    row = tx.one(
        _LEFT,
        webhook_id=replay.webhook_id,
        after=replay.after,
        until=replay.until,
        since=replay.since,
        before=replay.before,
        types=json.dumps(types),
        delivered_too=int(replay.delivered_too),
    )
    return int(row[0]) if row else 0


def accounts(tx: SystemTx, most: int) -> list[str]:
    """The ids of at most so many accounts with replays that are not done."""
    return [row[0] for row in tx.all(_ACCOUNTS, most=most)]


def all_replays(tx: AccountTx) -> list[WebhookReplay]:
    """Those of an account that are not done, the oldest first."""
    return [_replay(row) for row in tx.all(_ALL)]


def _replay(row: Sequence[Any]) -> WebhookReplay:
    id_, webhook_id, after, until, since, before, delivered_too = row
    return WebhookReplay(id_, webhook_id, after, until, since, before, bool(delivered_too))


def insert(tx: AccountTx, replay: WebhookReplay) -> None:
    """Adds one."""
    names = ("id", "webhook_id", "after", "until", "since", "before", "delivered_too")
    tx.run(_INSERT, **dict(zip(names, astuple(replay), strict=True)))


def advance(tx: AccountTx, replay: WebhookReplay) -> None:
    """Writes how far one is."""
    tx.run(_ADVANCE, id=replay.id, after=replay.after)


def delete(tx: AccountTx, replay: WebhookReplay) -> None:
    """Removes one that is done."""
    tx.run(_DELETE, id=replay.id)


def delete_of_webhook(tx: AccountTx, webhook_id: str) -> None:
    """Gives up those of a webhook."""
    tx.run(_DELETE_OF_WEBHOOK, webhook_id=webhook_id)


def delete_all(tx: AccountTx) -> None:
    """Gives up those of the account."""
    tx.run(_DELETE_ALL)
