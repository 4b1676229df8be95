"""Which accounts have rows of bookings that have had their time."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from openslot.kernel.clock import Millis, Minute
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx


class ExpiryLimits(NamedTuple):
    """Until when what an account has is expired, by its own clock."""

    account_id: str
    now: Millis
    reservations_before: Millis
    answers_before: Millis
    people_before: Minute  # by the end of their appointment


_DUE = SystemStatement("""
    SELECT one.id FROM (
        SELECT value ->> 0 AS id,
               CAST(value ->> 1 AS BIGINT) AS now,
               CAST(value ->> 2 AS BIGINT) AS reservations_before,
               CAST(value ->> 3 AS BIGINT) AS answers_before,
               CAST(value ->> 4 AS BIGINT) AS people_before
        FROM json_each(:accounts)
    ) AS one
    WHERE EXISTS (SELECT 1 FROM reservations AS r
                  WHERE r.account_id = one.id
                    AND coalesce(r.ended_at, r.expires_at) <= one.reservations_before)
       OR EXISTS (SELECT 1 FROM reservations AS r
                  WHERE r.account_id = one.id AND r.status = 'RESERVED'
                    AND r.expires_at <= one.now)
       OR EXISTS (SELECT 1 FROM idempotency_answers AS i
                  WHERE i.account_id = one.id AND i.created_at <= one.answers_before)
       OR EXISTS (SELECT 1 FROM appointments AS a
                  WHERE a.account_id = one.id AND a.end_minute <= one.people_before
                    AND coalesce(a.identifier, a.customer, a.answers, a.notes) IS NOT NULL)
""")


def due(tx: SystemTx, accounts: Iterable[ExpiryLimits]) -> set[str]:
    """The ids of those accounts that have an expired row."""
    return {row[0] for row in tx.all(_DUE, accounts=json.dumps(list(accounts)))}
