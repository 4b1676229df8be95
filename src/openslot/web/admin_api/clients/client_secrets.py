"""A client's secrets: when they were made and used; another one; the end of one."""

from typing import Any

from openslot.identity.clients import secret_rotation
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.client_secret import ClientSecret
from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.errors import Fault, Invalid
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.admin_api.account.sandbox import Moment
from openslot.web.admin_api.clients.clients import ADDRESS, NOT_KEPT, found, outcome
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

_KIND = "client-secret"


class SecretRequest(RequestModel):
    """A new secret; without `expiresAt` it lives until it is revoked."""

    expiresAt: Moment | None = None


class SecretItem(responses.Answer):
    """A client secret without the secret."""

    id: str
    createdAt: str
    expiresAt: str | None
    lastUsedAt: str | None  # up to 10 s late


class MadeSecret(SecretItem):
    """A secret that was just made, which is never told again."""

    clientSecret: str


def list_secrets(tx: AccountTx, call: Call) -> Response:
    """The client's secrets, the oldest first; two live ones at most."""
    return json_response(
        [_shown_as(secret) for secret in secret_rotation.secrets_of(tx, found(tx, call))]
    )


def create(tx: AccountTx, call: Call) -> Response:
    """Makes another secret and shows it once; the one before lives on until it is revoked."""
    client = found(tx, call)
    call.idempotency_key.replay(tx)
    expires_at = call.body.expiresAt
    if expires_at is not None and expires_at <= tx.real_now:
        raise Invalid(Fault("/expiresAt", "out_of_range", "has to be in the future"))
    pepper = pepper_of(call.settings.master_key_bytes)
    made = secret_rotation.make_secret(tx, pepper, client, expires_at=expires_at, by=call.actor)
    if call.dry_run:
        return outcome(client, "created", _KIND)
    secret = next(s for s in secret_rotation.secrets_of(tx, client) if s.id == made.id)
    url = f"{call.settings.public_url}{ADDRESS}/{client.id}/secrets/{secret.id}"
    return json_response(
        {**_shown_as(secret), "clientSecret": made.text}, 201, {"Location": url, **NOT_KEPT}
    )


def delete(tx: AccountTx, call: Call) -> Response:
    """Ends a secret at once; tokens that it has obtained live on until they expire."""
    client = found(tx, call)
    call.idempotency_key.replay(tx)
    secret_rotation.revoke_secret(tx, client, call.path_id("secretId"), by=call.actor)
    return outcome(client, "deleted", _KIND) if call.dry_run else no_content()


def _shown_as(secret: ClientSecret) -> dict[str, Any]:
    return {
        "id": secret.id,
        "createdAt": instant_text(secret.created_at),
        "expiresAt": _text(secret.expires_at),
        "lastUsedAt": _text(secret.last_used_at),
    }


def _text(at: Millis | None) -> str | None:
    return None if at is None else instant_text(at)
