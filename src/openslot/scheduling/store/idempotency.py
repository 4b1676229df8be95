"""Rows of outcomes recorded for a repeated idempotency key."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class RecordedOutcome:
    """What became of a request, in the words of the interface that recorded it.

    Nothing here reads it; the columns `status`, `headers` and `body` hold the three parts.
    """

    code: int
    details: str
    content: bytes


_SELECT = AccountStatement("""
    SELECT fingerprint, status, headers, body FROM idempotency_answers
    WHERE account_id = :account_id AND client_id = :client_id AND key = :key AND created_at > :after
""")

_UPSERT = AccountStatement("""
    INSERT INTO idempotency_answers
        (account_id, client_id, key, created_at, fingerprint, status, headers, body)
    VALUES (:account_id, :client_id, :key, :created_at, :fingerprint, :status, :headers, :body)
    ON CONFLICT (account_id, client_id, key) DO UPDATE SET created_at = excluded.created_at,
        fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
        body = excluded.body
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM idempotency_answers
    WHERE account_id = :account_id AND (client_id, key) IN (
        SELECT client_id, key FROM idempotency_answers
        WHERE account_id = :account_id AND created_at <= :before LIMIT 500
    )
""")


def recorded(
    tx: AccountTx, client_id: str, key: str, after: Millis
) -> tuple[bytes, RecordedOutcome] | None:
    """The request's fingerprint and the outcome recorded for a key since `after`."""
    row = tx.one(_SELECT, client_id=client_id, key=key, after=after)
    return (row[0], RecordedOutcome(*row[1:])) if row else None


def record(
    tx: AccountTx, client_id: str, key: str, fingerprint: bytes, outcome: RecordedOutcome
) -> None:
    """Stores an outcome, in place of one that is too old to count."""
    tx.run(
        _UPSERT,
        client_id=client_id,
        key=key,
        created_at=tx.now,
        fingerprint=fingerprint,
        status=outcome.code,
        headers=outcome.details,
        body=outcome.content,
    )


def delete_expired(tx: AccountTx, before: Millis) -> int:
    """Deletes at most 500 outcomes recorded by `before`; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before)
