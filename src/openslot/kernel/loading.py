"""Loading modules while the process already answers."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Loaded = TypeVar("Loaded")

_ONE_AT_A_TIME = threading.Lock()


async def in_thread(load: Callable[[], Loaded]) -> Loaded:
    """What `load` returns, which imports modules in a thread: one such thread at a time.

    Where modules import one another in a circle, two threads that begin at different ends would
    wait for each other for ever, and Python ends that by showing one of them half of a module.
    """
    return await asyncio.to_thread(_alone, load)


def _alone(load: Callable[[], Loaded]) -> Loaded:
    with _ONE_AT_A_TIME:
        return load()
