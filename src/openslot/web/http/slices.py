"""Computations on the event loop in slices, so that it serves others meanwhile."""

import asyncio
import time
from typing import TypeVar

from openslot.storage.action import Steps
from openslot.web.http.response import Response
from openslot.web.http.route import Handled

T = TypeVar("T")

# The longest stretch of a computation on the event loop: others wait that long at most.
_SLICE_SECONDS = 0.0002


async def in_slices(handled: Handled) -> Response:
    """The response, computed with pauses if it comes in steps."""
    return handled if isinstance(handled, Response) else await computed(handled)


async def computed(steps: Steps[T]) -> T:
    """What some steps compute, with pauses between them."""
    await asyncio.sleep(0)  # reading what is computed with was a slice already
    until = time.perf_counter() + _SLICE_SECONDS
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        if time.perf_counter() > until:
            await asyncio.sleep(0)
            until = time.perf_counter() + _SLICE_SECONDS
