"""A client's secrets: when they were created and used; another one; the end of one."""

from typing import Any

from openslot.identity.actions import NewSecretRequest, SecretRevocation
from openslot.identity.model.client_secret import ClientSecret
from openslot.kernel.changes import Change
from openslot.kernel.clock import Millis, instant_text
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.clients.clients import pepper
from openslot.web.admin_api.queries import Moment
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

PATH = "/clients/{id}/secrets"


class SecretRequest(RequestModel):
    """A new secret; without `expiresAt` it lives until it is revoked."""

    expiresAt: Moment | None = None


class SecretItem(ApiResponse):
    """A client secret without the secret."""

    id: str
    createdAt: str
    expiresAt: str | None
    lastUsedAt: str | None  # up to 10 s late


class MadeSecret(SecretItem):
    """A secret that was just created, which is never shown again."""

    clientSecret: str


def read_client_id(call: Call) -> str:
    """Whose secrets."""
    return call.path_id("id")


def respond_list(_: AccountTx, __: Call, secrets: list[ClientSecret]) -> Response:
    """All of them."""
    return json_response([_show(secret) for secret in secrets])


def read_creation(call: Call) -> NewSecretRequest:
    """Another secret."""
    return NewSecretRequest(
        call.path_id("id"), call.body.expiresAt, pepper(call), call.idempotency_key.replay
    )


def respond_created(_: AccountTx, call: Call, written: Written[ClientSecret]) -> Response:
    """The secret, this once."""
    if call.dry_run:
        return outcome_response(written.changes)
    secret = written.item
    headers = {"Location": f"{url_of(call, PATH)}/{secret.id}", "Cache-Control": "no-store"}
    body = {**_show(secret), "clientSecret": written.shown_once["secret"]}
    return json_response(body, 201, headers)


def read_revocation(call: Call) -> SecretRevocation:
    """A secret to end."""
    replay = call.idempotency_key.replay
    return SecretRevocation(call.path_id("id"), call.path_id("secretId"), replay)


def respond_revoked(_: AccountTx, call: Call, changes: tuple[Change, ...]) -> Response:
    """Nothing more to say."""
    return outcome_response(changes) if call.dry_run else no_content()


def _show(secret: ClientSecret) -> dict[str, Any]:
    return {
        "id": secret.id,
        "createdAt": instant_text(secret.created_at),
        "expiresAt": _text(secret.expires_at),
        "lastUsedAt": _text(secret.last_used_at),
    }


def _text(at: Millis | None) -> str | None:
    return None if at is None else instant_text(at)
