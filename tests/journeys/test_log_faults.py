"""A log that cannot be written decides nothing: every response comes, and comes in time."""

import json
import os
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from ports import free_port

from .keys import within
from .serving import Credentials, Installation, Server, installed
from .town import API, Desk, account_file

pytestmark = pytest.mark.slow

SERVICE = "single"
METRICS = "a-token-for-metrics"
UNREAD = 2_500_000  # bytes of log: more than the pipe and the queue hold together


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One with a client."""
    return installed(tmp_path, account_file())


@contextmanager
def logging_to(installation: Installation, redirection: str, workers: int = 1) -> Iterator[Server]:
    """A server whose standard error goes where the shell is told to send it."""
    program = ("sh", "-c", f'exec "$0" "$@" {redirection}', *installation.program)
    with replace(installation, program=program).serving(
        workers=workers, metrics_token=METRICS
    ) as server:
        yield server


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_or_no_log_at_all(
    installation: Installation, redirection: str, workers: int
) -> None:
    client = installation.clients["acme", "website"]
    with logging_to(installation, redirection, workers) as server:
        assert {asked(server, client) for _ in range(3)} == {(200,) * 20}
        if "2>&-" in redirection:  # nothing else has got its number
            numbers = [Path(f"/proc/{pid}/fd/2").readlink() for pid in server.pids()]
            assert numbers == [Path(os.devnull)] * workers
        if redirection == "2>/dev/full" and workers == 1:
            within(10, lambda: dropped(server) >= 60)
        server.stop()
    assert installation.verify()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_pipe_that_nobody_reads(installation: Installation, tmp_path: Path, workers: int) -> None:
    """It fills, then the queue does; the server goes on answering, and stops when it is told."""
    client = installation.clients["acme", "website"]
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with logging_to(installation, f"2>{fifo}", workers) as server:
        assert asked(server, client) == (200,) * 20
        if workers == 1:
            fill(server)
            assert dropped(server) > 0
        assert asked(server, client) == (200,) * 20
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 8
    os.close(reader)
    assert installation.verify()


@pytest.mark.parametrize("redirection", ["2>/dev/full", ""])
def test_the_database_on_the_same_full_disk(installation: Installation, redirection: str) -> None:
    """Writes are 503 in the form of the API, reads go on, and it recovers by itself."""
    client = installation.clients["acme", "website"]
    with logging_to(installation, redirection) as server, server.wire() as wire:
        desk = Desk.at(wire, client)
        starts = desk.starts(wire, SERVICE)
        assert wire.ask(desk.reserve(SERVICE, next(starts))).status == 201
        _limit(server, 4096)
        for _ in range(5):
            refused = wire.ask(desk.reserve(SERVICE, next(starts)))
            assert (refused.status, refused.json()["code"]) == (503, "database_unavailable")
            assert refused.header("content-type") == "application/problem+json"
        assert wire.get(f"{API}/services", desk.token).status == 200
        assert asked(server, client) == (200,) * 20
        _limit(server, resource.RLIM_INFINITY)
        assert wire.ask(desk.reserve(SERVICE, next(starts))).status == 201


def test_what_was_logged_before_a_stop_is_there(installation: Installation) -> None:
    client = installation.clients["acme", "website"]
    with installation.serving() as server:
        asked(server, client)
        server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["route"] for line in lines].count("/oauth2/token") == 20


@pytest.mark.parametrize("workers", [1, 2])
def test_a_start_that_fails_says_why(
    installation: Installation, tmp_path: Path, workers: int
) -> None:
    """Also where the fault comes only when the server, or its worker, has begun."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "async def broken(*_, **__): raise RuntimeError('it is broken')\n"
        "if 'resource_tracker' not in str(sys.orig_argv):\n"
        "    from openslot.web import server\n"
        "    server.open_app = broken\n"
    )
    environment = {**installation.environment, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [*installation.program, "serve", "--port", str(free_port()), "--workers", str(workers)],
        env=environment,
        cwd=installation.folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 3
    assert "it is broken" in json.loads(done.stderr.splitlines()[0])["event"]


def asked(server: Server, client: Credentials) -> tuple[int, ...]:
    """The statuses of twenty token requests on one connection."""
    with httpx.Client(
        base_url=server.url, headers={"Authorization": client.basic, "X-ACCOUNT": "acme"}
    ) as http:
        form = {"grant_type": "client_credentials"}
        return tuple(http.post("/oauth2/token", data=form).status_code for _ in range(20))


def fill(server: Server) -> None:
    """Has the server log more than anything holds."""
    line = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.settimeout(30)
        for _ in range(UNREAD // 200 // 100):
            connection.sendall(line * 100)
            answered = 0
            while answered < 100:
                answered += connection.recv(1_000_000).count(b"HTTP/1.1 200")


def dropped(server: Server) -> float:
    """What `/metrics` says of lines that are lost."""
    text = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"}).text
    (value,) = (
        line.split()[1]
        for line in text.splitlines()
        if line.startswith("openslot_log_lines_dropped_total ")
    )
    return float(value)


def _limit(server: Server, most: int) -> None:
    """No process of the server may make a file longer than this."""
    for pid in server.pids():
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
