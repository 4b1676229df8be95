"""`openslot worker` ends well by either signal, whatever its parent has told it to ignore."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .serving import installed
from .town import account_file

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops(tmp_path: Path, number: signal.Signals) -> None:
    installation = installed(tmp_path, account_file("acme"))
    # As a shell starts what runs in the background: interrupts are ignored.
    ignoring = ["sh", "-c", 'trap "" INT; exec "$0" worker']
    with subprocess.Popen(
        [*ignoring, str(Path(sys.executable).with_name("openslot"))],
        env=installation.environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not _catches(process.pid, number):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        try:
            _, said = process.communicate(timeout=100)
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert said.splitlines()[-1] == "stopped"


def _catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for a signal, by proc(5)."""
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(mask, 16) >> (number - 1) & 1)
