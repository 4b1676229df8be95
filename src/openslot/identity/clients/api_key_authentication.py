"""Who calls with an API key."""

from dataclasses import dataclass

from openslot.identity.clients.secrets import digest_of, same
from openslot.identity.model.api_key import ApiKey
from openslot.identity.store import api_keys
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Unauthenticated
from openslot.storage.transactions import SystemTx

# Why a known API key was refused, for the audit trail alone: no response says it
EXPIRED = "expired"
REVOKED = "revoked"
CLIENT_DISABLED = "client_disabled"


class InvalidApiKey(Unauthenticated):
    """No API key, or one that is unknown, expired or revoked, or whose client or account is out
    of use. Send a valid one as `X-Api-Key`.
    """

    code = "unauthenticated"
    title = "Send a valid API key, in the header X-Api-Key"

    def __init__(self, api_key_id: str | None = None, reason: str | None = None) -> None:
        """`api_key_id` and `reason` where the account is to hear of it."""
        super().__init__()
        self.api_key_id = api_key_id
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ApiKeyCaller:
    """A client that has shown an API key, in an account that is not suspended."""

    actor: Actor
    api_key: ApiKey


def authenticate(tx: SystemTx, pepper: bytes, text: str) -> ApiKeyCaller:
    """The client whose API key this is.

    Raises:
        InvalidApiKey: it is none that counts.
    """
    digest = digest_of(pepper, text)
    found = api_keys.by_digest(tx, digest)
    # The index has found it by its digest, which tells nothing of the text; compared once more
    # in constant time, as secrets are.
    if found is None or not same(found.digest, digest):
        raise InvalidApiKey
    api_key = found.api_key
    if found.account_suspended:
        raise InvalidApiKey
    if found.is_revoked:
        raise InvalidApiKey(api_key.id, REVOKED)
    if not api_key.is_live(tx.real_now):
        raise InvalidApiKey(api_key.id, EXPIRED)
    if not found.client_active:
        raise InvalidApiKey(api_key.id, CLIENT_DISABLED)
    actor = Actor(
        found.account_id,
        "client",
        api_key.client_id,
        found.client_scopes,
        api_key_id=api_key.id,
    )
    return ApiKeyCaller(actor, api_key)
