"""A client's secrets: made, listed, revoked. Two may live at once, for a change without a gap."""

from dataclasses import dataclass

from openslot.identity.clients.secrets import digest_of, new_secret
from openslot.identity.model.client import Client
from openslot.identity.model.client_secret import ClientSecret
from openslot.identity.model.held_scopes import require_held
from openslot.identity.store import client_secrets
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.errors import Conflict, NotFound
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_MOST_LIVE_SECRETS = 2


class TooManySecrets(Conflict):
    """Two live secrets let a client change over without a gap; revoke one first."""

    code = "too_many_secrets"
    title = "The client has two live secrets already"


class ClientHasNoSecret(Conflict):
    """A public client, and one that signs with its own key, holds no secret of ours."""

    code = "client_has_no_secret"
    title = "The client authenticates without a secret"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that was just made. Its text is shown once and stored nowhere."""

    id: str
    text: str


def secrets_of(tx: AccountTx, client: Client) -> list[ClientSecret]:
    """The client's secrets, the oldest first: when made, when they expire, when last used."""
    return client_secrets.of_client(tx, client.client_id)


def make_secret(
    tx: AccountTx,
    pepper: bytes,
    client: Client,
    *,
    expires_at: Millis | None = None,
    by: Actor | None = None,
) -> NewSecret:
    """Makes another secret. The one before lives on until it is revoked.

    Raises:
        ScopeNotHeld: the client may have a scope that `by` does not carry.
        TooManySecrets: the client has two live ones.
        ClientHasNoSecret: the client authenticates in another way.
    """
    require_held(by, client.scopes)
    if not client.holds_secret:
        raise ClientHasNoSecret
    client_secrets.delete_expired(tx, client.client_id)
    held = secrets_of(tx, client)
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
    """Ends a secret at once; tokens that it has obtained live on until they expire.

    Raises:
        NotFound: the client has no such secret.
    """
    if not client_secrets.delete(tx, client.client_id, secret_id):
        raise NotFound("The client has no such secret")
    audit.record(tx, "secret.revoked", by, client=client.client_id, secret_id=secret_id)
