"""Webhooks by program. A new webhook's secret is shown once."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from openslot.account_file.checking import InvalidAccountFile, check_webhook
from openslot.delivery.actions import WEBHOOKS, WebhookToBe
from openslot.delivery.model.webhook import (
    TooManyWebhooks,
    Webhook,
    WebhookChanged,
    WebhookKeyTaken,
)
from openslot.delivery.outbound.addresses import Reach
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.actor import InsufficientScope
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.catalogue.entries import WebhookEntry
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.representation import Representation
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID, PageQuery
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Call


class WebhooksQuery(PageQuery):
    """A page of the webhooks, or the one with a key."""

    key: Annotated[str, Field(max_length=200)] | None = None


class WebhookBody(RequestModel):
    """A webhook as the account file has it; its fields are checked by the rules of that file."""

    model_config = ConfigDict(extra="allow")


class WebhookItem(ApiResponse):
    """A webhook, as the account file has it, and how it has done lately."""

    id: Uuid
    version: Annotated[int, Field(ge=1)]
    key: str
    url: str
    events: list[str]
    active: bool
    includeCustomer: bool
    description: str
    disabledReason: str | None  # gone or failing: it was disabled by itself
    failingSince: Timestamp | None
    lastSuccessAt: Timestamp | None
    createdAt: Timestamp


class MadeWebhook(WebhookItem):
    """A webhook that was just created, with the secret that signs, which is never shown again."""

    secret: str


def _show(_: AccountTx, webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "version": webhook.version,
        **_fields(webhook),
        "disabledReason": webhook.disabled_reason,
        "failingSince": optional_instant(webhook.failing_since),
        "lastSuccessAt": optional_instant(webhook.last_success_at),
        "createdAt": optional_instant(webhook.created_at),
    }


def _fields(webhook: Webhook) -> dict[str, Any]:
    content = webhook.content
    return {
        "key": content.key,
        "url": content.url,
        "events": list(content.events),
        "active": content.active,
        "includeCustomer": content.include_customer,
        "description": content.description,
    }


def _to_be(call: Call, entry: Mapping[str, Any]) -> WebhookToBe:
    reach = Reach.of(call.settings.webhook_allowed_networks)
    checked = check_webhook(dict(entry), reach)
    return WebhookToBe(checked.content(), sealing_key(call.purpose_keys))


_OWN = ("id", "version", "disabledReason", "failingSince", "lastSuccessAt", "createdAt")

COLLECTION: Collection[Webhook] = Collection(
    actions=WEBHOOKS,
    noun="a webhook",
    path="/webhooks",
    parameter="id",
    representation=Representation(
        model=WebhookItem,
        created=MadeWebhook,
        request=WebhookBody,
        described_by=WebhookEntry,
        show=_show,
        id_of=lambda webhook: webhook.id,
        etag=lambda _, webhook: version_tag(webhook.version),
        cursor=lambda webhook: BY_ID.write(webhook.id),
        fixed=_OWN,
        entry=lambda _, webhook: _fields(webhook),
        new=lambda _, call, __: _to_be(call, call.body.model_extra),
        changed=lambda _, call, __, entry: _to_be(call, entry),
        shown_once=lambda _, __, shown: {"secret": shown["secret"]},
    ),
    version_mismatch=WebhookChanged,
    list_query=WebhooksQuery,
    create_errors=(InvalidAccountFile, InsufficientScope, TooManyWebhooks, WebhookKeyTaken),
    change_errors=(InvalidAccountFile, InsufficientScope, WebhookKeyTaken),
    # The version says what can be changed; attempts change the response alone. So no 304 here.
    is_conditional_item=False,
    is_conditional_list=False,
    descriptions={
        "LIST": "In the order in which they were created.",
        "POST": "It is told of events from now on. The secret is shown in this response alone."
        " One that is told of customers needs the scope for their data too.",
        "GET": "With how it has done lately.",
        "PATCH": "Merges a patch into it (RFC 7396). Inactive, it loses what is queued; active"
        " again, it is told of what happens from then on.",
        "DELETE": "With its secrets, and all that was sent or waits.",
    },
)
