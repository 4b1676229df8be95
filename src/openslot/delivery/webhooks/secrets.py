"""What signs the requests to a webhook. Two secrets may live at once, for a change without a gap.

They are sealed at rest: unlike a client's secret, ours must be known to sign with it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from openslot.delivery.model.webhook import WebhookSecret
from openslot.delivery.store import webhook_secrets
from openslot.identity.keys.master_key import seal, unseal
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict, NotFound
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_PREFIX = "whsec_"
_BYTES = 32
_MOST_LIVE = 2


class TooManyWebhookSecrets(Conflict):
    """Two live secrets let a receiver change over without a gap; revoke one first."""

    code = "too_many_secrets"
    title = "The webhook has two secrets already"


class LastSecret(Conflict):
    """What is sent must be signed. Make another secret first."""

    code = "last_secret"
    title = "It is the only secret of the webhook; make another one first"


@dataclass(frozen=True, slots=True)
class NewWebhookSecret:
    """A secret that was just made; its text is shown once."""

    id: str
    text: str


def sealing_key(keys: PurposeKeys) -> bytes:
    """What secrets of webhooks are sealed with."""
    return keys.of(Purpose.WEBHOOK_SECRETS)


def make_secret(
    tx: AccountTx, key: bytes, webhook_id: str, *, by: Actor | None = None
) -> NewWebhookSecret:
    """Makes another secret; `key` seals it.

    Raises:
        TooManyWebhookSecrets: there are two.
    """
    if len(webhook_secrets.of_webhook(tx, webhook_id)) >= _MOST_LIVE:
        raise TooManyWebhookSecrets
    id_, plain = new_id(), os.urandom(_BYTES)
    webhook_secrets.insert(tx, webhook_id, id_, seal(key, plain, context=id_))
    audit.record(tx, "webhook.secret_created", by, secret_id=id_, webhook=webhook_id)
    return NewWebhookSecret(id_, _PREFIX + base64.b64encode(plain).decode())


def revoke_secret(
    tx: AccountTx, webhook_id: str, secret_id: str, *, by: Actor | None = None
) -> None:
    """Ends a secret at once.

    Raises:
        NotFound: the webhook has none with this id.
        LastSecret: it has no other.
    """
    live = webhook_secrets.of_webhook(tx, webhook_id)
    if secret_id not in [secret.id for secret in live]:
        raise NotFound("There is no such secret")
    if len(live) == 1:
        raise LastSecret
    webhook_secrets.delete(tx, webhook_id, secret_id)
    audit.record(tx, "webhook.secret_revoked", by, secret_id=secret_id, webhook=webhook_id)


def signing_keys(key: bytes, secrets: Sequence[WebhookSecret]) -> list[bytes]:
    """What signs, the newest first."""
    return [unseal(key, secret.sealed, context=secret.id) for secret in reversed(secrets)]


def signature(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one for each key.

    Source: Standard Webhooks 1.0, "Signature scheme": HMAC-SHA256 over `id.timestamp.body`.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return " ".join(f"v1,{one}" for one in made)
