"""A failover under load: the primary changes places with its replica, then it is killed.

Run it with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.failover`; it takes two minutes
and needs Debian's `postgresql`, `patroni` and `etcd-server` (`apt-get install` them; their own
services need not run). Two servers of Openslot reach the database by an address with both hosts.
"""

import tempfile
import time
from pathlib import Path

from ..bookers import Crowd, working
from ..serving import installed
from ..town import account_file
from .patroni import Cluster, cluster

PATIENCE_SECONDS = 60


def main() -> None:
    """Prints how long nobody could write, each time.

    Raises:
        AssertionError: an acknowledged change is lost, or something else is not as it has to be.
    """
    with tempfile.TemporaryDirectory(prefix="openslot-failover-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        servers = folder / "cluster"
        servers.mkdir()
        with cluster(servers) as patroni:
            _journey(folder, patroni)


def _journey(folder: Path, patroni: Cluster) -> None:
    installation = installed(folder, account_file(), database_url=patroni.url)
    with installation.serving() as one, installation.serving() as other:
        with working(installation, one, other, each=4, patience=PATIENCE_SECONDS) as crowd:
            crowd.await_success()
            time.sleep(3)

            began = time.monotonic()
            patroni.switch()
            crowd.await_success(PATIENCE_SECONDS)
            _tell("The primary and its replica changed places", crowd, began)
            patroni.await_both()
            time.sleep(3)

            began = time.monotonic()
            killed = patroni.primary()
            killed.kill()
            crowd.await_refusal()
            crowd.await_success(PATIENCE_SECONDS)
            _tell("The primary was killed", crowd, began)

            killed.start()
            patroni.await_both()
            crowd.await_success()
            print("The killed one is the replica now.")
        bookings = crowd.check(installation, other)
    print(
        f"{crowd.acknowledged} changes were acknowledged and {crowd.refused} answers were 503; "
        f"all {bookings} bookings are as their clients were told, and verify finds no difference."
    )


def _tell(what: str, crowd: Crowd, began: float) -> None:
    """How long there was no success anywhere since an instant."""
    instants = sorted(at for b in crowd.bookers for at in list(b.acknowledged_at) if at >= began)
    pause = max(after - before for before, after in zip([began, *instants], instants))
    print(f"{what}: nobody could write for {pause:.1f} s.")


if __name__ == "__main__":
    main()
