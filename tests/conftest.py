"""For all tests: which of them are collected, and what every process of them needs."""

import gc
import re
from pathlib import Path

import pytest

from distribution import hands_out

pytest_plugins = ["leaks.plugin"]

_SLOW_FILE = re.compile(r"^pytestmark = .*\bpytest\.mark\.slow\b", re.MULTILINE)

# Few tests each, of minutes: whole installations, races and kills, documents driven through.
_LONG_FILE = re.compile(
    r"/(journeys|docs|interop)/|/cli/test_(timezones|demo|private_files|serve)\.py$"
    r"|test_(schemathesis|booking_machine|fuzz|limits|predicate|catalogue_conflicts)\.py$"
)


def pytest_configure(config: pytest.Config) -> None:
    """Loads the product and the fixtures, where tests are run."""
    if not hands_out(config):
        if _is_fast(config):
            import databases  # noqa: PLC0415

            databases.leave_out_slow_kinds()
        config.pluginmanager.import_plugin("shared_fixtures")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out what is slow as a whole before it is imported: that is half of all tests."""
    if not _is_fast(config) or collection_path.suffix != ".py":
        return None
    return bool(_SLOW_FILE.search(collection_path.read_text("utf-8"))) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that no process is left with one while others have ended."""
    items.sort(key=lambda item: not _LONG_FILE.search(item.path.as_posix()))


def pytest_collection_finish() -> None:
    """What is there now stays until the end: nobody need look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _is_fast(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "not slow")
