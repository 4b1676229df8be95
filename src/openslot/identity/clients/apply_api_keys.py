"""Making the API keys of clients be what the account file lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openslot.identity.clients import api_keys, clients
from openslot.identity.model.api_key import ApiKey, ApiKeyContent
from openslot.identity.model.client import Client
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.storage.transactions import AccountTx

KIND = "api-key"


@dataclass(frozen=True, slots=True)
class IssuedApiKey:
    """What the owner of a program is shown, once, when its API key was made."""

    account: str  # the account's name
    client: str  # the client's key
    key: str
    api_key: str


def apply_api_keys(
    tx: AccountTx,
    pepper: bytes,
    wanted: Mapping[str, Sequence[ApiKeyContent]],
    *,
    by: Actor | None = None,
) -> tuple[list[Change], list[IssuedApiKey]]:
    """Makes the API keys of clients, by the clients' keys, be those that are wanted.

    One that is no longer listed is revoked; listed again, it is a new one. Clients that are not
    named stay as they are. `by` is who applies it, for the audit trail; None is the operator.

    Raises:
        TooManyApiKeys: a client would have three live ones.
    """
    changes: list[Change] = []
    issued: list[IssuedApiKey] = []
    stored: dict[str, list[ApiKey]] = {}
    for api_key in api_keys.all_api_keys(tx):
        stored.setdefault(api_key.client_id, []).append(api_key)
    for client in clients.all_clients(tx):
        if client.key not in wanted:
            continue
        unlisted = {each.content.key: each for each in stored.get(client.client_id, ())}
        matched = [(content, unlisted.pop(content.key, None)) for content in wanted[client.key]]
        for api_key in unlisted.values():  # first, so that there is room for others
            api_keys.revoke(tx, api_key, by=by)
            changes.append(_change(client, api_key.content, "deleted"))
        for content, found in matched:
            if found is None:
                text = api_keys.make(tx, pepper, client, content, by=by).text
                issued.append(IssuedApiKey(tx.account.name, client.key, content.key, text))
                changes.append(_change(client, content, "created"))
            elif api_keys.change(tx, client, found, content, by=by) != found:
                changes.append(_change(client, content, "changed"))
    return changes, issued


def _change(client: Client, content: ApiKeyContent, action: str) -> Change:
    return Change(KIND, f"{client.key}/{content.key}", action)
