"""Idempotency keys: the same request again gets the same outcome again, and does nothing.

The outcome is recorded in the transaction that made it, so it is there exactly when its effect is.
What an outcome says is the interface's matter: here it is opaque.
"""

from dataclasses import dataclass

from openslot.kernel.errors import InvalidValue
from openslot.scheduling.store import idempotency as rows
from openslot.scheduling.store.idempotency import RecordedOutcome
from openslot.storage.transactions import AccountTx

__all__ = ["NO_KEY", "IdempotencyKey", "IdempotencyKeyReused", "RecordedOutcome", "Replayed"]

STORED_MS = 24 * 3_600_000


class IdempotencyKeyReused(InvalidValue):
    """The key came with another request before. Take a new key for a new request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request; take a new one"


class Replayed(Exception):
    """The request has been done before; `outcome` is what was recorded then."""

    def __init__(self, outcome: RecordedOutcome) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What makes a write happen once: the client's key and what it was used for."""

    client_id: str
    key: str | None  # None: the client did not ask for it
    fingerprint: bytes  # of the request

    def replay(self, tx: AccountTx) -> None:
        """Ends the action when its outcome is known already. Called once all ids are found.

        Raises:
            Replayed: with the recorded outcome.
            IdempotencyKeyReused: the key belongs to another request.
        """
        if self.key is None:
            return
        tx.lock("idempotency key", ((self.client_id, self.key),))
        found = rows.recorded(tx, self.client_id, self.key, tx.now - STORED_MS)
        if found is None:
            return
        fingerprint, outcome = found
        if fingerprint != self.fingerprint:
            raise IdempotencyKeyReused("")
        raise Replayed(outcome)

    def record(self, tx: AccountTx, outcome: RecordedOutcome) -> None:
        """Stores the outcome for 24 hours, if the client gave a key."""
        if self.key is not None:
            rows.record(tx, self.client_id, self.key, self.fingerprint, outcome)


NO_KEY = IdempotencyKey("", None, b"")
