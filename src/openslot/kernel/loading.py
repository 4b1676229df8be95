"""Loading modules while the process already answers."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from typing import Any, TypeVar

Loaded = TypeVar("Loaded")

_LONGEST_SECONDS = 0.02  # that one module waits for requests
_LOOK_SECONDS = 0.0005
_ONE_AT_A_TIME = threading.Lock()


async def in_thread(load: Callable[[], Loaded]) -> Loaded:
    """What `load` returns, which imports modules in a thread: one such thread at a time.

    Where modules import one another in a circle, two threads that begin at different ends would
    wait for each other for ever, and Python ends that by showing one of them half of a module.
    """
    return await asyncio.to_thread(_alone, load)


class GivesWay(MetaPathFinder):
    """Before each module that a thread of `in_thread` loads, lets requests be answered first.

    A module is loaded without a pause, and whoever reads a row of the database meanwhile waits
    for the interpreter afterwards: a listing of 300 rows took ten times as long.
    """

    def __init__(self, busy: Callable[[], bool]) -> None:
        """`busy` says whether a request is being answered; it is called in other threads."""
        self._busy = busy

    def find_spec(self, _name: str, _path: Sequence[str] | None, _target: Any = None, /) -> None:
        """Waits, but never for long; it finds nothing, so that others are asked."""
        if not getattr(_LOADING, "here", False):
            return
        until = time.monotonic() + _LONGEST_SECONDS
        while self._busy() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def __enter__(self) -> None:
        """From now on."""
        sys.meta_path.insert(0, self)

    def __exit__(self, *_: object) -> None:
        """No more."""
        sys.meta_path.remove(self)


_LOADING = threading.local()


def _alone(load: Callable[[], Loaded]) -> Loaded:
    with _ONE_AT_A_TIME:
        _LOADING.here = True
        try:
            return load()
        finally:
            _LOADING.here = False
