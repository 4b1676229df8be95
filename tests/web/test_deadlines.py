"""The time that requests may take: each stops at its own, and nothing else is stopped."""

import asyncio
import time

import pytest

from openslot.web.http.serving.deadlines import Deadlines

pytestmark = pytest.mark.anyio


async def takes(deadlines: Deadlines, seconds: float, *, lifted: bool = False) -> str:
    """A request that waits so long."""
    try:
        with deadlines.limited() as deadline:
            if lifted and deadline is not None:
                deadline.lift()
            await asyncio.sleep(seconds)
    except TimeoutError:
        return "stopped"
    return "done"


async def test_each_request_is_stopped_at_its_own_time() -> None:
    deadlines = Deadlines(0.05)
    first = asyncio.create_task(takes(deadlines, 5))
    await asyncio.sleep(0.03)
    began = time.perf_counter()
    second = asyncio.create_task(takes(deadlines, 5))
    quick = asyncio.create_task(takes(deadlines, 0))
    free = asyncio.create_task(takes(deadlines, 0.2, lifted=True))
    assert await quick == "done"
    assert await first == "stopped"
    assert not second.done()
    assert await second == "stopped"
    assert time.perf_counter() - began >= 0.05
    assert await free == "done"


async def test_without_a_limit_nothing_is_stopped() -> None:
    assert await takes(Deadlines(0), 0.05) == "done"


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    deadlines = Deadlines(5)
    task = asyncio.create_task(takes(deadlines, 5))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_goes_on_after_it_was_stopped() -> None:
    """One connection answers the next request in the same task."""
    deadlines = Deadlines(0.02)
    assert [await takes(deadlines, 5), await takes(deadlines, 0), await takes(deadlines, 5)] == [
        "stopped", "done", "stopped",
    ]  # fmt: skip
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
