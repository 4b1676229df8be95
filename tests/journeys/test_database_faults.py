"""PostgreSQL fails under load: connections cut, restarts, read-only, a full disk.

Nothing that was acknowledged is lost, nothing is half-written, and nobody has to help.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from postgresql import Postmaster
from postgresql import Server as PostgresqlServer

from .bookers import working
from .keys import within
from .pgbouncer import pgbouncer
from .serving import Installation, Server, installed
from .town import Desk, account_file

pytestmark = pytest.mark.slow

CONNECTIONS = 6
ENOUGH = 200  # changes that were acknowledged
OURS = "FROM pg_stat_activity WHERE application_name = 'openslot'"


@pytest.fixture
def postmaster() -> Iterator[Postmaster]:
    """A server of our own, which keeps what it has acknowledged."""
    folder = Path(tempfile.mkdtemp(prefix="openslot-pg-"))
    try:
        with Postmaster(folder, durable=True) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def databases(postmaster: Postmaster) -> PostgresqlServer:
    """Makes databases on that server."""
    server = PostgresqlServer(postmaster.url)
    server.begin()
    return server


@pytest.fixture
def installation(tmp_path: Path, databases: PostgresqlServer) -> Installation:
    """Acme, in a database of that server."""
    return installed(tmp_path, account_file(), database_url=databases.make())


@contextmanager
def serving(installation: Installation) -> Iterator[Server]:
    with installation.serving(database_connections=str(CONNECTIONS)) as server:
        yield server


def ready(server: Server) -> int:
    with server.wire() as wire:
        return wire.get("/health/ready").status


def test_cut_connections_lose_nothing(postmaster: Postmaster, installation: Installation) -> None:
    cut = 0
    with (
        serving(installation) as server,
        psycopg.connect(postmaster.url, autocommit=True) as administrator,
    ):
        with working(installation, server) as crowd:
            crowd.await_success()
            began = time.monotonic()
            while time.monotonic() < began + 4 or crowd.acknowledged <= ENOUGH:
                assert time.monotonic() < began + 60, "hardly anything is done between two cuts"
                rows = administrator.execute(f"SELECT pg_terminate_backend(pid) {OURS}").fetchall()
                cut += len(rows)
                time.sleep(0.1)
            crowd.await_success()
            ((left,),) = administrator.execute(f"SELECT count(*) {OURS}").fetchall()
        assert left <= CONNECTIONS
        assert cut > 50
        crowd.check(installation, server)


@pytest.mark.parametrize(
    ("how", "pooled"),
    [(signal.SIGINT, False), (signal.SIGQUIT, False), (signal.SIGQUIT, True)],
    ids=["fast", "immediate", "immediate, behind PgBouncer"],
)
def test_a_restart_loses_nothing(
    postmaster: Postmaster, installation: Installation, how: signal.Signals, pooled: bool
) -> None:
    with ExitStack() as stack:
        if pooled:
            url = installation.environment["OPENSLOT_DATABASE_URL"]
            through = stack.enter_context(pgbouncer(url))
            installation.environment["OPENSLOT_DATABASE_URL"] = through
        server = stack.enter_context(serving(installation))
        with working(installation, server) as crowd:
            time.sleep(2)
            postmaster.stop(how)
            crowd.await_refusal()
            assert ready(server) == 503
            time.sleep(0.5)
            postmaster.start()
            crowd.await_success()
            assert ready(server) == 200
        crowd.check(installation, server)


def test_a_database_that_only_reads_is_read(
    postmaster: Postmaster, installation: Installation
) -> None:
    """As one is that an operator has closed for writing, or a replica."""

    def closed(setting: str) -> None:
        url = postmaster.url + "&options=-cdefault_transaction_read_only%3Doff"
        with psycopg.connect(url, autocommit=True) as administrator:
            administrator.execute(f"ALTER SYSTEM SET default_transaction_read_only = {setting}")
            administrator.execute("SELECT pg_reload_conf()")

    with serving(installation) as server:
        with working(installation, server) as crowd:
            crowd.await_success()
            closed("on")
            crowd.await_standstill()
            before = crowd.acknowledged
            with server.wire() as wire:
                listed = wire.get("/external/v1/services", crowd.bookers[0].desk.token)
            assert listed.status == 200
            time.sleep(0.5)
            assert crowd.acknowledged == before, "something was written"
            closed("off")
            crowd.await_success()
        crowd.check(installation, server)


def test_a_commit_that_is_cut_says_that_it_may_be_done(
    postmaster: Postmaster, installation: Installation
) -> None:
    """Here it is done: PostgreSQL has it, and waits for a replica that there is not."""
    with (
        serving(installation) as server,
        server.wire() as wire,
        psycopg.connect(postmaster.url, autocommit=True) as administrator,
    ):
        desk = Desk.at(wire, installation.clients["acme", "website"])
        start = next(desk.starts(wire, "single"))
        asked = desk.reserve("single", start, {"Idempotency-Key": "cut"})
        administrator.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        administrator.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)
        wire.send(asked)
        cut = f"SELECT pg_terminate_backend(pid) {OURS} AND wait_event = 'SyncRep'"
        within(5, lambda: administrator.execute(cut).fetchall() == [(True,)])
        answer = wire.answer()
        assert (answer.status, answer.header("Retry-After")) == (503, "1")
        assert "nothing was changed" not in answer.json()["title"]
        administrator.execute("ALTER SYSTEM RESET synchronous_standby_names")
        administrator.execute("SELECT pg_reload_conf()")
        replayed = wire.ask(asked)
        assert (replayed.status, replayed.header("Idempotency-Replayed")) == (201, "true")


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own, which anybody may write to."""
    folder = Path(tempfile.mkdtemp(prefix="openslot-disk-"))
    options = f"size={megabytes}m,mode=0777"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        if os.geteuid() != 0 or subprocess.run(command, check=False).returncode != 0:
            pytest.skip("only root may mount a small disk")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    finally:
        folder.rmdir()


def test_a_full_disk_refuses_until_there_is_space(
    tmp_path: Path, postmaster: Postmaster, databases: PostgresqlServer
) -> None:
    """The tables are on a disk that somebody else fills."""
    with small_disk(64) as disk:
        space = disk / "tables"
        space.mkdir()
        shutil.chown(space, "nobody")
        with psycopg.connect(postmaster.url, autocommit=True) as administrator:
            administrator.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
            administrator.execute("ALTER DATABASE template1 SET TABLESPACE small")
        url = databases.make("template1")
        installation = installed(tmp_path, account_file(), database_url=url)
        with serving(installation) as server:
            with working(installation, server) as crowd:
                crowd.await_success()
                filler = disk / "filler"
                with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                    while file.write(bytes(4096)) == 4096:
                        pass
                crowd.await_refusal(30)
                time.sleep(1)
                filler.unlink()
                crowd.await_success()
            crowd.check(installation, server)
