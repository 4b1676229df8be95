"""What the page about programs for Orchestra says to paste works, all of it, in its order."""

import re
from pathlib import Path

import pytest

from journeys.serving import installed
from journeys.town import account_file

from .guides import guide, run_lines

_ADDRESS = "http://127.0.0.1:8000"


@pytest.mark.slow
def test_its_lines_move_a_program(tmp_path: Path) -> None:
    """From the switch to the second key; the first one no longer counts."""
    page = guide("how-to/move-an-orchestra-program.md")
    assert page.script.count(_ADDRESS) == 1
    installation = installed(tmp_path, account_file())
    last = '\ncurl -sS -o /dev/null -w "%{http_code}\\n" -H "auth-token: $KEY" "$API/v1/services"\n'
    with installation.serving() as server:
        printed = run_lines(installation, page.script.replace(_ADDRESS, server.url) + last)
    start, cancelled = re.findall(r"^(\d{4}-\S+\+0000|204)$", printed, re.MULTILINE)
    assert (start[16:], cancelled) == (":00.000+0000", "204")
    assert printed.splitlines()[-1] == "401"
