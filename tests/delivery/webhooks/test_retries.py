"""Deliveries are tried again, until the receiver has heard or has failed for too long."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from openslot.delivery.model.webhook_delivery import (
    CONNECTION,
    DELIVERED,
    DROPPED,
    FAILED,
    QUEUED,
)
from openslot.delivery.webhooks import webhooks
from openslot.delivery.webhooks.apply import apply_webhooks
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditFilter

from ..installation import KEY, Outside, outside
from ..receivers import Request, in_turn, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.mark.parametrize("code", [300, 301, 302, 307, 400, 401, 404, 500, 503])
async def test_anything_but_2xx_is_tried_again_with_the_same_body(out: Outside, code: int) -> None:
    elsewhere = f"location: http://127.0.0.1:1/{code}"
    async with receiving(in_turn(status(code, elsewhere), status(200))) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    [delivery] = await out.deliveries(hook)
    assert [a["status"] for a in delivery.attempts] == [code, 200]
    assert [a["error"] for a in delivery.attempts] == ["status", None]


async def test_after_the_last_pause_it_has_failed(out: Outside) -> None:
    async with receiving(status(500, body=b"no" * 2000)) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert len(receiver.requests) == len(delivery.attempts) == 3
    assert delivery.attempts[0]["body"] == ("no" * 2000)[:1024]
    assert delivery.due_at is None


async def test_a_receiver_may_ask_for_more_time(out: Outside) -> None:
    answer = status(503, "retry-after: 3600")
    async with receiving(answer) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        lanes = out.process()
        await lanes.look()
        await receiver.has(1)
        await asyncio.sleep(0.3)
    [delivery] = await out.deliveries(hook)
    assert delivery.due_at is not None
    assert 3500 < delivery.due_at / 1000 - time.time() < 3700


async def test_410_ends_it_at_once(out: Outside) -> None:
    async with receiving(status(410)) as receiver:
        hook = await out.hook(receiver.url())
        other = await out.hook("http://127.0.0.1:1/")
        for _ in range(20):
            await out.happens()
        lanes = out.process()
        await lanes.look()
        await receiver.has(1)
        await asyncio.sleep(0.5)
        assert len(receiver.requests) <= 8
    after = await out.webhook(hook)
    assert (after.content.active, after.disabled_reason) == (False, "gone")
    assert (await out.webhook(other)).content.active
    statuses = {d.status for d in await out.deliveries(hook)}
    assert DROPPED in statuses
    assert QUEUED not in statuses
    [noted] = await out.database.read(
        out.acme, audit.events, AuditFilter(type="webhook.disabled"), 5
    )
    assert noted.detail == {"webhook": hook.id, "reason": "gone"}
    # The account file that made it does not enable it, unless it says something else of it.
    others = [hook.content, other.content]
    assert await out.database.write(out.acme, apply_webhooks, KEY, others) == ([], [])
    moved = [replace(hook.content, url="https://new.example"), other.content]
    await out.database.write(out.acme, apply_webhooks, KEY, moved)
    after = await out.webhook(hook)
    assert (after.content.active, after.disabled_reason) == (True, None)


async def test_410_of_a_former_address_does_not_end_the_new_one(out: Outside) -> None:
    """The address is changed while the request to the old one is under way."""
    changed = asyncio.Event()

    async def gone(request: Request, writer: asyncio.StreamWriter) -> None:
        await changed.wait()
        await status(410)(request, writer)

    async with receiving(gone) as old, receiving() as new:
        hook = await out.hook(old.url())
        await out.happens()
        await out.process().look()
        await old.has(1)
        moved = replace(hook.content, url=new.url())
        await out.database.write(out.acme, webhooks.change, hook, moved)
        changed.set()
        await out.until(hook, DELIVERED)
        assert len(new.requests) == 1
    after = await out.webhook(hook)
    assert (after.content.active, after.failures) == (True, 0)


async def test_nothing_but_failures_for_long_ends_it(empty: Callable[[], str]) -> None:
    async def refuse(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        await status(500)(request, writer)

    schedule = (0,) * 500
    async with outside(empty(), schedule, disable_after_ms=300) as out, receiving(refuse) as r:
        hook = await out.hook(r.url())
        await out.happens()
        await out.until(hook, DROPPED)
        after = await out.webhook(hook)
        assert (after.content.active, after.disabled_reason) == (False, "failing")


async def test_a_success_begins_a_new_time(empty: Callable[[], str]) -> None:
    answer = in_turn(status(500), status(200), status(500), status(200))
    async with outside(empty(), (0,) * 5, disable_after_ms=400) as out, receiving(answer) as r:
        hook = await out.hook(r.url())
        await out.happens()
        await out.until(hook, DELIVERED)
        await asyncio.sleep(0.5)
        await out.happens()
        await out.until(hook, DELIVERED, DELIVERED)
        after = await out.webhook(hook)
        assert (after.content.active, after.failures, after.failing_since) == (True, 0, None)
        assert after.last_success_at is not None


async def test_nobody_listens(out: Outside) -> None:
    async with receiving() as receiver:
        url = receiver.url()
    hook = await out.hook(url)
    await out.happens()
    await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert {attempt["error"] for attempt in delivery.attempts} == {CONNECTION}
