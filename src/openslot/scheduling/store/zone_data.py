"""The zone data that servers of this installation have started under."""

from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_LAST = SystemStatement("SELECT digest FROM zone_data ORDER BY started_at DESC LIMIT 1")

_PUT = SystemStatement("""
    INSERT INTO zone_data (digest, version, started_at) VALUES (:digest, :version, :now)
    ON CONFLICT (digest) DO UPDATE SET version = excluded.version, started_at = excluded.started_at
""")


def last_digest(tx: SystemTx) -> str | None:
    """The digest of the zone data that was started under last; None: of none yet."""
    row = tx.one(_LAST)
    return str(row[0]) if row else None


def put(tx: SystemTx, digest: str, version: str) -> None:
    """Makes zone data the last that was started under."""
    tx.run(_PUT, digest=digest, version=version, now=tx.real_now)
