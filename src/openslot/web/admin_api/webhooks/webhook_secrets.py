"""The secrets of a webhook: two at most, for a change without a gap."""

from typing import Any

from openslot.delivery.actions import NewWebhookSecretRequest, WebhookSecretRevocation
from openslot.delivery.model.webhook import WebhookSecret
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

PATH = "/webhooks/{id}/secrets"


class WebhookSecretItem(ApiResponse):
    """A secret of a webhook, without the secret."""

    id: Uuid
    createdAt: Timestamp
    lastUsedAt: Timestamp | None  # up to 10 s late


class MadeWebhookSecret(ApiResponse):
    """A secret that was just created, which is never shown again."""

    id: Uuid
    secret: str
    createdAt: Timestamp


def read_webhook_id(call: Call) -> str:
    """Whose secrets."""
    return call.path_id("id")


def respond_list(_: AccountTx, __: Call, secrets: list[WebhookSecret]) -> Response:
    """All of them."""
    return json_response([_show(secret) for secret in secrets])


def read_creation(call: Call) -> NewWebhookSecretRequest:
    """Another secret."""
    key = sealing_key(call.purpose_keys)
    return NewWebhookSecretRequest(call.path_id("id"), key, call.idempotency_key.replay)


def respond_created(_: AccountTx, call: Call, written: Written[WebhookSecret]) -> Response:
    """The secret, this once."""
    if call.dry_run:
        return outcome_response(written.changes)
    secret = written.item
    headers = {"Location": f"{url_of(call, PATH)}/{secret.id}", "Cache-Control": "no-store"}
    body = {
        "id": secret.id,
        "secret": written.shown_once["secret"],
        "createdAt": instant_text(secret.created_at),
    }
    return json_response(body, 201, headers)


def read_revocation(call: Call) -> WebhookSecretRevocation:
    """A secret to end."""
    replay = call.idempotency_key.replay
    return WebhookSecretRevocation(call.path_id("id"), call.path_id("secretId"), replay)


def respond_revoked(_: AccountTx, call: Call, changes: tuple[Change, ...]) -> Response:
    """Nothing more to say."""
    return outcome_response(changes) if call.dry_run else no_content()


def _show(secret: WebhookSecret) -> dict[str, Any]:
    return {
        "id": secret.id,
        "createdAt": instant_text(secret.created_at),
        "lastUsedAt": optional_instant(secret.last_used_at),
    }
