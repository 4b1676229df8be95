"""Clients by program. A new client's secret is shown once."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from openslot.account_file.apply import fields_of
from openslot.account_file.checking import InvalidAccountFile, check_client
from openslot.account_file.document import AuthMethod, Grant
from openslot.identity.actions import CLIENTS, ClientContent
from openslot.identity.clients.built_in import ClientBuiltIn, is_built_in
from openslot.identity.clients.clients import ClientChanged, ClientKeyTaken, ClientStillActive
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.client import Client
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.catalogue.entries import ClientEntry
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.representation import Representation
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID, PageQuery
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


class ClientsQuery(PageQuery):
    """A page of the clients, or the one with a key."""

    key: Annotated[str, Field(max_length=200)] | None = None


class ClientBody(RequestModel):
    """A client as the account file has it; its fields are checked by the rules of that file."""

    model_config = ConfigDict(extra="allow")


class ClientItem(ApiResponse):
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
    builtIn: bool  # the account's booking page, which no program can be


class MadeClient(ClientItem):
    """A client that was just created, with its secret, which is never shown again."""

    clientSecret: str | None = None  # absent: it authenticates without one


def pepper(call: Call) -> bytes:
    """What digests of secrets are made with."""
    return pepper_of(call.purpose_keys)


def respond_written(tx: AccountTx, call: Call, written: Written[Client]) -> Response:
    """A client as it is now, or what a dry run would have done to it."""
    if call.dry_run:
        return outcome_response(written.changes)
    headers = {"ETag": version_tag(written.item.version)}
    return json_response(_show(tx, written.item), headers=headers)


def _show(_: AccountTx, client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "clientId": client.client_id,
        "version": client.version,
        "key": client.key,
        "name": client.name,
        "active": client.active,
        **client.document,
        "builtIn": is_built_in(client),
    }


def _entry(_: AccountTx, client: Client) -> dict[str, Any]:
    """A client as the account file has it."""
    return {
        "key": client.key,
        "name": client.name,
        "active": client.active,
        **client.document,
    }


def _content(call: Call, entry: Mapping[str, Any]) -> ClientContent:
    checked = check_client(dict(entry))
    return ClientContent(
        checked.key, checked.name, fields_of(checked), checked.active, pepper(call)
    )


def _shown_once(_tx: AccountTx, _call: Call, secrets: Mapping[str, str]) -> dict[str, str]:
    return {"clientSecret": secrets["secret"]} if secrets else {}


COLLECTION: Collection[Client] = Collection(
    actions=CLIENTS,
    noun="a client",
    path="/clients",
    parameter="id",
    representation=Representation(
        model=ClientItem,
        created=MadeClient,
        request=ClientBody,
        described_by=ClientEntry,
        show=_show,
        id_of=lambda client: client.id,
        etag=lambda _, client: version_tag(client.version),
        cursor=lambda client: BY_ID.write(client.id),
        fixed=("id", "clientId", "version", "key", "builtIn"),
        entry=_entry,
        new=lambda _tx, call, _owner: _content(call, call.body.model_extra or {}),
        changed=lambda _tx, call, _client, entry: _content(call, entry),
        shown_once=_shown_once,
    ),
    version_mismatch=ClientChanged,
    list_query=ClientsQuery,
    create_errors=(InvalidAccountFile, ScopeNotHeld, ClientKeyTaken),
    change_errors=(InvalidAccountFile, ScopeNotHeld, ClientBuiltIn),
    delete_errors=(ClientStillActive, ClientBuiltIn),
    descriptions={
        "LIST": "In the order in which they were created, disabled ones too; and the one of the"
        " account's booking page, which is built in.",
        "POST": "With scopes that the token carries itself; the three for booking and"
        " `openslot/introspect` may always be given. Its secret is shown in this response alone.",
        "GET": "Active or not.",
        "PATCH": "Merges a patch into it (RFC 7396). `active: false` ends its tokens permanently."
        " Another key, redirect address, grant type or way to authenticate, and `active: true`,"
        " need a token that carries the client's scopes itself.",
        "DELETE": "A disabled client, with its secrets, permanently. Its bookings stay.",
    },
)
