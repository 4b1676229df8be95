"""The account itself, and the whole of it as an account file."""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from openslot.account_file.actions import AccountChange, ChangedAccount, FileToApply
from openslot.account_file.apply import Applied
from openslot.account_file.booking_page.documents import BookingPageDocument
from openslot.account_file.checking import check
from openslot.account_file.document import AccountSettings, OrchestraDocument, complete_settings
from openslot.account_file.entries import check_account
from openslot.account_file.message_documents import MessagesDocument
from openslot.delivery.outbound.addresses import Reach
from openslot.kernel.errors import Fault, Invalid
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx
from openslot.web.api.outcomes import OutcomeResponse, changes_of, outcome_response
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

_FIXED = ("id", "name", "sandbox", "suspended")
_CHANGEABLE = ("title", "locales", "settings", "messages", "bookingPage", "orchestra")


class AccountAnswer(ApiResponse):
    """An account."""

    id: str
    name: str
    title: str | dict[str, str]
    locales: list[str]
    settings: AccountSettings
    messages: MessagesDocument | None
    orchestra: OrchestraDocument
    bookingPage: BookingPageDocument | None
    sandbox: bool
    suspended: bool


class NewClient(ApiResponse):
    """A client that was created, with what its developer needs, shown once."""

    account: str
    key: str
    clientId: str
    clientSecret: str | None = None  # absent: it authenticates without one


class AppliedApiKey(ApiResponse):
    """An API key that was made, whose text is shown once."""

    account: str
    client: str
    key: str
    apiKey: str


class NewWebhook(ApiResponse):
    """A webhook that was created, with the secret that signs what it is sent, shown once."""

    account: str
    key: str
    secret: str


class AppliedAnswer(OutcomeResponse):
    """What applying an account file did."""

    clients: list[NewClient]
    apiKeys: list[AppliedApiKey]
    webhooks: list[NewWebhook]


class AccountRequest(RequestModel):
    """A merge patch of title, locales, settings, messages, bookingPage and orchestra."""

    model_config = ConfigDict(extra="allow")


class FileRequest(RequestModel):
    """An account file as JSON."""

    model_config = ConfigDict(extra="allow")


def read_nothing(_: Call) -> None:
    """The caller's account is all there is to say."""


def respond_account(_: AccountTx, __: Call, account: Account) -> Response:
    """The account of the caller."""
    return json_response(_show(account))


def read_change(call: Call) -> AccountChange:
    """A patch of what its owner may change; the rest is the operator's."""
    return AccountChange(lambda tx: _patched(tx, call.body), call.idempotency_key.replay)


def respond_changed(_: AccountTx, call: Call, changed: ChangedAccount) -> Response:
    """The account as it is now."""
    if call.dry_run:
        return outcome_response(changed.changes)
    return json_response(_show(changed.account))


def read_file(call: Call) -> FileToApply:
    """An account file, checked once it is sure that it was not applied before."""
    reach = Reach.of(call.settings.webhook_allowed_networks)
    return FileToApply(
        document=lambda: check(call.body.model_extra, reach),
        keys=call.purpose_keys,
        choice=call.query.appointments,
        replay=call.idempotency_key.replay,
    )


def respond_applied(_: AccountTx, call: Call, applied: Applied) -> Response:
    """What it changed; new secrets are shown this once."""
    if call.dry_run:
        return outcome_response(applied.changes, applied.stranded)
    created: list[dict[str, str]] = []
    for secret in applied.new_secrets:
        shown = {"account": secret.account, "key": secret.key, "clientId": secret.client_id}
        if secret.client_secret is not None:
            shown["clientSecret"] = secret.client_secret
        created.append(shown)
    changes = changes_of(applied.changes)
    api_keys = [
        {"account": made.account, "client": made.client, "key": made.key, "apiKey": made.api_key}
        for made in applied.api_keys
    ]
    webhooks = [
        {"account": made.account, "key": made.key, "secret": made.secret}
        for made in applied.webhook_secrets
    ]
    body = {
        "changes": changes,
        "stranded": applied.stranded,
        "clients": created,
        "apiKeys": api_keys,
        "webhooks": webhooks,
    }
    return json_response(body, headers={"Cache-Control": "no-store"})


def respond_file(_: AccountTx, __: Call, file: Mapping[str, Any]) -> Response:
    """The account as an account file, without secrets."""
    return json_response(file)


def _show(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        **account.content,
        "settings": complete_settings(account.content["settings"]),
        "messages": account.content.get("messages"),
        "orchestra": account.content.get("orchestra", {"enabled": False}),
        "bookingPage": account.content.get("bookingPage"),
        "sandbox": account.sandbox,
        "suspended": account.suspended_at is not None,
    }


def _patched(tx: AccountTx, body: Mapping[str, Any]) -> dict[str, Any]:
    """The account's content with a patch merged into it. Raises Invalid with every fault."""
    shown = _show(tx.account)
    faults = fixed(body, shown, *_FIXED)
    faults += [
        Fault(f"/{name}", "unknown_field", f"there is no field `{name}` here")
        for name in body
        if name not in shown
    ]
    patch = {name: value for name, value in body.items() if name in _CHANGEABLE}
    content: dict[str, Any] = {}
    try:
        content = check_account(tx, merged({name: shown[name] for name in _CHANGEABLE}, patch))
    except Invalid as refusal:
        faults += refusal.faults
    if faults:
        raise Invalid(*faults)
    return content
