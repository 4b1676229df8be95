"""The program as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

OPENSLOT = (sys.executable, "-c", "from openslot.cli.main import run; run()")
_PLAIN = {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    folder: Path,
    *words: str,
    environment: Mapping[str, str] | None = None,
    log: Path = Path(os.devnull),
) -> Iterator[subprocess.Popen[str]]:
    """The program as a process of its own, until the block ends; `log` is its standard error."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*OPENSLOT, *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**_PLAIN, **(environment or {})},
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)


def wait_for(port: int) -> None:
    """Returns once something listens."""
    for _ in range(400):
        with closing(socket.socket()) as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")
