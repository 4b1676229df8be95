"""All tests log what can be logged, and when the last one is over the logs hold no secret.

What is secret is noted where the product makes it or is given it; nothing is replaced. Servers
that tests start log into files at `debug`; what runs in the process of the tests, and the
libraries under it, logs into one more.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from distribution import hands_out

from .watch import WATCH

_found: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Begins to note, and to log, where tests are run."""
    if hands_out(config):
        return
    # They load the product, which takes a while.
    from .everything_logged import log_into  # noqa: PLC0415
    from .noting import note_what_is_made, note_what_is_typed  # noqa: PLC0415

    WATCH.active = True
    note_what_is_made()
    note_what_is_typed()
    config.stash[_FOLDER] = folder = tempfile.TemporaryDirectory(prefix="openslot-log-")
    log_into(Path(folder.name) / "tests.log")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Looks for what was noted. A process beside others leaves it to the first to tell."""
    _found.extend(WATCH.found())
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = _found
    elif _found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What another process has found."""
    _found.extend(getattr(node, "workeroutput", {}).get("leaks", ()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says where it is."""
    if _found:
        terminalreporter.section("secrets in logs", red=True)
        for place in _found[:20]:
            terminalreporter.line(place)
        terminalreporter.line(f"{len(_found)} lines of logs hold something secret")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes the log."""
    WATCH.active = False
    folder = config.stash.get(_FOLDER, None)
    if folder is not None:
        folder.cleanup()


_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
