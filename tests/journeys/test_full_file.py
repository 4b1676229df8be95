"""The embedded database cannot grow any more, under load; then there is space again."""

import resource
import time
from pathlib import Path

import pytest

from .bookers import working
from .serving import Server, installed
from .town import API, account_file

pytestmark = pytest.mark.slow

ROOM = 300_000  # bytes that a file may still grow


@pytest.mark.parametrize("workers", [1, 2])
def test_it_refuses_until_there_is_space(tmp_path: Path, workers: int) -> None:
    """The limit of what a process may write is the one fault that anybody can cause at will."""
    installation = installed(tmp_path, account_file())
    with installation.serving(workers=workers) as server:
        with working(installation, server) as crowd:
            crowd.await_success()
            largest = max(file.stat().st_size for file in tmp_path.iterdir())
            limit_files(server, largest + ROOM)
            crowd.await_refusal()
            with server.wire() as wire:
                listed = wire.get(f"{API}/services", crowd.bookers[0].desk.token)
            assert listed.status == 200
            # Now and then something fits again: the log was copied into the file and starts over.
            time.sleep(1.5)
            crowd.await_refusal()
            limit_files(server, resource.RLIM_INFINITY)
            crowd.await_success()
        crowd.check(installation, server)


def limit_files(server: Server, most: int) -> None:
    """No process of a server may make a file longer than this."""
    for pid in server.pids():
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
