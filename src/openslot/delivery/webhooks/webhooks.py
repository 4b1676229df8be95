"""Webhooks of an account: made, changed, deleted, and disabled when nobody answers there."""

from openslot.delivery.model.webhook import (
    MOST_OF_AN_ACCOUNT,
    TooManyWebhooks,
    Webhook,
    WebhookContent,
    WebhookInactive,
    WebhookKeyTaken,
)
from openslot.delivery.store import (
    delivery_queue,
    webhook_deliveries,
    webhook_replays,
    webhook_secrets,
    webhooks,
)
from openslot.delivery.webhooks.secrets import make_secret
from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx


def all_webhooks(tx: AccountTx) -> list[Webhook]:
    """Every webhook of the account, by key."""
    return webhooks.all_webhooks(tx)


def by_id(tx: AccountTx, id_: str) -> Webhook:
    """The webhook with this id.

    Raises:
        NotFound: the account has none.
    """
    found = webhooks.by_id(tx, id_)
    if found is None:
        raise NotFound("There is no such webhook")
    return found


def active(tx: AccountTx, id_: str) -> Webhook:
    """The webhook with this id, to which something is sent.

    Raises:
        NotFound: the account has none.
        WebhookInactive: nothing is sent there.
    """
    webhook = by_id(tx, id_)
    if not webhook.content.active:
        raise WebhookInactive
    return webhook


def create(
    tx: AccountTx, key: bytes, content: WebhookContent, *, by: Actor | None = None
) -> tuple[Webhook, str]:
    """Makes a webhook; its secret, sealed with `key`, is shown once, here.

    Here and below `by` is who does it; None is the operator.

    Raises:
        InsufficientScope: it hands out customers' data, and `by` may not give that away.
        TooManyWebhooks: the account has as many as it may have.
        WebhookKeyTaken: the account has one with this key.
    """
    _check_customers(by, content)
    if len(webhooks.all_webhooks(tx)) >= MOST_OF_AN_ACCOUNT:
        raise TooManyWebhooks
    id_ = new_id()
    if not webhooks.insert(tx, id_, content):
        raise WebhookKeyTaken
    audit.record(tx, "webhook.created", by, webhook=id_, key=content.key)
    return by_id(tx, id_), make_secret(tx, key, id_, by=by).text


def change(
    tx: AccountTx, webhook: Webhook, content: WebhookContent, *, by: Actor | None = None
) -> Webhook:
    """Makes it hold a content, if that is another one; inactive ones lose what is queued.

    Raises:
        InsufficientScope: as `create`.
        WebhookKeyTaken: another one has this key.
    """
    if content == webhook.content:
        return webhook
    # An inactive one too: enabling it later needs no scope of its own.
    if not webhook.content.include_customer or content.url != webhook.content.url:
        _check_customers(by, content)
    taken = {other.content.key for other in webhooks.all_webhooks(tx) if other.id != webhook.id}
    if content.key in taken:
        raise WebhookKeyTaken
    webhooks.update(tx, webhook.id, content)
    if not content.active:
        _drop_queued(tx, webhook.id)
    names = ("key", "url", "events", "active", "include_customer", "description")
    fields = [n for n in names if getattr(content, n) != getattr(webhook.content, n)]
    audit.record(tx, "webhook.changed", by, webhook=webhook.id, fields=fields)
    return by_id(tx, webhook.id)


def delete(tx: AccountTx, webhook: Webhook, *, by: Actor | None = None) -> None:
    """Removes it with its secrets and all that was sent or shall be."""
    audit.record(tx, "webhook.deleted", by, webhook=webhook.id, key=webhook.content.key)
    webhook_replays.delete_of_webhook(tx, webhook.id)
    webhook_deliveries.delete_of_webhook(tx, webhook.id)
    webhook_secrets.delete_all(tx, webhook.id)
    webhooks.delete(tx, webhook.id)


def disable(tx: AccountTx, webhook: Webhook, reason: str) -> None:
    """Ends it by itself; what was queued is dropped."""
    webhooks.disable(tx, webhook.id, reason)
    _drop_queued(tx, webhook.id)
    audit.record(tx, "webhook.disabled", None, webhook=webhook.id, reason=reason)


def _drop_queued(tx: AccountTx, webhook_id: str) -> None:
    webhook_replays.delete_of_webhook(tx, webhook_id)
    delivery_queue.drop_queued(tx, webhook_id)


def _check_customers(by: Actor | None, content: WebhookContent) -> None:
    """What hands people's data to a third place permanently needs a scope of its own."""
    if by is not None and content.include_customer:
        by.require(PRIVACY_MANAGE)
