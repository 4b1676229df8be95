"""The program as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from warm.program import PROGRAM, started

OPENSLOT = (sys.executable, "-c", "from openslot.cli.main import run; run()")
# Reads the words of a command in each line, and answers with its exit code and what it printed.
_TERMINAL = """
import contextlib, io, json, sys
from openslot.cli.main import run
for line in sys.stdin:
    sys.argv = ["openslot", *json.loads(line)]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        with contextlib.redirect_stderr(io.StringIO()) as err:
            try:
                run()
                code = 0
            except SystemExit as ended:
                code = ended.code or 0
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
_PLAIN = {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}


class Terminal:
    """Commands one after another in one process of their own, with its own environment.

    Most of a command's time is the start of its process, and some tests need ten commands.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """`folder` is where the commands run."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _TERMINAL],
            cwd=folder,
            env={**_PLAIN, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def runs(self, *words: str, code: int = 0) -> str:
        """What a command prints; it has to end with this exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        ended, printed, errors = json.loads(self._process.stdout.readline())
        assert ended == code, (words, printed, errors)
        return str(printed)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


@contextmanager
def running(
    folder: Path,
    *words: str,
    environment: Mapping[str, str] | None = None,
    log: Path = Path(os.devnull),
) -> Iterator[subprocess.Popen[str]]:
    """The program as a process of its own, until the block ends; `log` is its standard error."""
    with log.open("w") as errors:
        process = started(
            [PROGRAM, *words],
            {**_PLAIN, **(environment or {})},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
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
