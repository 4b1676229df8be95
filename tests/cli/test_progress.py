"""The line that says what takes so long: on a terminal alone, and gone in the end."""

import io
import sys
import time

import pytest

from openslot.cli import progress
from openslot.cli.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_FIRST_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.02)


def test_a_terminal_sees_it_and_nothing_is_left(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with ProgressLine("Checking o.db") as line:
        line.at(1, 4)
        time.sleep(0.1)
    assert "\rChecking o.db: 25 %, 0 s" in terminal.getvalue().replace("\x1b[K", "")
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_what_is_short_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with ProgressLine("Checking o.db"):
        pass
    assert terminal.getvalue() == ""


def test_a_file_gets_none(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr(sys, "stderr", output)
    with ProgressLine("Checking o.db") as line:
        line.at(1, 4)
        time.sleep(0.05)
    assert output.getvalue() == ""
