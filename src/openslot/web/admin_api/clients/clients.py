"""Clients by program: listed, made, changed, deleted. A new secret is told once."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from openslot.account_file.apply import fields_of
from openslot.account_file.checking import check_client
from openslot.account_file.document import AuthMethod, Grant
from openslot.identity.clients import clients
from openslot.identity.clients.clients import ClientChanged
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.client import Client
from openslot.kernel.errors import Invalid, NotFound
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import PageQuery, cursor_of, next_page, parts_of
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

ADDRESS = "/admin/v1/clients"
NOT_KEPT = {"Cache-Control": "no-store"}
_FIXED = ("id", "clientId", "version", "key")


class ClientsQuery(PageQuery):
    """A page of the clients, or the one with a key."""

    key: Annotated[str, Field(max_length=200)] | None = None


class ClientRequest(RequestModel):
    """A client as the account file has it; its fields are checked by the rules of that file."""

    model_config = ConfigDict(extra="allow")


class ClientItem(responses.Answer):
    """A client, as the account file has it."""

    id: str
    clientId: str  # what OAuth calls it
    version: int
    key: str
    name: str
    active: bool
    grants: list[Grant]
    scopes: list[str]
    redirectUris: list[str]
    tokenEndpointAuthMethod: AuthMethod
    jwks: dict[str, Any] | None


class MadeClient(ClientItem):
    """A client that was just made, with its secret, which is never told again."""

    clientSecret: str | None = None  # absent: it authenticates without one


def page(tx: AccountTx, call: Call) -> Response:
    """The clients in the order in which they were made, disabled ones too."""
    query: ClientsQuery = call.query
    if query.key is not None:
        return json_response(_with_key(tx, query.key))
    (after,) = parts_of(query.cursor, 1) if query.cursor else ("",)
    found = clients.page(tx, after, query.limit + 1)
    shown = found[: query.limit]
    headers = {}
    if len(found) > query.limit:
        url = call.settings.public_url + ADDRESS
        headers["Link"] = next_page(url, {"limit": str(query.limit)}, cursor_of(shown[-1].id))
    return json_response([shown_as(client) for client in shown], headers=headers)


def _with_key(tx: AccountTx, key: str) -> list[dict[str, Any]]:
    try:
        return [shown_as(clients.by_key(tx, key))]
    except NotFound:
        return []


def get(tx: AccountTx, call: Call) -> Response:
    """One of them, active or not."""
    return _answer(found(tx, call))


def create(tx: AccountTx, call: Call) -> Response:
    """Makes a client, with any scopes there are; its secret is shown in this answer alone."""
    call.idempotency_key.replay(tx)
    checked = check_client(call.body.model_extra or {})
    client, secret = clients.create(
        tx, _pepper(call), checked.key, checked.name, fields_of(checked), by=call.actor
    )
    if not checked.active:
        client = clients.disable(tx, client, by=call.actor)
    if call.dry_run:
        return outcome(client, "created")
    told = {} if secret is None else {"clientSecret": secret}
    headers = {
        "Location": f"{call.settings.public_url}{ADDRESS}/{client.id}",
        "ETag": version_tag(client.version),
        **NOT_KEPT,
    }
    return json_response({**shown_as(client), **told}, 201, headers)


def change(tx: AccountTx, call: Call) -> Response:
    """Merges a patch into a client (RFC 7396). `active: false` ends its tokens for good."""
    client = found(tx, call)
    call.idempotency_key.replay(tx)
    check_version(call, client)
    faults = fixed(call.body, shown_as(client), *_FIXED)
    patch = {name: value for name, value in call.body.items() if name not in _FIXED}
    try:
        checked = check_client(merged(_entry(client), patch))
    except Invalid as refusal:
        raise Invalid(*faults, *refusal.faults) from None
    if faults:
        raise Invalid(*faults)
    changed = clients.change(tx, client, checked.name, fields_of(checked), by=call.actor)
    set_active = clients.enable if checked.active else clients.disable
    changed = set_active(tx, changed, by=call.actor)
    if call.dry_run:
        return outcome(client, None if changed == client else "changed")
    return _answer(changed)


def delete(tx: AccountTx, call: Call) -> Response:
    """Removes a client that is disabled, with its secrets, for good; its bookings stay."""
    client = found(tx, call)
    call.idempotency_key.replay(tx)
    check_version(call, client)
    clients.delete(tx, client, by=call.actor)
    return outcome(client, "deleted") if call.dry_run else no_content()


def revoke_tokens(tx: AccountTx, call: Call) -> Response:
    """Ends every token of a client from before, and what users let it do. Its secrets live on."""
    client = found(tx, call)
    call.idempotency_key.replay(tx)
    check_version(call, client)
    changed = clients.revoke_tokens(tx, client, by=call.actor)
    return outcome(client, "changed") if call.dry_run else _answer(changed)


def found(tx: AccountTx, call: Call) -> Client:
    """The client that the path names.

    Raises:
        NotFound: the account has none with this UUID.
    """
    return clients.by_id(tx, call.path_id("id"))


def check_version(call: Call, client: Client) -> None:
    """Passes when `If-Match` names the client's version.

    Raises:
        ClientChanged: it names another one.
    """
    if not if_match(call.headers)(client.version):
        raise ClientChanged(f"The version is {client.version}; read it again")


def shown_as(client: Client) -> dict[str, Any]:
    """A client as it is answered."""
    return {
        "id": client.id,
        "clientId": client.client_id,
        "version": client.version,
        "key": client.key,
        "name": client.name,
        "active": client.active,
        **client.document,
    }


def outcome(client: Client, action: str | None, kind: str = "client") -> Response:
    """What a write would do."""
    changes = [responses.Change(kind=kind, key=client.key, action=action)] if action else []
    return json_response(responses.Outcome(changes=changes, stranded=[]))


def _entry(client: Client) -> dict[str, Any]:
    """A client as the account file has it."""
    shown = shown_as(client)
    return {name: shown[name] for name in ("key", "name", "active", *client.document)}


def _answer(client: Client) -> Response:
    return json_response(shown_as(client), headers={"ETag": version_tag(client.version)})


def _pepper(call: Call) -> bytes:
    return pepper_of(call.settings.master_key_bytes)
