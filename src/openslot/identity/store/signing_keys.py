"""Rows of the installation's signing keys."""

from dataclasses import dataclass

from openslot.storage.database import SystemTx
from openslot.storage.statements import SystemStatement


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key pair as it lies at rest."""

    kid: str
    algorithm: str
    public_jwk: str  # JSON
    private_sealed: bytes


_ALL = SystemStatement("""
    SELECT kid, algorithm, public_jwk, private_sealed FROM signing_keys ORDER BY created_at, kid
""")

_INSERT = SystemStatement("""
    INSERT INTO signing_keys (kid, algorithm, created_at, public_jwk, private_sealed)
    VALUES (:kid, :algorithm, :created_at, :public_jwk, :private_sealed)
""")


def all_keys(tx: SystemTx) -> list[SealedKey]:
    """Every key, the oldest first."""
    return [SealedKey(r[0], r[1], r[2], bytes(r[3])) for r in tx.all(_ALL)]


def insert(tx: SystemTx, key: SealedKey) -> None:
    """Adds a key."""
    tx.run(
        _INSERT,
        kid=key.kid,
        algorithm=key.algorithm,
        created_at=tx.real_now,
        public_jwk=key.public_jwk,
        private_sealed=key.private_sealed,
    )
