"""Rows that say under which host the installation was reached, and from when on."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

_ALL = SystemStatement("SELECT since, host FROM public_hosts ORDER BY since")

_INSERT = SystemStatement("""
    INSERT INTO public_hosts (since, host) VALUES (:since, :host)
""")


def all_hosts(tx: SystemTx) -> list[tuple[Millis, str]]:
    """Each host with the instant since which it holds, the first one first."""
    return [(int(row[0]), str(row[1])) for row in tx.all(_ALL)]


def note(tx: SystemTx, host: str) -> list[tuple[Millis, str]]:
    """Notes that the host is this one from now on, unless it is already; returns all."""
    tx.lock("public hosts")
    hosts = all_hosts(tx)
    if not hosts or hosts[-1][1] != host:
        since = max(tx.real_now, hosts[-1][0] + 1 if hosts else 0)
        tx.run(_INSERT, since=since, host=host)
        hosts.append((since, host))
    return hosts
