"""Rows of answers kept for a repeated Idempotency-Key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished HTTP answer: status, headers of its own, body."""

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

_FORGET = AccountStatement("""
    DELETE FROM idempotency_answers
    WHERE account_id = :account_id AND (client_id, key) IN (
        SELECT client_id, key FROM idempotency_answers
        WHERE account_id = :account_id AND created_at <= :before LIMIT 500
    )
""")


def kept(tx: AccountTx, client_id: str, key: str, after: Millis) -> tuple[bytes, Answer] | None:
    """The request's fingerprint and the answer kept for a key since `after`."""
    row = tx.one(_SELECT, client_id=client_id, key=key, after=after)
    return (row[0], Answer(row[1], json.loads(row[2]), row[3])) if row else None


def keep(tx: AccountTx, client_id: str, key: str, fingerprint: bytes, answer: Answer) -> None:
    """Keeps an answer, in place of one that is too old to count."""
    tx.run(
        _UPSERT,
        client_id=client_id,
        key=key,
        created_at=tx.now,
        fingerprint=fingerprint,
        status=answer.status,
        headers=json.dumps(dict(answer.headers)),
        body=answer.body,
    )


def forget(tx: AccountTx, before: Millis) -> int:
    """Removes at most 500 answers kept since `before` or longer; returns how many."""
    return tx.run(_FORGET, before=before)
