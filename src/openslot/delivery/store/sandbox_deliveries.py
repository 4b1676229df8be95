"""Rows of what would have left a sandbox account."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openslot.delivery.model.sandbox_delivery import SandboxDelivery, SandboxFilter
from openslot.delivery.store.webhook_deliveries import packed
from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_LAST = AccountStatement("SELECT max(place) FROM sandbox_deliveries WHERE account_id = :account_id")

_INSERT = AccountStatement("""
    INSERT INTO sandbox_deliveries (account_id, place, id, kind, channel, at, booking_id, content)
    VALUES (:account_id, :place, :id, :kind, :channel, :at, :booking_id, :content)
""")

_PAGE = AccountStatement("""
    SELECT place, id, kind, channel, at, booking_id, content FROM sandbox_deliveries
    WHERE account_id = :account_id AND place > :after AND at > :since
      AND (:booking_id = '' OR booking_id = :booking_id)
      AND (:channel = '' OR channel = :channel) AND (:kind = '' OR kind = :kind)
    ORDER BY place LIMIT :most
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM sandbox_deliveries WHERE account_id = :account_id AND (at <= :before OR place <= (
        SELECT place FROM sandbox_deliveries
        WHERE account_id = :account_id ORDER BY place DESC LIMIT 1 OFFSET :most
    ))
""")

_WITH_EXPIRED = SystemStatement("""
    SELECT one.id FROM (
        SELECT value ->> 0 AS id, CAST(value ->> 1 AS BIGINT) AS before FROM json_each(:accounts)
    ) AS one
    WHERE EXISTS (
        SELECT 1 FROM sandbox_deliveries AS s WHERE s.account_id = one.id AND s.at <= one.before
    )
""")

_DELETE_ALL = AccountStatement("DELETE FROM sandbox_deliveries WHERE account_id = :account_id")

# Codes belong to no booking, and may have gone to anybody.
_DELETE_OF_BOOKINGS = AccountStatement("""
    DELETE FROM sandbox_deliveries WHERE account_id = :account_id
      AND (booking_id IN (SELECT value FROM json_each(:bookings)) OR kind = 'code')
""")


def insert(
    tx: AccountTx, id_: str, kind: str, channel: str, booking_id: str, content: Mapping[str, Any]
) -> None:
    """Adds one at the end of the list.

    Places rise with time, so that they go on rising after the list was emptied.
    """
    last = tx.one(_LAST)
    place = max(tx.real_now, 1 + int(last[0] if last and last[0] is not None else 0))
    tx.run(
        _INSERT,
        place=place,
        id=id_,
        kind=kind,
        channel=channel,
        at=tx.now,
        booking_id=booking_id,
        content=packed(content),
    )


def page(tx: AccountTx, wanted: SandboxFilter, most: int) -> list[SandboxDelivery]:
    """So many after a place."""
    rows = tx.all(
        _PAGE,
        after=wanted.after,
        since=wanted.since,
        booking_id=wanted.booking_id,
        channel=wanted.channel,
        kind=wanted.kind,
        most=most,
    )
    return [SandboxDelivery(*[*row[:-1], json.loads(row[-1])]) for row in rows]


def with_expired(tx: SystemTx, limits: str) -> set[str]:
    """Which accounts have some from before a limit; `limits` is JSON: pairs of id and instant."""
    return {row[0] for row in tx.all(_WITH_EXPIRED, accounts=limits)}


def delete_expired(tx: AccountTx, before: Millis, most: int) -> int:
    """Removes what is older than an instant, and all but the last so many; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before, most=most)


def delete_all(tx: AccountTx) -> None:
    """Removes everything."""
    tx.run(_DELETE_ALL)


def delete_of_bookings(tx: AccountTx, booking_ids: Sequence[str]) -> None:
    """Removes what tells of some bookings, and every code."""
    tx.run(_DELETE_OF_BOOKINGS, bookings=json.dumps(booking_ids))
