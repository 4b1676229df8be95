"""Making an account's webhooks be what its account file lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openslot.delivery.model.webhook import WebhookContent
from openslot.delivery.store import webhooks as store
from openslot.delivery.webhooks import webhooks
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.storage.transactions import AccountTx

_KIND = "webhook"


@dataclass(frozen=True, slots=True)
class IssuedWebhookSecret:
    """What the developer of a receiver is shown, once, when its webhook was made."""

    account: str  # the account's name
    key: str
    secret: str


def apply_webhooks(
    tx: AccountTx, key: bytes, wanted: Sequence[WebhookContent], *, by: Actor | None = None
) -> tuple[list[Change], list[IssuedWebhookSecret]]:
    """Makes the account's webhooks be `wanted`; one that is no longer listed is deleted.

    `key` seals secrets; `by` is who applies it, None is the operator. One that was disabled by
    itself stays so while its entry stays the same.
    """
    changes: list[Change] = []
    issued: list[IssuedWebhookSecret] = []
    listed = {content.key for content in wanted}
    stored = {webhook.content.key: webhook for webhook in store.all_webhooks(tx)}
    for name, webhook in stored.items():
        if name not in listed:
            webhooks.delete(tx, webhook, by=by)
            changes.append(Change(_KIND, name, "deleted"))
    for content in wanted:
        found = stored.get(content.key)
        if found is None:
            _, secret = webhooks.create(tx, key, content, by=by)
            issued.append(IssuedWebhookSecret(tx.account.name, content.key, secret))
            changes.append(Change(_KIND, content.key, "created"))
        elif found.disabled_reason and content == replace(found.content, active=True):
            continue  # a file that is applied every hour would call a dead receiver forever
        elif webhooks.change(tx, found, content, by=by) != found:
            changes.append(Change(_KIND, content.key, "changed"))
    return changes, issued
