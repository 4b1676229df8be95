"""Rows of the installation's signing keys."""

from openslot.identity.model.signing_key import SealedKey, Start, StoredKey
from openslot.kernel.clock import Millis
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_ALL = SystemStatement("""
    SELECT kid, algorithm, public_jwk, private_sealed, signs_from, created_at
    FROM signing_keys ORDER BY created_at, kid
""")

_INSERT = SystemStatement("""
    INSERT INTO signing_keys (kid, algorithm, created_at, signs_from, start_noted, public_jwk,
                              private_sealed)
    VALUES (:kid, :algorithm, :created_at, :signs_from, :start_noted, :public_jwk,
            :private_sealed)
""")

_DELETE = SystemStatement("DELETE FROM signing_keys WHERE kid = :kid")

_STARTED = SystemStatement(
    "SELECT kid FROM signing_keys WHERE start_noted = 0 AND signs_from <= :now ORDER BY kid"
)

_NOTE_STARTS = SystemStatement(
    "UPDATE signing_keys SET start_noted = 1 WHERE start_noted = 0 AND signs_from <= :now"
)


def all_keys(tx: SystemTx) -> list[StoredKey]:
    """Every key, the oldest first."""
    return [
        StoredKey(r[0], r[1], r[2], bytes(r[3]), Start(signs_from=r[4], announced_at=r[5]))
        for r in tx.all(_ALL)
    ]


def all_for_change(tx: SystemTx) -> list[StoredKey]:
    """Every key, in a transaction that may change which there are.

    No other may do so meanwhile.
    """
    tx.lock("signing keys")
    return all_keys(tx)


def insert(tx: SystemTx, key: SealedKey, signs_from: Millis) -> None:
    """Adds a key. The start of one that signs at once is recorded by the caller."""
    tx.run(
        _INSERT,
        kid=key.kid,
        algorithm=key.algorithm,
        created_at=tx.real_now,
        signs_from=signs_from,
        start_noted=int(signs_from <= tx.real_now),
        public_jwk=key.public_jwk,
        private_sealed=key.private_sealed,
    )


def delete(tx: SystemTx, kid: str) -> None:
    """Removes a key."""
    tx.run(_DELETE, kid=kid)


def started(tx: SystemTx) -> list[str]:
    """The kids of keys that sign by now, and whose start nobody has noted yet."""
    return [kid for (kid,) in tx.all(_STARTED, now=tx.real_now)]


def note_starts(tx: SystemTx) -> None:
    """Marks the start of those as noted."""
    tx.run(_NOTE_STARTS, now=tx.real_now)
