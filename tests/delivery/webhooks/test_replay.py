"""Deliveries and events that a webhook is sent again."""

import asyncio
import time
from functools import partial

import pytest

from openslot.delivery.model.webhook import Webhook
from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
    DROPPED,
    FAILED,
    QUEUED,
    DeliveryFilter,
)
from openslot.delivery.restoring import drop_due
from openslot.delivery.store import webhook_deliveries
from openslot.delivery.webhooks import deliveries, replaying, webhooks
from openslot.delivery.webhooks.replaying import Stretch
from openslot.kernel.actor import operator_of
from openslot.kernel.ids import new_id
from openslot.storage.journal import events
from openslot.storage.journal.events import NewEvent
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx
from openslot.worker.replays import replay_events
from rounds import rounds

from ..installation import KEY, UIDS, Outside, facts
from ..receivers import in_turn, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MISSED = Stretch(0, None, delivered_too=False)
EVERYTHING = Stretch(0, None, delivered_too=True)
STEP = partial(replaying.step, uids=UIDS, webhook_key=KEY)

# Positions as they come after the commit, all at once.
_PLACE = AccountStatement("""
    UPDATE events SET position = :position WHERE account_id = :account_id AND booking_id = :booking
""")


async def replay(out: Outside, hook: Webhook, stretch: Stretch) -> int:
    """As the API does it: counted first, then begun."""
    planned = await out.database.read_in_background(out.acme, replaying.plan, hook.id, stretch)
    by = operator_of(out.acme)
    return await out.database.write(out.acme, replaying.begin, by, planned, UIDS, KEY)


async def happened(out: Outside, count: int, account_id: str = "") -> None:
    """Something was done so often, before anybody listened."""

    def append(tx: AccountTx) -> None:
        of_all = [NewEvent("appointment.booked", new_id(), 1, facts()) for _ in range(count)]
        events.append_each(tx, of_all)
        places = enumerate((one.booking_id for one in of_all), 1)
        tx.run_each(_PLACE, [{"booking": booking, "position": n} for n, booking in places])

    await out.database.write(account_id or out.acme, append)


async def statuses(out: Outside, hook: Webhook) -> list[str]:
    return [one.status for one in await out.deliveries(hook)]


async def test_resend_and_replay(out: Outside) -> None:
    async with receiving(in_turn(status(400), status(400), status(400), status(204))) as receiver:
        hook = await out.hook(receiver.url())
        failed = await out.happens()
        await out.until(hook, FAILED)
        [first] = await out.deliveries(hook)
        await out.database.write(out.acme, deliveries.resend, hook.id, first.id, KEY)
        await out.until(hook, DELIVERED)
        later = await out.hook(receiver.url())
        await out.happens(failed, 2)
        await out.until(hook, DELIVERED, DELIVERED)
        await out.until(later, DELIVERED)
        assert await replay(out, later, MISSED) == 1  # that from before it existed
        await out.until(later, DELIVERED, DELIVERED)
        before = len(receiver.requests)
        assert await replay(out, later, EVERYTHING) == 2
        await out.until(later, DELIVERED, DELIVERED)
        assert len(await receiver.has(before + 2)) == before + 2


async def test_a_long_one_is_done_in_steps_and_sends_each_event_once(out: Outside) -> None:
    """Those of its types and its time alone, in their order, in the account alone."""
    await happened(out, 130)
    await happened(out, 3, out.globex)
    hook = await out.hook("https://a.example", events=("appointment.booked",))
    other = await out.hook("https://b.example", events=("appointment.moved",))
    assert await replay(out, other, MISSED) == 0
    assert await replay(out, hook, MISSED) == 130
    assert len(await out.deliveries(hook)) == 10
    await out.happens(kind="moved")  # what happens meanwhile is sent anyway
    await out.happens()
    both = replay_events(out.database, STEP), replay_events(out.database, STEP)
    await asyncio.gather(*both)  # two processes
    found = await out.deliveries(hook)
    assert [one.status for one in found] == [QUEUED] * 131
    assert len(await out.deliveries(other)) == 1

    def positions(tx: AccountTx) -> list[str]:
        return [one.id for one in events.after(tx, 0, 1_000) if one.type == "appointment.booked"]

    in_order = await out.database.read(out.acme, positions)
    assert sorted(in_order) == sorted(one.event_id for one in found)
    assert [one.event_id for one in found][:10] == in_order[:10]
    nothing = await out.database.read_system("a test", replaying.accounts, 10)
    assert nothing == []


async def test_one_of_a_webhook_that_ends_ends_too(out: Outside) -> None:
    await happened(out, 50)
    hook, gone = await out.hook("https://a.example"), await out.hook("https://b.example")
    for one in (hook, gone):
        assert await replay(out, one, MISSED) == 50
    await out.database.write(out.acme, webhooks.disable, hook, "failing")
    await out.database.write(out.acme, webhooks.delete, gone)
    await replay_events(out.database, STEP)
    assert await statuses(out, hook) == [DROPPED] * 10
    found = await out.database.read(
        out.acme, webhook_deliveries.page, gone.id, DeliveryFilter(), 100
    )
    assert found == []


async def test_a_restored_backup_goes_on_with_none(out: Outside) -> None:
    await happened(out, 50)
    hook = await out.hook("https://a.example")
    await replay(out, hook, MISSED)
    assert await out.database.write(out.acme, drop_due, frozenset()) == 50
    await replay_events(out.database, STEP)
    assert await statuses(out, hook) == [DROPPED] * 10


async def test_nobody_waits_for_a_long_one(out: Outside) -> None:
    """Whoever writes meanwhile waits for a step of it at most."""
    count = rounds(some=1_000, many=10_000)
    await happened(out, count)
    hook = await out.hook("https://a.example")
    waits: list[float] = []
    done = asyncio.Event()

    async def others() -> None:
        while not done.is_set():
            begun = time.perf_counter()
            await out.database.write(out.globex, lambda tx: tx.now)
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(0.001)

    writing = asyncio.create_task(others())
    assert await replay(out, hook, MISSED) == count
    await replay_events(out.database, STEP)
    done.set()
    await writing
    assert len(await out.deliveries(hook)) == count
    slowest = sorted(waits)[-(len(waits) // 100) - 1]
    print(len(waits), slowest, max(waits))
    assert slowest < 0.1
