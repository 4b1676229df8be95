"""A client's API keys: made, changed, revoked. Two may live at once, for a change without a gap.

Whoever holds one does what the client's scopes allow, at the interface that takes API keys.
"""

from dataclasses import dataclass, replace

from openslot.identity.clients.built_in import check_changeable
from openslot.identity.clients.secrets import digest_of, new_api_key
from openslot.identity.model.api_key import MOST_LIVE_API_KEYS, ApiKey, ApiKeyContent
from openslot.identity.model.client import Client
from openslot.identity.model.held_scopes import require_held
from openslot.identity.store import api_keys
from openslot.kernel.actor import Actor
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Conflict, NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx


class TooManyApiKeys(Conflict):
    """Two live API keys let a program change over without a gap; revoke one first."""

    code = "too_many_api_keys"
    title = "The client has two live API keys already"


class ApiKeyTaken(Conflict):
    """Choose another `key`: it is the account file's name for one API key of the client."""

    code = "api_key_taken"
    title = "The client has an API key with this `key` already"


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """An API key that was just made. Its text is shown once and stored nowhere."""

    item: ApiKey
    text: str


def all_api_keys(tx: AccountTx) -> list[ApiKey]:
    """Every API key of the account that is not revoked, by client, the oldest first."""
    return api_keys.all_keys(tx)


def api_keys_of(tx: AccountTx, client: Client) -> list[ApiKey]:
    """The client's API keys that are not revoked, the oldest first."""
    return api_keys.of_client(tx, client.client_id)


def by_id(tx: AccountTx, client: Client, api_key_id: str) -> ApiKey:
    """The client's API key with this id.

    Raises:
        NotFound: the client has none, or it was revoked.
    """
    for api_key in api_keys_of(tx, client):
        if api_key.id == api_key_id:
            return api_key
    raise NotFound("The client has no such API key")


def by_key(tx: AccountTx, client: Client, key: str) -> ApiKey:
    """The client's API key that its author calls so.

    Raises:
        NotFound: the client has none, or it was revoked.
    """
    for api_key in api_keys_of(tx, client):
        if api_key.content.key == key:
            return api_key
    raise NotFound(f"The client {client.key} has no API key {key!r}")


def make(
    tx: AccountTx,
    pepper: bytes,
    client: Client,
    content: ApiKeyContent,
    *,
    by: Actor | None = None,
) -> NewApiKey:
    """Makes an API key. `by` is who does it, here and below; None is the operator.

    Raises:
        ScopeNotHeld: the client may have a scope that `by` does not carry.
        InsufficientScope: it finds people's appointments, and `by` may not give their data out.
        ApiKeyTaken: the client has one with this name.
        TooManyApiKeys: the client has two live ones.
        ClientBuiltIn: it is the booking page's, which no program can be.
    """
    check_changeable(client)
    require_held(by, client.scopes)
    _require_for_people(by, content)
    held = api_keys_of(tx, client)
    if any(api_key.content.key == content.key for api_key in held):
        raise ApiKeyTaken
    if sum(api_key.is_live(tx.real_now) for api_key in held) >= MOST_LIVE_API_KEYS:
        raise TooManyApiKeys
    api_key_id, text = new_id(), new_api_key()
    api_keys.insert(tx, client.client_id, api_key_id, digest_of(pepper, text), content)
    made = by_id(tx, client, api_key_id)
    _record(tx, "api_key.made", made, by, **_detail(content))
    return NewApiKey(made, text)


def change(
    tx: AccountTx,
    client: Client,
    api_key: ApiKey,
    content: ApiKeyContent,
    *,
    by: Actor | None = None,
) -> ApiKey:
    """Gives an API key other fields. Its name and its text stay.

    Raises:
        ScopeNotHeld: it lives longer, and the client may have a scope that `by` does not carry.
        InsufficientScope: it begins to find people's appointments, or lives longer and does, and
            `by` may not give their data out.
        TooManyApiKeys: it has expired and would live again, beside two live ones.
    """
    if content == api_key.content:
        return api_key
    lives_on = content.expires_at != api_key.content.expires_at
    if lives_on:
        require_held(by, client.scopes)
    if lives_on or not api_key.content.customer_look_up:
        _require_for_people(by, content)
    api_keys.update(tx, client.client_id, api_key.id, content)
    if sum(each.is_live(tx.real_now) for each in api_keys_of(tx, client)) > MOST_LIVE_API_KEYS:
        raise TooManyApiKeys
    _record(tx, "api_key.changed", api_key, by, **_detail(content))
    return replace(api_key, content=content)


def revoke(tx: AccountTx, api_key: ApiKey, *, by: Actor | None = None) -> None:
    """Ends an API key at once.

    Raises:
        NotFound: it was revoked meanwhile.
    """
    if not api_keys.revoke(tx, api_key.client_id, api_key.id):
        raise NotFound("The client has no such API key")
    _record(tx, "api_key.revoked", api_key, by, key=api_key.content.key)


def _require_for_people(by: Actor | None, content: ApiKeyContent) -> None:
    if by is not None and content.customer_look_up:
        by.require(PRIVACY_MANAGE)


def _record(
    tx: AccountTx, event_type: str, api_key: ApiKey, by: Actor | None, **detail: object
) -> None:
    audit.record(tx, event_type, by, client=api_key.client_id, secret_id=api_key.id, **detail)


def _detail(content: ApiKeyContent) -> dict[str, object]:
    expires_at = content.expires_at
    return {
        "key": content.key,
        "partyCounting": content.party_counting,
        "customerLookUp": content.customer_look_up,
        **({} if expires_at is None else {"expiresAt": instant_text(expires_at)}),
    }
