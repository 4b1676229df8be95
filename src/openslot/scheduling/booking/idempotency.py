"""Idempotency keys: the same request again gets the same response again, and does nothing.

The response is stored in the transaction that made it, so it is there exactly when its effect is.
"""

import hashlib
import json
from dataclasses import dataclass

from openslot.kernel.errors import InvalidValue
from openslot.scheduling.store import idempotency as rows
from openslot.scheduling.store.idempotency import StoredResponse
from openslot.storage.transactions import AccountTx

STORED_MS = 24 * 3_600_000


class IdempotencyKeyReused(InvalidValue):
    """The key came with another request before. Take a new key for a new request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request; take a new one"


class Replayed(Exception):
    """The request came before; `response` is what it got."""

    def __init__(self, response: StoredResponse) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What makes a write happen once: the client's key and what it was used for."""

    client_id: str
    key: str | None  # None: the client did not ask for it
    fingerprint: bytes  # of method, path and canonical body

    def replay(self, tx: AccountTx) -> None:
        """Ends the operation when its response is known already. Called once all ids are found.

        Raises:
            Replayed: with the stored response.
            IdempotencyKeyReused: the key belongs to another request.
        """
        if self.key is None:
            return
        tx.lock("idempotency key", ((self.client_id, self.key),))
        found = rows.stored(tx, self.client_id, self.key, tx.now - STORED_MS)
        if found is None:
            return
        fingerprint, response = found
        if fingerprint != self.fingerprint:
            raise IdempotencyKeyReused("")
        raise Replayed(response)

    def store(self, tx: AccountTx, response: StoredResponse) -> None:
        """Stores the response for 24 hours, if the client gave a key."""
        if self.key is not None:
            rows.put(tx, self.client_id, self.key, self.fingerprint, response)


NO_KEY = IdempotencyKey("", None, b"")


def fingerprint_of(method: str, path: str, body: object) -> bytes:
    """SHA-256 of a request: the same JSON in another order or spacing is the same request."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(
        f"{method}\n{path}\n{canonical}".encode("utf-8", "surrogatepass")
    ).digest()
