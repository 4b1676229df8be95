"""What can be done with webhooks and their deliveries, and with what a sandbox has recorded."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from openslot.calendars.uids import CalendarUids
from openslot.delivery import sandbox
from openslot.delivery.model.sandbox_delivery import SandboxDelivery, SandboxFilter
from openslot.delivery.model.webhook import Webhook, WebhookContent, WebhookSecret
from openslot.delivery.model.webhook_delivery import DeliveryFilter, WebhookDelivery
from openslot.delivery.store import webhook_secrets
from openslot.delivery.store import webhooks as store
from openslot.delivery.webhooks import deliveries, replaying, secrets, webhooks
from openslot.delivery.webhooks.replaying import PlannedReplay, Stretch
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, WEBHOOKS_MANAGE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import (
    ItemPlace,
    Listing,
    Replay,
    Write,
    Written,
    collection_actions,
)
from openslot.storage.transactions import AccountTx

_MANAGE = (WEBHOOKS_MANAGE,)


@dataclass(frozen=True, slots=True)
class WebhookToBe:
    """What a webhook shall hold, and the key that seals the secret of a new one."""

    content: WebhookContent
    key: bytes


@dataclass(frozen=True, slots=True)
class NewWebhookSecretRequest:
    """Another secret for a webhook."""

    webhook_id: str
    key: bytes
    replay: Replay


@dataclass(frozen=True, slots=True)
class WebhookSecretRevocation:
    """A secret of a webhook to end at once."""

    webhook_id: str
    secret_id: str
    replay: Replay


@dataclass(frozen=True, slots=True)
class DeliveryPlace:
    """A delivery of a webhook, or (without its id) the webhook; the key opens its secrets."""

    webhook_id: str
    delivery_id: str
    key: bytes
    replay: Replay


@dataclass(frozen=True, slots=True)
class DeliveryListing:
    """Which page of a webhook's deliveries."""

    webhook_id: str
    wanted: DeliveryFilter
    limit: int


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """Events to be sent again."""

    webhook_id: str
    stretch: Callable[[], Stretch]
    uids: CalendarUids
    key: bytes
    replay: Replay
    planned: PlannedReplay | None = None  # what they are; once they have been counted


class Webhooks:
    """The account's webhooks. Their content is a `WebhookToBe`."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[Webhook]:
        """Webhooks in the order in which they were made, or the one with the filter's `key`."""
        key = listing.filters.get("key")
        if key is not None:
            return Page([one for one in store.all_webhooks(tx) if one.content.key == key])
        return read_page(listing.limit, lambda most: store.page(tx, listing.after, most))

    def find(self, tx: AccountTx, place: ItemPlace) -> Webhook:
        """One of them. Raises NotFound."""
        return webhooks.by_id(tx, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[Webhook]) -> Written[Webhook]:
        """Makes one with a secret, which is shown once. Raises TooManyWebhooks, WebhookKeyTaken."""
        write.replay(tx)
        wanted: WebhookToBe = write.content(tx, None)
        webhook, secret = webhooks.create(tx, wanted.key, wanted.content, by=actor)
        created = Change("webhook", webhook.content.key, "created")
        return Written(webhook, (created,), shown_once={"secret": secret})

    def change(
        self, tx: AccountTx, actor: Actor, item: Webhook, write: Write[Webhook]
    ) -> Written[Webhook]:
        """Replaces its content. Raises WebhookKeyTaken."""
        wanted: WebhookToBe = write.content(tx, item)
        changed = webhooks.change(tx, item, wanted.content, by=actor)
        made = Change("webhook", changed.content.key, "changed")
        return Written(changed, (made,) if changed != item else ())

    def delete(
        self, tx: AccountTx, actor: Actor, item: Webhook, _: Write[Webhook]
    ) -> Written[Webhook]:
        """Removes it with all that was sent or shall be."""
        webhooks.delete(tx, item, by=actor)
        return Written(item, (Change("webhook", item.content.key, "deleted"),))


def _secrets(tx: AccountTx, _: Actor, webhook_id: str) -> list[WebhookSecret]:
    webhooks.by_id(tx, webhook_id)
    return webhook_secrets.of_webhook(tx, webhook_id)


