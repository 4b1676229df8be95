"""Events that a webhook is sent again, a few in each transaction.

So no booking waits for a replay, however many events it is about. What is to be sent is counted
before anything is written, and the rest is done in the background.
"""

from dataclasses import dataclass, replace

from openslot.calendars.uids import CalendarUids
from openslot.delivery.model.webhook import EVERY_TYPE, Webhook
from openslot.delivery.model.webhook_replay import WebhookReplay
from openslot.delivery.store import delivery_queue, webhook_deliveries, webhooks
from openslot.delivery.store import webhook_replays as store
from openslot.delivery.webhooks import fan_out
from openslot.delivery.webhooks.webhooks import active, by_id
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit, events
from openslot.storage.journal.events import EventFilter
from openslot.storage.transactions import AccountTx, SystemTx

_AT_ONCE = 10  # events: a few milliseconds, for which other writes of the account may wait


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which events to replay."""

    since: Millis
    until: Millis | None  # exclusive; None: up to now
    delivered_too: bool  # those as well that the webhook has answered with 2xx


@dataclass(frozen=True, slots=True)
class PlannedReplay:
    """A replay that has not begun, and how many events it is about."""

    replay: WebhookReplay
    events: int


def plan(tx: AccountTx, webhook_id: str, stretch: Stretch) -> PlannedReplay:
    """Which events of a time a webhook wants, those from before it existed too. Only reads.

    Raises:
        NotFound: there is no such webhook.
    """
    webhook = by_id(tx, webhook_id)
    replay = WebhookReplay(
        id=new_id(),
        webhook_id=webhook_id,
        after=0,
        until=0,
        since=max(stretch.since, tx.now - events.RETENTION_MS),
        before=tx.now + 1 if stretch.until is None else stretch.until,
        delivered_too=stretch.delivered_too,
    )
    extent = store.extent(tx, replay, _types(webhook))
    return PlannedReplay(replace(replay, after=extent.first - 1, until=extent.last), extent.events)


def begin(
    tx: AccountTx, actor: Actor, planned: PlannedReplay, uids: CalendarUids, webhook_key: bytes
) -> int:
    """Queues the first events; the others follow by `step`. Returns how many it is about.

    Raises:
        NotFound: the webhook has been deleted.
        WebhookInactive: nothing is sent there any more.
    """
    active(tx, planned.replay.webhook_id)
    if planned.events:
        tx.lock("events", ("",))
        store.insert(tx, planned.replay)
        _go_on(tx, planned.replay, uids, webhook_key)
    audit.record(
        tx, "webhook.replayed", actor, webhook=planned.replay.webhook_id, events=planned.events
    )
    return planned.events


def step(tx: AccountTx, uids: CalendarUids, webhook_key: bytes) -> bool:
    """Queues the next events of the account's replays; returns whether some are left."""
    tx.lock("events", ("",))  # one after another, also of several processes
    replays = store.all_replays(tx)
    if not replays:
        return False
    is_done = _go_on(tx, replays[0], uids, webhook_key)
    return not is_done or len(replays) > 1


def _go_on(tx: AccountTx, replay: WebhookReplay, uids: CalendarUids, webhook_key: bytes) -> bool:
    """Queues the next events of a replay; returns whether it is done."""
    tx.lock("webhook", (replay.webhook_id,))  # nothing is taken for sending or noted meanwhile
    webhook = webhooks.by_id(tx, replay.webhook_id)
    if webhook is None or not webhook.content.active:
        store.delete(tx, replay)
        return True
    wanted = EventFilter(types=_types(webhook), since=replay.since)
    found = [
        event
        for event in events.after(tx, replay.after, _AT_ONCE, wanted)
        if event.position <= replay.until
    ]
    chosen = [event for event in found if event.at < replay.before]
    ids = [event.id for event in chosen]
    if not replay.delivered_too:
        heard = webhook_deliveries.delivered_of(tx, webhook.id, ids)
        chosen = [event for event in chosen if event.id not in heard]
        ids = [event.id for event in chosen]
    delivery_queue.queue_events_again(tx, webhook.id, ids, delivered_too=replay.delivered_too)
    fan_out.queue(tx, webhook, chosen, uids, webhook_key)
    if len(found) == _AT_ONCE and found[-1].position < replay.until:
        store.advance(tx, replace(replay, after=found[-1].position))
        return False
    store.delete(tx, replay)
    return True


def accounts(tx: SystemTx, most: int) -> list[str]:
    """The ids of at most so many accounts with replays that are not done."""
    return store.accounts(tx, most)


def give_up(tx: AccountTx) -> int:
    """Ends every replay of the account; returns how many events were still to be queued."""
    left = 0
    for replay in store.all_replays(tx):
        webhook = webhooks.by_id(tx, replay.webhook_id)
        if webhook is not None and webhook.content.active:
            left += store.left(tx, replay, _types(webhook))
    store.delete_all(tx)
    return left


def _types(webhook: Webhook) -> tuple[str, ...]:
    """The types that it wants; none: every one."""
    return () if EVERY_TYPE in webhook.content.events else webhook.content.events
