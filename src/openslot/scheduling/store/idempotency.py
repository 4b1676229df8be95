"""Rows of responses, stored for a repeated Idempotency-Key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A finished response of an interface: status, headers of its own, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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


def stored(
    tx: AccountTx, client_id: str, key: str, after: Millis
) -> tuple[bytes, StoredResponse] | None:
    """The request's fingerprint and the response stored for a key after `after`."""
    row = tx.one(_SELECT, client_id=client_id, key=key, after=after)
    return (row[0], StoredResponse(row[1], json.loads(row[2]), row[3])) if row else None


def put(
    tx: AccountTx, client_id: str, key: str, fingerprint: bytes, response: StoredResponse
) -> None:
    """Stores a response, in place of one that is too old to count."""
    tx.run(
        _UPSERT,
        client_id=client_id,
        key=key,
        created_at=tx.now,
        fingerprint=fingerprint,
        status=response.status,
        headers=json.dumps(dict(response.headers)),
        body=response.body,
    )


def delete_expired(tx: AccountTx, before: Millis) -> int:
    """Removes at most 500 responses stored by `before`; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before)