def _create_secret(
    tx: AccountTx, actor: Actor, wanted: NewWebhookSecretRequest
) -> Written[WebhookSecret]:
    webhook = webhooks.by_id(tx, wanted.webhook_id)
    wanted.replay(tx)
    made = secrets.make_secret(tx, wanted.key, webhook.id, by=actor)
    (secret,) = (s for s in webhook_secrets.of_webhook(tx, webhook.id) if s.id == made.id)
    created = Change("webhook-secret", webhook.content.key, "created")
    return Written(secret, (created,), shown_once={"secret": made.text})


def _revoke_secret(
    tx: AccountTx, actor: Actor, wanted: WebhookSecretRevocation
) -> tuple[Change, ...]:
    webhook = webhooks.by_id(tx, wanted.webhook_id)
    wanted.replay(tx)
    secrets.revoke_secret(tx, webhook.id, wanted.secret_id, by=actor)
    return (Change("webhook-secret", webhook.content.key, "deleted"),)


def _deliveries(tx: AccountTx, _: Actor, listing: DeliveryListing) -> Page[WebhookDelivery]:
    return deliveries.page(tx, listing.webhook_id, listing.wanted, listing.limit)


def _delivery(tx: AccountTx, _: Actor, place: DeliveryPlace) -> WebhookDelivery:
    return deliveries.by_id(tx, place.webhook_id, place.delivery_id)


def _resend(tx: AccountTx, _: Actor, place: DeliveryPlace) -> WebhookDelivery:
    place.replay(tx)
    return deliveries.resend(tx, place.webhook_id, place.delivery_id, place.key)


def _test(tx: AccountTx, _: Actor, place: DeliveryPlace) -> WebhookDelivery:
    place.replay(tx)
    return deliveries.test(tx, place.webhook_id, place.key)


def _plan_replay(tx: AccountTx, _: Actor, wanted: ReplayRequest) -> ReplayRequest:
    return replace(wanted, planned=replaying.plan(tx, wanted.webhook_id, wanted.stretch()))


def _replay(tx: AccountTx, actor: Actor, wanted: ReplayRequest) -> int:
    wanted.replay(tx)
    assert wanted.planned is not None  # noqa: S101  (`_plan_replay` runs first)
    return replaying.begin(tx, actor, wanted.planned, wanted.uids, wanted.key)


WEBHOOKS = collection_actions("webhooks", Webhooks(), _MANAGE, _MANAGE)
LIST_WEBHOOK_SECRETS: Action[str, list[WebhookSecret]] = Action(
    "list webhook secrets", _MANAGE, _secrets
)
CREATE_WEBHOOK_SECRET: Action[NewWebhookSecretRequest, Written[WebhookSecret]] = Action(
    "create webhook secret", _MANAGE, _create_secret, Runs.WRITE
)
REVOKE_WEBHOOK_SECRET: Action[WebhookSecretRevocation, tuple[Change, ...]] = Action(
    "revoke webhook secret", _MANAGE, _revoke_secret, Runs.WRITE
)
LIST_DELIVERIES: Action[DeliveryListing, Page[WebhookDelivery]] = Action(
    "list deliveries", _MANAGE, _deliveries
)
GET_DELIVERY: Action[DeliveryPlace, WebhookDelivery] = Action("get delivery", _MANAGE, _delivery)
RESEND_DELIVERY: Action[DeliveryPlace, WebhookDelivery] = Action(
    "resend delivery", _MANAGE, _resend, Runs.WRITE
)
TEST_WEBHOOK: Action[DeliveryPlace, WebhookDelivery] = Action(
    "test webhook", _MANAGE, _test, Runs.WRITE
)
REPLAY_EVENTS: Action[ReplayRequest, int] = Action(
    "replay events", _MANAGE, _replay, Runs.WRITE, look_first=_plan_replay
)
LIST_SANDBOX_DELIVERIES: Action[SandboxFilter, Page[SandboxDelivery]] = Action(
    "list sandbox deliveries", (ADMIN_READ, ADMIN_WRITE), sandbox.page
)
CLEAR_SANDBOX_DELIVERIES: Action[None, None] = Action(
    "clear sandbox deliveries", (ADMIN_WRITE,), sandbox.clear, Runs.WRITE
)
