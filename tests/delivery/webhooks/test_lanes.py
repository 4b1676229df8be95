"""Who is sent to when: in order, beside others, and by several processes."""

import asyncio
import json
import time
from collections.abc import Callable

import pytest

from openslot.delivery import outbox
from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
    FAILED,
    TIMEOUT,
)
from openslot.delivery.webhooks import lanes, webhooks
from openslot.identity import accounts
from openslot.kernel.ids import new_id

from ..installation import Outside, outside
from ..receivers import Request, hang, in_turn, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_one_that_hangs_holds_up_nobody_else(out: Outside) -> None:
    async with receiving(hang) as slow, receiving() as quick:
        out.process(timeout_seconds=1)
        hanging, other = await out.hook(slow.url()), await out.hook(quick.url())
        for _ in range(30):
            await out.happens()
        began = time.monotonic()
        await out.until(other, *[DELIVERED] * 30)
        assert time.monotonic() - began < 8
        assert slow.most_at_a_time <= 8
        found = await out.deliveries(hanging)
        attempts = [a for d in found for a in d.attempts]
        assert {a["error"] for a in attempts} <= {TIMEOUT}
        assert other.id != hanging.id


async def test_after_failures_one_attempt_at_a_time(out: Outside) -> None:
    async with receiving(status(500)) as receiver:
        hook = await out.hook(receiver.url())
        for _ in range(12):
            await out.happens()
        await out.until(hook, *[FAILED] * 12)
        receiver.most_at_a_time = 0
        before = len(receiver.requests)
        for _ in range(5):
            await out.happens()
        await out.until(hook, *[FAILED] * 17)
        assert len(receiver.requests) > before
        assert receiver.most_at_a_time == 1


async def test_the_first_attempts_of_an_appointment_keep_its_order(out: Outside) -> None:
    async with receiving(in_turn(status(500), status(204))) as receiver:
        hook = await out.hook(receiver.url())
        bookings = [new_id() for _ in range(3)]
        for version in range(1, 7):
            for booking in bookings:
                await out.happens(booking, version)
        await out.until(hook, *[DELIVERED] * 18)
    seen: dict[str, list[int]] = {booking: [] for booking in bookings}
    for request in receiver.requests:
        data = json.loads(request.body)["data"]
        if data["version"] not in seen[data["appointmentId"]]:
            seen[data["appointmentId"]].append(data["version"])
    assert all(versions == list(range(1, 7)) for versions in seen.values()), seen


async def test_eight_processes_send_each_event_once(out: Outside) -> None:
    async with receiving() as receiver:
        hook = await out.hook(receiver.url())
        for _ in range(40):
            await out.happens()
        for _ in range(8):
            out.process()
        await asyncio.gather(*(lanes.look() for lanes in out.lanes))
        await out.until(hook, *[DELIVERED] * 40)
        assert receiver.most_at_a_time <= 8
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(ids) == len(set(ids)) == 40


async def test_what_a_dead_process_had_in_hand_is_taken_up(empty: Callable[[], str]) -> None:
    async with outside(empty(), lease_ms=700) as out, receiving(hang) as slow:
        hook = await out.hook(slow.url())
        await out.happens()
        dead = out.process()
        await dead.look()
        await slow.has(1)
        for lane in dead._lanes.values():  # it ends in the middle, and writes nothing down
            lane.cancel()
        async with receiving() as receiver:
            moved = await out.database.read(out.acme, webhooks.by_id, hook.id)
            content = type(moved.content)(moved.content.key, receiver.url())
            await out.database.write(out.acme, webhooks.change, moved, content)
            out.lanes.remove(dead)
            await out.until(hook, DELIVERED)
            [request] = receiver.requests
        assert request.headers["webhook-id"] == slow.requests[0].headers["webhook-id"]
        await dead.close()


async def test_an_attempt_that_takes_longer_than_a_lease_is_not_made_twice(
    empty: Callable[[], str],
) -> None:
    async def answer_late(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.5)
        await status(204)(request, writer)

    async with outside(empty(), lease_ms=500) as out, receiving(answer_late) as receiver:
        out.process()
        out.process()
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
        assert len(receiver.requests) == 1


async def test_a_crowd_that_hangs_holds_up_nobody_else(
    out: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_MOST_LANES", 4)
    monkeypatch.setattr(lanes, "_TURN_SECONDS", 0.2)
    async with receiving(hang) as slow, receiving() as quick:
        out.process(timeout_seconds=0.3)
        for _ in range(8):
            await out.hook(slow.url())
        for _ in range(40):
            await out.happens()
        while len(slow.requests) < 40:
            await out.lanes[0].look()
            await asyncio.sleep(0.02)
        other = await out.hook(quick.url(), account_id=out.globex)
        for _ in range(3):
            await out.happens(account_id=out.globex)
        await out.until(other, *[DELIVERED] * 3, seconds=3.0, account_id=out.globex)


async def waiting(out: Outside) -> int:
    """How many deliveries the metric says are waiting."""
    [webhooks, *_] = await out.database.read_system("a test", outbox.waiting)
    return webhooks.rows


async def test_nobody_is_sent_to_by_a_suspended_account(out: Outside) -> None:
    async with receiving() as receiver:
        await out.hook(receiver.url())
        await out.happens()
        assert await waiting(out) == 1
        await out.database.write(out.acme, accounts.suspend)
        assert await waiting(out) == 0
        lanes = out.process()
        await lanes.look()
        await asyncio.sleep(0.3)
        assert receiver.requests == []
