"""Modules that two threads load at once."""

import asyncio
from importlib import import_module
from pathlib import Path

import pytest

from openslot.kernel.loading import GivesWay, in_thread

pytestmark = pytest.mark.anyio

# They need each other, and each can be loaded first.
LEFT = "import time\ntime.sleep(0.1)\nimport circle_right\ndef used():\n    circle_right.value\n"
RIGHT = "import time\ntime.sleep(0.05)\nimport circle_left\nvalue = 1\ntime.sleep(0.1)\n"


async def test_a_circle_of_modules_is_loaded_from_both_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libraries are, of which a page needs one end first and a mail the other."""
    (tmp_path / "circle_left.py").write_text(LEFT)
    (tmp_path / "circle_right.py").write_text(RIGHT)
    monkeypatch.syspath_prepend(tmp_path)
    await asyncio.gather(
        in_thread(lambda: import_module("circle_left").used()),
        in_thread(lambda: import_module("circle_right")),
    )


async def test_before_each_module_requests_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the loop itself imports, a request's own, waits for nobody."""
    for name in ("way_one", "way_two", "way_own"):
        (tmp_path / f"{name}.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    running = [True, True, False, True, False]
    with GivesWay(lambda: running.pop(0)):
        await in_thread(lambda: [import_module(name) for name in ("way_one", "way_two")])
        import_module("way_own")
    assert not running


async def test_a_request_without_an_end_keeps_no_module_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "way_endless.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with GivesWay(lambda: True):
        await in_thread(lambda: import_module("way_endless"))
