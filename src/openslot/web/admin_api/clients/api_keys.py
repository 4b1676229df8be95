"""A client's API keys: when they were made and used; another one; other fields; the end of one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from openslot.account_file.field_types import Key
from openslot.identity.api_key_actions import ApiKeyChange, ApiKeyRevocation, NewApiKeyRequest
from openslot.identity.model.api_key import ApiKey, ApiKeyContent
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.clients.clients import pepper
from openslot.web.admin_api.queries import Moment
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.merge_patch import merged
from openslot.web.http.request_parsing import RequestModel, validated
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

PATH = "/clients/{id}/api-keys"

PartyCounting = Literal["total", "additional"]


class ApiKeyChangeRequest(RequestModel):
    """What can be changed of an API key."""

    partyCounting: PartyCounting = "total"
    customerLookUp: bool = False


class ApiKeyRequest(ApiKeyChangeRequest):
    """A new API key; without `expiresAt` it lives until it is revoked."""

    key: Key
    expiresAt: Moment | None = None


class ApiKeyItem(ApiResponse):
    """An API key without its text."""

    id: Uuid
    key: str
    partyCounting: PartyCounting
    customerLookUp: bool
    createdAt: Timestamp
    expiresAt: Timestamp | None
    lastUsedAt: Timestamp | None  # up to 10 s late


class MadeApiKey(ApiKeyItem):
    """An API key that was just made, whose text is never shown again."""

    apiKey: str


def read_client_id(call: Call) -> str:
    """Whose API keys."""
    return call.path_id("id")


def respond_list(_: AccountTx, __: Call, api_keys: list[ApiKey]) -> Response:
    """All of them."""
    return json_response([_show(api_key) for api_key in api_keys])


def read_creation(call: Call) -> NewApiKeyRequest:
    """Another API key."""
    body: ApiKeyRequest = call.body
    content = ApiKeyContent(body.key, body.partyCounting, body.customerLookUp, body.expiresAt)
    return NewApiKeyRequest(call.path_id("id"), content, pepper(call), call.idempotency_key.replay)


def respond_created(_: AccountTx, call: Call, written: Written[ApiKey]) -> Response:
    """The API key, this once."""
    if call.dry_run:
        return outcome_response(written.changes)
    api_key = written.item
    headers = {"Location": f"{url_of(call, PATH)}/{api_key.id}", "Cache-Control": "no-store"}
    body = {**_show(api_key), "apiKey": written.shown_once["api_key"]}
    return json_response(body, 201, headers)


def read_change(call: Call) -> ApiKeyChange:
    """Other fields for an API key."""
    return ApiKeyChange(
        call.path_id("id"),
        call.path_id("apiKeyId"),
        lambda content: _patched(content, call.body),
        call.idempotency_key.replay,
    )


def _patched(content: ApiKeyContent, patch: Mapping[str, Any]) -> ApiKeyContent:
    target = {
        "partyCounting": content.party_counting,
        "customerLookUp": content.customer_look_up,
    }
    wanted = validated(ApiKeyChangeRequest, merged(target, patch))
    assert isinstance(wanted, ApiKeyChangeRequest)  # noqa: S101  (as it was asked for)
    return replace(
        content, party_counting=wanted.partyCounting, customer_look_up=wanted.customerLookUp
    )


def respond_changed(_: AccountTx, call: Call, written: Written[ApiKey]) -> Response:
    """The API key as it is now."""
    if call.dry_run:
        return outcome_response(written.changes)
    return json_response(_show(written.item))


def read_revocation(call: Call) -> ApiKeyRevocation:
    """An API key to end."""
    replay = call.idempotency_key.replay
    return ApiKeyRevocation(call.path_id("id"), call.path_id("apiKeyId"), replay)


def respond_revoked(_: AccountTx, call: Call, changes: tuple[Change, ...]) -> Response:
    """Nothing more to say."""
    return outcome_response(changes) if call.dry_run else no_content()


def _show(api_key: ApiKey) -> dict[str, Any]:
    content = api_key.content
    return {
        "id": api_key.id,
        "key": content.key,
        "partyCounting": content.party_counting,
        "customerLookUp": content.customer_look_up,
        "createdAt": instant_text(api_key.created_at),
        "expiresAt": optional_instant(content.expires_at),
        "lastUsedAt": optional_instant(api_key.last_used_at),
    }
