"""The request that tells a webhook of an event. Source: Standard Webhooks 1.0."""

from collections.abc import Sequence
from importlib.metadata import version

from openslot.delivery.store import webhook_secrets
from openslot.delivery.webhooks.secrets import signature, signing_keys
from openslot.kernel.clock import Millis
from openslot.storage.transactions import AccountTx

USER_AGENT = f"Openslot/{version('openslot')}"


def headers_of(message_id: str, keys: Sequence[bytes], body: bytes, now: Millis) -> dict[str, str]:
    """The headers of an attempt at an instant of real time."""
    timestamp = now // 1000
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(keys, message_id, timestamp, body),
    }


def signed_headers(
    tx: AccountTx, webhook_id: str, message_id: str, body: str, webhook_key: bytes
) -> dict[str, str]:
    """The headers as they would be now."""
    keys = signing_keys(webhook_key, webhook_secrets.of_webhook(tx, webhook_id))
    return headers_of(message_id, keys, body.encode(), tx.real_now)
