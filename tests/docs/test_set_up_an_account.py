"""What the guide to the admin API says to paste works, all of it, in its order."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from journeys.serving import installed

_GUIDE = Path(__file__).parents[2] / "docs" / "tutorials" / "set-up-an-account.md"
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ADDRESS = "http://127.0.0.1:8000"


@pytest.mark.slow
def test_its_lines_set_up_an_account(tmp_path: Path) -> None:
    """In one shell, each having to succeed, as somebody who pastes them would see."""
    text = _GUIDE.read_text(encoding="utf-8")
    assert text.count(_ADDRESS) == 1
    script = "".join(_SHELL.findall(text))
    installation = installed(tmp_path, {"account": "neighbour", "name": "Neighbour"})
    programs = Path(sys.executable).parent
    environment = {**installation.environment}
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    with installation.serving() as server:
        done = subprocess.run(
            ["bash", "-euo", "pipefail"],
            input=script.replace(_ADDRESS, server.url),
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, action, minutes, tuesday, reason, kind, booked, cancelled, changes = (
        done.stdout.splitlines()
    )
    assert (action, minutes, reason, kind) == ("changed", "45", "Training", "block")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", tuesday)
    assert (booked, cancelled, changes) == ("CONFIRMED", "CANCELLED", "[]")
    assert len((tmp_path / "website.secret").read_text().strip()) > 30
    installation.verify()
