"""`openslot serve`: it starts on a database of this version alone, or says why not in one line."""

import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openslot import settings as setting
from openslot.identity.keys.purpose_keys import PurposeKeys
from ports import free_port

from .conftest import Operator
from .processes import OPENSLOT, running, wait_for
from .running import on


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port on which something listens."""
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield int(busy.getsockname()[1])


def test_a_busy_port_is_one_line(operator: Operator, busy_port: int) -> None:
    assert operator.runs("serve", "--port", str(busy_port), code=1).stderr == (
        f"openslot: 127.0.0.1:{busy_port} cannot be listened on: Address already in use. "
        "Choose another --port\n"
    )


def test_an_address_that_is_none_is_one_line(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("192.0.2.1", "no.such.host.invalid"):
        assert "cannot be listened on" in operator.runs("serve", "--host", host, code=1).stderr
    monkeypatch.setenv("OPENSLOT_HOST", "no-such-host.invalid")
    assert "cannot be listened on" in operator.runs("serve", code=1).stderr


def test_another_master_key_is_one_line(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(operator.database, lambda d: PurposeKeys.load(d, setting.load().master_key_bytes))
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", "A" * 43 + "=")
    result = operator.runs("serve", code=1)
    assert "OPENSLOT_MASTER_KEY is not the key" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    monkeypatch.delenv("OPENSLOT_MASTER_KEY")
    assert "OPENSLOT_MASTER_KEY is missing" in operator.runs("serve", code=1).stderr


@pytest.mark.slow
def test_it_migrates_when_asked_and_then_answers(newcomer: Operator) -> None:
    port = free_port()
    words = ("serve", "--migrate", "--port", str(port))
    with running(newcomer.folder, *words, environment=newcomer.environment):
        wait_for(port)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
            assert answer.status == 200


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("by", ["option", "setting"])
def test_any_address_is_ipv6_and_ipv4(newcomer: Operator, workers: str, by: str) -> None:
    """With any number of workers, however it is said."""
    port = free_port()
    words = ["serve", "--migrate", "--port", str(port), "--workers", workers]
    environment = dict(newcomer.environment)
    if by == "option":
        words += ["--host", "::"]
    else:
        environment["OPENSLOT_HOST"] = "::"
    with running(newcomer.folder, *words, environment=environment):
        wait_for(port)
        for host in ("127.0.0.1", "[::1]"):
            with urllib.request.urlopen(f"http://{host}:{port}/health/live") as answer:
                assert answer.status == 200


@pytest.mark.slow
def test_a_demo_on_a_busy_port_makes_nothing(tmp_path: Path, busy_port: int) -> None:
    result = subprocess.run(
        [*OPENSLOT, "demo", "--port", str(busy_port)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        f"openslot: 127.0.0.1:{busy_port} cannot be listened on: Address already in use. "
        "Choose another --port\n"
    )
    assert list(tmp_path.iterdir()) == []
