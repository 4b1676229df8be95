"""OAuth clients: programs that act in an account, each with what it may ask for."""

from collections.abc import Mapping
from typing import Any

from openslot.identity.clients.built_in import booking_page_client
from openslot.identity.clients.secret_rotation import make_secret, secrets_of
from openslot.identity.clients.secrets import new_client_id
from openslot.identity.model.client import BOOKING_PAGE, Client, complete_document, newly_given
from openslot.identity.model.held_scopes import require_held
from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.store import (
    api_keys,
    client_secrets,
    clients,
    consents,
    grants,
    issued_tokens,
)
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict, NotFound, PreconditionFailed
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx


class ClientKeyTaken(Conflict):
    """Choose another key: it is the account file's name for one client."""

    code = "client_key_taken"
    title = "The account has a client with this key already"


class ClientStillActive(Conflict):
    """Only a disabled client can be deleted: disable it, see that nothing breaks, then delete."""

    code = "client_still_active"
    title = "The client is active; disable it first"


class ClientChanged(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The client has changed meanwhile; read it again"


def all_clients(tx: AccountTx) -> list[Client]:
    """Every client that was made in the account, by key, disabled ones among them."""
    return clients.all_clients(tx)


def page(tx: AccountTx, after: str, most: int) -> list[Client]:
    """So many clients whose UUIDs come after one (or after ""), in the order they were made.

    The built-in one is among them; its UUID tells nothing of when it was made.
    """
    found = clients.page(tx, after, most)
    built_in = booking_page_client(tx.account.id)
    listed = [*found, built_in] if built_in.id > after else found
    return sorted(listed, key=lambda client: client.id)[:most]


def public_ones_naming(tx: SystemTx, account: str | None, text: str) -> list[Client]:
    """Active public clients, of an account if one is named, whose redirect URIs may hold a text."""
    return clients.public_ones_naming(tx, account, text)


def by_key(tx: AccountTx, key: str) -> Client:
    """The client with this key.

    Raises:
        NotFound: the account has none.
    """
    found = clients.by_key(tx, key)
    if found is None and key == BOOKING_PAGE:
        return booking_page_client(tx.account.id)
    if found is None:
        raise NotFound(f"The account has no client {key!r}")
    return found


def by_id(tx: AccountTx, row_id: str) -> Client:
    """The client with this UUID.

    Raises:
        NotFound: the account has none.
    """
    found = clients.by_id(tx, row_id)
    if found is not None:
        return found
    built_in = booking_page_client(tx.account.id)
    if row_id != built_in.id:
        raise NotFound("There is no such client")
    return built_in


def by_client_id(tx: AccountTx, client_id: str) -> Client:
    """The client that OAuth calls so.

    Raises:
        NotFound: the account has none.
    """
    found = clients.by_client_id(tx, client_id)
    if found is None:
        raise NotFound("There is no such client")
    return found


def create(
    tx: AccountTx,
    pepper: bytes,
    key: str,
    name: str,
    document: Mapping[str, Any],
    *,
    by: Actor | None = None,
) -> tuple[Client, str | None]:
    """Makes a client; its secret is shown once, here. One that needs none gets None.

    Here and below `by` is who does it, for the audit trail; None is the operator.

    Raises:
        ScopeNotHeld: it may have a scope that `by` does not carry.
        ClientKeyTaken: the account has a client with this key.
    """
    require_held(by, document["scopes"])
    if not clients.insert(tx, new_id(), new_client_id(), key, name, document):
        raise ClientKeyTaken
    client = by_key(tx, key)
    audit.record(
        tx, "client.created", by, client=client.client_id, key=key, scopes=list(client.scopes)
    )
    return client, make_secret(tx, pepper, client, by=by).text if client.holds_secret else None


def change(
    tx: AccountTx,
    client: Client,
    name: str,
    document: Mapping[str, Any],
    *,
    by: Actor | None = None,
) -> Client:
    """Replaces name and document, if they are other ones.

    Secrets of a client that no longer uses one are removed.

    Raises:
        ScopeNotHeld: it gives a scope that `by` does not carry, or takes over a client with one.
    """
    if (name, complete_document(document)) == (client.name, client.document):
        return client
    clients.update(tx, client.id, name, document)
    changed = by_key(tx, client.key)
    require_held(by, newly_given(client, changed))
    _record_change(tx, client, changed, by)
    if client.holds_secret and not changed.holds_secret:
        for secret in secrets_of(tx, client):
            audit.record(tx, "secret.revoked", by, client=client.client_id, secret_id=secret.id)
        client_secrets.delete_all(tx, client.client_id)
    return changed


def _record_change(tx: AccountTx, old: Client, new: Client, by: Actor | None) -> None:
    if old.scopes != new.scopes:
        audit.record(
            tx,
            "client.scopes_changed",
            by,
            client=new.client_id,
            old=list(old.scopes),
            new=list(new.scopes),
        )
    before, after = ({"name": c.name, **c.document, "scopes": None} for c in (old, new))
    fields = [field for field, value in after.items() if before[field] != value]
    if fields:
        audit.record(tx, "client.changed", by, client=new.client_id, fields=fields)


def disable(tx: AccountTx, client: Client, *, by: Actor | None = None) -> Client:
    """Refuses the client from now on; its tokens and what users let it do end permanently."""
    if not client.active:
        return client
    audit.record(tx, "client.disabled", by, client=client.client_id)
    grants.end_of_client(tx, client.client_id)
    return _set_active(tx, client, active=False)


def enable(tx: AccountTx, client: Client, *, by: Actor | None = None) -> Client:
    """Accepts the client again, with the secrets it had; earlier tokens stay revoked.

    Raises:
        ScopeNotHeld: it may have a scope that `by` does not carry.
    """
    if client.active:
        return client
    require_held(by, client.scopes)
    audit.record(tx, "client.enabled", by, client=client.client_id)
    return _set_active(tx, client, active=True)


def revoke_tokens(tx: AccountTx, client: Client, *, by: Actor | None = None) -> Client:
    """Revokes every token of the client, also what users let it do; its secrets stay valid."""
    audit.record(tx, "client.tokens_revoked", by, client=client.client_id)
    grants.end_of_client(tx, client.client_id)
    return _set_active(tx, client, active=client.active)


def delete(tx: AccountTx, client: Client, *, by: Actor | None = None) -> None:
    """Removes a disabled client, its secrets and API keys, permanently; what it has booked stays.

    Raises:
        ClientStillActive: it is not disabled.
    """
    if client.active:
        raise ClientStillActive
    audit.record(tx, "client.deleted", by, client=client.client_id, key=client.key)
    client_secrets.delete_all(tx, client.client_id)
    api_keys.delete_all(tx, client.client_id)
    consents.delete_of_client(tx, client.client_id)
    issued_tokens.delete_all(tx, client.client_id)
    clients.delete(tx, client.id)


def _set_active(tx: AccountTx, client: Client, *, active: bool) -> Client:
    # Enabling raises it too: that ends what was issued from a snapshot just before the disabling
    revoked_before = ending_all_tokens(client.revoked_before, tx.real_now)
    clients.set_active(tx, client.id, active=active, revoked_before=revoked_before)
    return by_key(tx, client.key)
