"""Signing keys change under load and in an emergency, seen from outside."""

import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from warm.program import PROGRAM, started

from .keys import Load, age, announced, change, kid_of, published, within
from .serving import Installation, installed
from .town import API, account_file, token
from .wire import Wire
from .workers import wire_to

pytestmark = pytest.mark.slow


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Two accounts, whose tokens are signed by ES256 and by RS256."""
    globex = account_file("globex")
    globex["settings"]["accessTokenAlgorithm"] = "RS256"
    return installed(tmp_path, account_file("acme"), globex)


def test_a_rotation_under_load_fails_nobody(installation: Installation) -> None:
    """Announced, signing, retired, removed: every token verifies, and no verifier is surprised."""
    with installation.serving(workers=2) as server:
        first = published(server)
        loads = [
            Load(server, installation.clients["acme", "website"], "ES256"),
            Load(server, installation.clients["globex", "website"], "RS256"),
        ]
        for load in loads:
            load.start()
        try:
            installation.run("keys", "rotate")
            second = announced(installation)
            within(2, lambda: published(server) == first | second)
            time.sleep(3)  # the verifiers' caches run out; nobody signs with the new pair yet
            for load in loads:
                assert (load.failures, load.signed.keys() <= first) == ([], True)

            change(
                installation,
                "UPDATE signing_keys SET signs_from = :at WHERE signs_from > :at",
                at=time.time_ns() // 1_000_000 + 1000,
            )
            within(10, lambda: all(load.failures or load.signed.keys() & second for load in loads))
            time.sleep(2)
            assert published(server) == first | second

            # The clients' tokens of the old pair are used no more; then they are dead.
            for load in loads:
                load.kept = {kid: text for kid, text in load.kept.items() if kid in second}
            time.sleep(1)
            age(installation, hours=25)
            tend(installation)
            within(2, lambda: published(server) == second)
            time.sleep(2)
        finally:
            for load in loads:
                load.stop()
        for load in loads:
            assert load.failures == []
            assert load.verifier.surprises == 0
            assert len(load.signed) == 2
            assert load.verified > 100
    installation.verify()


def test_an_emergency_reaches_every_worker_within_a_second(installation: Installation) -> None:
    client = installation.clients["acme", "website"]
    with installation.serving(workers=2) as server, ExitStack() as wires:
        workers = [wires.enter_context(wire_to(server, pid)) for pid in server.pids()]
        old = token(workers[0], client)
        for each in workers:
            assert services(each, old) == 200
        before = published(server)

        installation.run("keys", "rotate", "--emergency", "--yes")
        within(1, lambda: [services(each, old) for each in workers] == [401, 401])

        after = published(server)
        assert len(after) == 2
        assert not after & before
        for each in workers:
            new = token(each, client)
            assert kid_of(new) in after
            for other in workers:
                assert services(other, new) == 200
                assert services(other, old) == 401


def services(wire: Wire, text: str) -> int:
    """The status of a call with a token."""
    return wire.get(f"{API}/services", text).status


def tend(installation: Installation) -> None:
    """Lets the background loop do its work once, as the one beside each server does by itself."""
    rows = len(installation.run("keys", "list").splitlines())
    process = started(
        [PROGRAM, "worker"],
        installation.environment,
        cwd=installation.folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        within(10, lambda: len(installation.run("keys", "list").splitlines()) < rows)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
