"""Computations on the event loop in slices, so that it serves others meanwhile."""

import asyncio
import time

from openslot.web.http.response import Response
from openslot.web.http.route import Handled

# The longest stretch of a computation on the event loop: others wait that long at most.
_SLICE_SECONDS = 0.0002


async def in_slices(handled: Handled) -> Response:
    """The response, computed with pauses if it comes in steps."""
    if isinstance(handled, Response):
        return handled
    await asyncio.sleep(0)  # reading what is computed with was a slice already
    until = time.perf_counter() + _SLICE_SECONDS
    while True:
        try:
            next(handled)
        except StopIteration as end:
            response: Response = end.value
            return response
        if time.perf_counter() > until:
            await asyncio.sleep(0)
            until = time.perf_counter() + _SLICE_SECONDS
