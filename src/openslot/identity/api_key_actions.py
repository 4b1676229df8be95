"""What can be done with the API keys of a client."""

from collections.abc import Callable
from dataclasses import dataclass

from openslot.identity.clients import api_keys, clients
from openslot.identity.clients.apply_api_keys import KIND
from openslot.identity.model.api_key import ApiKey, ApiKeyContent
from openslot.identity.model.client import Client
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.scopes import CLIENTS_MANAGE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import Replay, Written
from openslot.storage.transactions import AccountTx

_CLIENTS = (CLIENTS_MANAGE,)


@dataclass(frozen=True, slots=True)
class NewApiKeyRequest:
    """Another API key for a client, and the pepper for its digest."""

    client_id: str  # UUID
    content: ApiKeyContent
    pepper: bytes
    replay: Replay


@dataclass(frozen=True, slots=True)
class ApiKeyChange:
    """What an API key shall hold, made of what it holds."""

    client_id: str  # UUID
    api_key_id: str
    content: Callable[[ApiKeyContent], ApiKeyContent]
    replay: Replay


@dataclass(frozen=True, slots=True)
class ApiKeyRevocation:
    """An API key to end at once."""

    client_id: str  # UUID
    api_key_id: str
    replay: Replay


def _list(tx: AccountTx, _: Actor, client_id: str) -> list[ApiKey]:
    return api_keys.api_keys_of(tx, clients.by_id(tx, client_id))


def _make(tx: AccountTx, actor: Actor, wanted: NewApiKeyRequest) -> Written[ApiKey]:
    client = clients.by_id(tx, wanted.client_id)
    wanted.replay(tx)
    expires_at = wanted.content.expires_at
    if expires_at is not None and expires_at <= tx.real_now:
        raise Invalid(Fault("expires_at", "out_of_range", "must be in the future"))
    made = api_keys.make(tx, wanted.pepper, client, wanted.content, by=actor)
    created = _changes(client, made.item, "created")
    return Written(made.item, created, shown_once={"api_key": made.text})


def _change(tx: AccountTx, actor: Actor, wanted: ApiKeyChange) -> Written[ApiKey]:
    client = clients.by_id(tx, wanted.client_id)
    api_key = api_keys.by_id(tx, client, wanted.api_key_id)
    wanted.replay(tx)
    changed = api_keys.change(tx, client, api_key, wanted.content(api_key.content), by=actor)
    changes = _changes(client, api_key, "changed") if changed != api_key else ()
    return Written(changed, changes)


def _revoke(tx: AccountTx, actor: Actor, wanted: ApiKeyRevocation) -> tuple[Change, ...]:
    client = clients.by_id(tx, wanted.client_id)
    wanted.replay(tx)
    api_key = api_keys.by_id(tx, client, wanted.api_key_id)
    api_keys.revoke(tx, api_key, by=actor)
    return _changes(client, api_key, "deleted")


def _changes(client: Client, api_key: ApiKey, action: str) -> tuple[Change, ...]:
    return (Change(KIND, f"{client.key}/{api_key.content.key}", action),)


LIST_API_KEYS: Action[str, list[ApiKey]] = Action("list API keys", _CLIENTS, _list)
MAKE_API_KEY: Action[NewApiKeyRequest, Written[ApiKey]] = Action(
    "make API key", _CLIENTS, _make, Runs.WRITE
)
CHANGE_API_KEY: Action[ApiKeyChange, Written[ApiKey]] = Action(
    "change API key", _CLIENTS, _change, Runs.WRITE
)
REVOKE_API_KEY: Action[ApiKeyRevocation, tuple[Change, ...]] = Action(
    "revoke API key", _CLIENTS, _revoke, Runs.WRITE
)
