"""The routes of webhooks, and of what a sandbox account has recorded."""

from openslot.delivery import actions
from openslot.delivery.model.webhook import WebhookInactive
from openslot.delivery.webhooks.secrets import LastSecret, TooManyWebhookSecrets
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.account.account import read_nothing
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.webhooks import deliveries, sandbox_deliveries, webhook_secrets
from openslot.web.admin_api.webhooks.deliveries import PATH as DELIVERIES
from openslot.web.admin_api.webhooks.webhook_secrets import PATH as SECRETS
from openslot.web.admin_api.webhooks.webhooks import COLLECTION
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_DELIVERY = f"{DELIVERIES}/{{deliveryId}}"
_NOT_STORED = {"Cache-Control": "It must not be stored"}
_PAGE = {"Link": "The next page, if there is one (RFC 8288)", **_NOT_STORED}
_CREATED = {"Location": "Where it is", "Cache-Control": "A secret must not be stored"}
_SENDS = (NotFound, IdempotencyKeyReused, WebhookInactive)


ROUTES: tuple[AnyRoute, ...] = (
    *COLLECTION.routes(),
    Route(
        "GET", SECRETS, actions.LIST_WEBHOOK_SECRETS,
        webhook_secrets.read_webhook_id, webhook_secrets.respond_list,
        "List a webhook's secrets", "Without the secrets, the oldest first; at most two.",
        returns=Returns(list[webhook_secrets.WebhookSecretItem]), errors=(NotFound,),
    ),
    Route(
        "POST", SECRETS, actions.CREATE_WEBHOOK_SECRET,
        webhook_secrets.read_creation, webhook_secrets.respond_created,
        "Create another secret of a webhook",
        "It is shown in this response alone. While there are two, both sign.",
        Accepts(query=WriteQuery), Returns(webhook_secrets.MadeWebhookSecret, 201, _CREATED),
        (NotFound, IdempotencyKeyReused, TooManyWebhookSecrets),
        shows_secret=True,
    ),
    Route(
        "DELETE", f"{SECRETS}/{{secretId}}", actions.REVOKE_WEBHOOK_SECRET,
        webhook_secrets.read_revocation, webhook_secrets.respond_revoked,
        "Revoke a secret of a webhook", "It signs nothing any more.",
        Accepts(query=WriteQuery), Returns(status=204),
        (NotFound, IdempotencyKeyReused, LastSecret),
    ),
    Route(
        "GET", DELIVERIES, actions.LIST_DELIVERIES,
        deliveries.read_listing, deliveries.respond_page,
        "List what was sent to a webhook", "The newest first, for 30 days.",
        Accepts(query=deliveries.DeliveriesQuery),
        Returns(list[deliveries.DeliveryItem], headers=_PAGE), (NotFound, Invalid),
        prepare=dispatch_first,
    ),
    Route(
        "GET", _DELIVERY, actions.GET_DELIVERY,
        deliveries.read_place, deliveries.respond_delivery,
        "Get a delivery", "With the request of its last attempt.",
        returns=Returns(deliveries.WholeDelivery, headers=_NOT_STORED), errors=(NotFound,),
    ),
    Route(
        "POST", f"{_DELIVERY}/resend", actions.RESEND_DELIVERY,
        deliveries.read_place, deliveries.respond_queued,
        "Send a delivery again", "At once, with its schedule from the beginning.",
        Accepts(query=WriteQuery), Returns(deliveries.DeliveryItem, 202, _NOT_STORED), _SENDS,
    ),
    Route(
        "POST", f"{COLLECTION.item_path}/replay", actions.REPLAY_EVENTS,
        deliveries.read_replay, deliveries.respond_replayed,
        "Send the events of a time",
        "Those that the webhook wants and has not answered with 2xx, in their order, from before"
        " it existed too; with `all` every one of them.",
        Accepts(deliveries.ReplayBody, WriteQuery),
        Returns(deliveries.ReplayAnswer, 202, _NOT_STORED), (*_SENDS, Invalid),
    ),
    Route(
        "POST", f"{COLLECTION.item_path}/test", actions.TEST_WEBHOOK,
        deliveries.read_place, deliveries.respond_queued,
        "Try a webhook out", "Sends an event of type `webhook.test`, which is in no list.",
        Accepts(query=WriteQuery), Returns(deliveries.DeliveryItem, 202, _NOT_STORED), _SENDS,
    ),
    Route(
        "GET", sandbox_deliveries.PATH, actions.LIST_SANDBOX_DELIVERIES,
        sandbox_deliveries.read_filter, sandbox_deliveries.respond_page,
        "List what would have left a sandbox account",
        "Nothing leaves one: messages and requests are recorded, in the order of leaving.",
        Accepts(query=sandbox_deliveries.SandboxDeliveriesQuery),
        Returns(list[sandbox_deliveries.SandboxDeliveryItem], headers=_PAGE),
        (NotFound, Invalid),
        prepare=dispatch_first,
    ),
    Route(
        "DELETE", sandbox_deliveries.PATH, actions.CLEAR_SANDBOX_DELIVERIES,
        read_nothing, sandbox_deliveries.respond_cleared,
        "Empty the list of what would have left", "What comes later is listed again.",
        Accepts(query=WriteQuery), Returns(status=204), (NotFound,),
    ),
)  # fmt: skip
