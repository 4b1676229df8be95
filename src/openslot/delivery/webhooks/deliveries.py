"""Looking after what was sent to a webhook: seen, sent again, tried out."""

from openslot.delivery.model.webhook import TEST
from openslot.delivery.model.webhook_delivery import DeliveryFilter, NewDelivery, WebhookDelivery
from openslot.delivery.store import delivery_queue
from openslot.delivery.store import webhook_deliveries as store
from openslot.delivery.store.webhook_deliveries import packed
from openslot.delivery.webhooks import fan_out, webhooks
from openslot.delivery.webhooks.webhooks import active
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.page import Page, read_page
from openslot.storage.transactions import AccountTx

RETENTION_MS = 30 * 86_400_000
_MOST_AT_ONCE = 500


def page(
    tx: AccountTx, webhook_id: str, wanted: DeliveryFilter, limit: int
) -> Page[WebhookDelivery]:
    """A page of what was sent to a webhook, the newest first. Raises NotFound."""
    webhooks.by_id(tx, webhook_id)
    return read_page(limit, lambda most: store.page(tx, webhook_id, wanted, most))


def by_id(tx: AccountTx, webhook_id: str, delivery_id: str) -> WebhookDelivery:
    """One delivery.

    Raises:
        NotFound: the webhook has none with this id.
    """
    webhooks.by_id(tx, webhook_id)
    found = store.by_id(tx, webhook_id, delivery_id)
    if found is None:
        raise NotFound("There is no such delivery")
    return found


def resend(tx: AccountTx, webhook_id: str, delivery_id: str, webhook_key: bytes) -> WebhookDelivery:
    """Sends it once more, at once, whatever became of it.

    Raises:
        NotFound: there is no such delivery.
        WebhookInactive: nothing is sent there.
    """
    webhook = active(tx, webhook_id)
    found = by_id(tx, webhook_id, delivery_id)
    if tx.account.sandbox:
        again = NewDelivery(found.event_id, found.type, found.booking_id, 0, found.body)
        fan_out.record_in_sandbox(tx, webhook, [again], webhook_key)
        return found
    delivery_queue.queue_again(tx, webhook_id, delivery_id)
    return by_id(tx, webhook_id, delivery_id)


def test(tx: AccountTx, webhook_id: str, webhook_key: bytes) -> WebhookDelivery:
    """Sends something that is no event, so that a receiver can be tried out.

    Raises:
        NotFound: there is no such webhook.
        WebhookInactive: nothing is sent there.
    """
    webhook = active(tx, webhook_id)
    id_ = new_id()
    body = {
        "id": id_,
        "type": TEST,
        "timestamp": instant_text(tx.now),
        "data": {"account": tx.account.name},
    }
    made = NewDelivery(id_, TEST, "", 0, packed(body))
    store.insert_each(tx, webhook_id, [made], sent=tx.account.sandbox)
    if tx.account.sandbox:
        fan_out.record_in_sandbox(tx, webhook, [made], webhook_key)
    return store.by_event(tx, webhook_id, id_)


def delete_expired(tx: AccountTx) -> int:
    """Removes at most 500 deliveries that are done and 30 days old; returns how many."""
    return store.delete_expired(tx, tx.now - RETENTION_MS, _MOST_AT_ONCE)
