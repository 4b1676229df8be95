"""Rows of the installation's keys, one per purpose, sealed under the master key."""

from collections.abc import Mapping

from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_ALL = SystemStatement("SELECT purpose, sealed FROM purpose_keys ORDER BY purpose")

_INSERT = SystemStatement("""
    INSERT INTO purpose_keys (purpose, created_at, sealed) VALUES (:purpose, :now, :sealed)
""")

_UPDATE = SystemStatement("UPDATE purpose_keys SET sealed = :sealed WHERE purpose = :purpose")


def all_keys(tx: SystemTx) -> Mapping[str, bytes]:
    """What is sealed, by purpose."""
    return {row[0]: bytes(row[1]) for row in tx.all(_ALL)}


def all_for_change(tx: SystemTx) -> Mapping[str, bytes]:
    """As `all_keys`, in a transaction that may change them. No other may do so meanwhile."""
    tx.lock("purpose keys")
    return all_keys(tx)


def insert(tx: SystemTx, purpose: str, sealed: bytes) -> None:
    """Adds a key."""
    tx.run(_INSERT, purpose=purpose, now=tx.real_now, sealed=sealed)


def update(tx: SystemTx, purpose: str, sealed: bytes) -> None:
    """Replaces what is sealed."""
    tx.run(_UPDATE, purpose=purpose, sealed=sealed)
