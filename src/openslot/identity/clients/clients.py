"""OAuth clients: programs that act in an account, each with what it may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.identity.clients.secrets import digest_of, new_client_id, new_secret
from openslot.identity.model.client import Client, complete_document
from openslot.identity.model.client_secret import ClientSecret
from openslot.identity.model.token_status import ending_all_tokens
from openslot.identity.store import client_secrets, clients, consents, grants
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.errors import Conflict, NotFound, PreconditionFailed
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx

_MOST_LIVE_SECRETS = 2


class ClientKeyTaken(Conflict):
    """Choose another key: it is the account file's name for one client."""

    code = "client_key_taken"
    title = "The account has a client with this key already"


class TooManySecrets(Conflict):
    """Two live secrets let a client change over without a gap; revoke one first."""

    code = "too_many_secrets"
    title = "The client has two live secrets already"


class ClientHasNoSecret(Conflict):
    """A public client, and one that signs with its own key, holds no secret of ours."""

    code = "client_has_no_secret"
    title = "The client authenticates without a secret"


class ClientStillActive(Conflict):
    """Only a disabled client can be deleted: disable it, see that nothing breaks, then delete."""

    code = "client_still_active"
    title = "The client is active; disable it first"


class ClientChanged(PreconditionFailed):
    """`If-Match` names another version (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The client has changed meanwhile; read it again"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that was just made. What it says is told once and kept nowhere."""

    id: str
    text: str


def all_clients(tx: AccountTx) -> list[Client]:
    """Every client of the account, by key, disabled ones among them."""
    return clients.all_clients(tx)


def page(tx: AccountTx, after: str, most: int) -> list[Client]:
    """So many clients whose UUIDs come after one (or after ""), in the order they were made."""
    return clients.page(tx, after, most)


def public_ones_naming(tx: SystemTx, account: str | None, text: str) -> list[Client]:
    """Active public clients, of an account if one is named, whose redirect URIs may hold a text."""
    return clients.public_ones_naming(tx, account, text)


def by_key(tx: AccountTx, key: str) -> Client:
    """The client with this key.

    Raises:
        NotFound: the account has none.
    """
    found = clients.by_key(tx, key)
    if found is None:
        raise NotFound(f"The account has no client {key!r}")
    return found


def by_id(tx: AccountTx, row_id: str) -> Client:
    """The client with this UUID.

    Raises:
        NotFound: the account has none.
    """
    found = clients.by_id(tx, row_id)
    if found is None:
        raise NotFound("There is no such client")
    return found


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
    """Makes a client; its secret is told once, here. Who needs none gets None.

    Here and below `by` is who does it, for the audit trail; None is the operator.

    Raises:
        ClientKeyTaken: the account has a client with this key.
    """
    if not clients.insert(tx, new_id(), new_client_id(), key, name, document):
        raise ClientKeyTaken
    client = by_key(tx, key)
    audit.record(
        tx, "client.created", by, client=client.client_id, key=key, scopes=list(client.scopes)
    )
    return client, rotate_secret(tx, pepper, client, by=by) if client.holds_secret else None


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
    """
    if (name, complete_document(document)) == (client.name, client.document):
        return client
    clients.update(tx, client.id, name, document)
    changed = by_key(tx, client.key)
    _record_change(tx, client, changed, by)
    if client.holds_secret and not changed.holds_secret:
        for secret in secrets(tx, client):
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
    """Refuses the client from now on; its tokens and what users let it do are dead for good."""
    if not client.active:
        return client
    audit.record(tx, "client.disabled", by, client=client.client_id)
    grants.end_of_client(tx, client.client_id)
    return _set_active(tx, client, active=False)


def enable(tx: AccountTx, client: Client, *, by: Actor | None = None) -> Client:
    """Takes the client again, with the secrets it had; tokens from before stay dead."""
    if client.active:
        return client
    audit.record(tx, "client.enabled", by, client=client.client_id)
    return _set_active(tx, client, active=True)


def revoke_tokens(tx: AccountTx, client: Client, *, by: Actor | None = None) -> Client:
    """Ends every token of the client's, also what users let it do; its secrets live on."""
    audit.record(tx, "client.tokens_revoked", by, client=client.client_id)
    grants.end_of_client(tx, client.client_id)
    return _set_active(tx, client, active=client.active)


def delete(tx: AccountTx, client: Client, *, by: Actor | None = None) -> None:
    """Removes a disabled client and its secrets, for good; what it has booked stays.

    Raises:
        ClientStillActive: it is not disabled.
    """
    if client.active:
        raise ClientStillActive
    audit.record(tx, "client.deleted", by, client=client.client_id, key=client.key)
    client_secrets.delete_all(tx, client.client_id)
    consents.delete_of_client(tx, client.client_id)
    clients.delete(tx, client.id)


def secrets(tx: AccountTx, client: Client) -> list[ClientSecret]:
    """The client's secrets, the oldest first: when made, when they expire, when last used."""
    return client_secrets.of_client(tx, client.client_id)


def rotate_secret(
    tx: AccountTx,
    pepper: bytes,
    client: Client,
    *,
    expires_at: Millis | None = None,
    by: Actor | None = None,
) -> str:
    """The text of a new secret: see `make_secret`."""
    return make_secret(tx, pepper, client, expires_at=expires_at, by=by).text


def make_secret(
    tx: AccountTx,
    pepper: bytes,
    client: Client,
    *,
    expires_at: Millis | None = None,
    by: Actor | None = None,
) -> NewSecret:
    """Makes another secret and tells it once. The one before lives on until it is revoked.

    Raises:
        TooManySecrets: two live ones are there.
        ClientHasNoSecret: the client authenticates in another way.
    """
    if not client.holds_secret:
        raise ClientHasNoSecret
    client_secrets.delete_expired(tx, client.client_id)
    held = secrets(tx, client)
    if len(held) >= _MOST_LIVE_SECRETS:
        raise TooManySecrets
    secret = NewSecret(new_id(), new_secret())
    digest = digest_of(pepper, secret.text)
    client_secrets.insert(tx, client.client_id, secret.id, digest, expires_at)
    audit.record(
        tx,
        "secret.rotated" if held else "secret.made",
        by,
        client=client.client_id,
        secret_id=secret.id,
        **({} if expires_at is None else {"expiresAt": instant_text(expires_at)}),
    )
    return secret


def revoke_secret(
    tx: AccountTx, client: Client, secret_id: str, *, by: Actor | None = None
) -> None:
    """Ends a secret at once; tokens it has obtained live on until they expire.

    Raises:
        NotFound: the client has no such secret.
    """
    if not client_secrets.delete(tx, client.client_id, secret_id):
        raise NotFound("The client has no such secret")
    audit.record(tx, "secret.revoked", by, client=client.client_id, secret_id=secret_id)


def _set_active(tx: AccountTx, client: Client, *, active: bool) -> Client:
    # Enabling raises it too: that ends what was issued from a snapshot just before the disabling
    revoked_before = ending_all_tokens(client.revoked_before, tx.real_now)
    clients.set_active(tx, client.id, active=active, revoked_before=revoked_before)
    return by_key(tx, client.key)
