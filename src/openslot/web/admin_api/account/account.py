"""The account itself, and the whole of it as an account file."""

from typing import Any

from pydantic import ConfigDict

from openslot.account_file.apply import apply_within
from openslot.account_file.checking import check
from openslot.account_file.document import AccountSettings
from openslot.account_file.entries import check_account
from openslot.account_file.export import export_account
from openslot.identity import accounts
from openslot.identity.clients.secrets import pepper_of
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.scopes import CLIENTS_MANAGE
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.admin_api.catalogue.kinds import ZoneQuery
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

_FIXED = ("id", "name", "sandbox", "suspended")
_CHANGEABLE = ("title", "locales", "settings")


class AccountAnswer(responses.Answer):
    """An account."""

    id: str
    name: str
    title: str | dict[str, str]
    locales: list[str]
    settings: AccountSettings
    sandbox: bool
    suspended: bool


class NewClient(responses.Answer):
    """A client that was made, with what its developer has to be told, once."""

    account: str
    key: str
    clientId: str
    clientSecret: str | None = None  # absent: it authenticates without one


class AppliedAnswer(responses.Outcome):
    """What applying an account file did."""

    clients: list[NewClient]


class AccountRequest(RequestModel):
    """A merge patch of title, locales and settings."""

    model_config = ConfigDict(extra="allow")


class FileRequest(RequestModel):
    """An account file as JSON."""

    model_config = ConfigDict(extra="allow")


def get(tx: AccountTx, call: Call) -> Response:
    """The account of the token."""
    return json_response(_shown(tx))


def _shown(tx: AccountTx) -> dict[str, Any]:
    account = tx.account
    return {
        "id": account.id,
        "name": account.name,
        **account.content,
        "sandbox": account.sandbox,
        "suspended": account.suspended_at is not None,
    }


def change(tx: AccountTx, call: Call) -> Response:
    """Changes its title, locales and settings; the rest is the operator's."""
    call.idempotency_key.replay(tx)
    shown = _shown(tx)
    faults = fixed(call.body, shown, *_FIXED)
    faults += [
        Fault(f"/{name}", "unknown_field", f"there is no field `{name}` here")
        for name in call.body
        if name not in shown
    ]
    patch = {name: value for name, value in call.body.items() if name in _CHANGEABLE}
    then = merged({name: shown[name] for name in _CHANGEABLE}, patch)
    try:
        content = check_account(tx, then)
    except Invalid as refusal:
        faults += refusal.faults
    if faults:
        raise Invalid(*faults)
    differs = content != tx.account.content
    accounts.change(tx, content, sandbox=tx.account.sandbox, by=call.actor)
    if call.dry_run:
        kind = {"kind": "account", "key": tx.account.name, "action": "changed"}
        changes = [responses.Change(**kind)] if differs else []
        return json_response(responses.Outcome(changes=changes, stranded=[]))
    return get(tx.again(), call)


def apply(tx: AccountTx, call: Call) -> Response:
    """Makes the account be what a file says, as `openslot apply`; new secrets are shown once.

    Clients are changed only with the scope that writes clients.
    """
    call.idempotency_key.replay(tx)
    document = check(call.body.model_extra)
    if document.account != tx.account.name:
        detail = f"`account` has to be the token's account, {tx.account.name}"
        raise Invalid(Fault("/account", "invalid_value", detail))
    query: ZoneQuery = call.query
    pepper = pepper_of(call.settings.master_key_bytes)
    applied = apply_within(tx, call.actor, pepper, document, query.appointments)
    if any(change.kind == "client" for change in applied.changes):
        call.actor.require(CLIENTS_MANAGE)
    changes = [responses.Change(kind=c.kind, key=c.key, action=c.action) for c in applied.changes]
    if call.dry_run:
        return json_response(responses.Outcome(changes=changes, stranded=list(applied.stranded)))
    made: list[dict[str, str]] = []
    for secret in applied.new_secrets:
        shown = {"account": secret.account, "key": secret.key, "clientId": secret.client_id}
        made.append(
            shown
            if secret.client_secret is None
            else {**shown, "clientSecret": secret.client_secret}
        )
    body = {"changes": changes, "stranded": applied.stranded, "clients": made}
    return json_response(body, headers={"Cache-Control": "no-store"})


def export(tx: AccountTx, call: Call) -> Response:
    """The account as an account file, without secrets."""
    return json_response(export_account(tx))
