"""Who calls: the client of an API key, in one of the headers that known programs send it in."""

import binascii
from base64 import b64decode

from starlette.types import Scope

from openslot.app import App
from openslot.identity.clients.api_key_authentication import (
    ApiKeyCaller,
    InvalidApiKey,
    authenticate,
)
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.refusals.counting import RefusalOrigin
from openslot.kernel.actor import Actor
from openslot.kernel.counted_address import counted_address
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.http.limits import Limit
from openslot.web.http.transport import Headers

_KEY_HEADERS = (b"x-api-key", b"auth-token")


class ApiKeyCallers:
    """Knows the callers of one process, and counts wrong keys as wrong secrets of the address."""

    def __init__(self, app: App, wrong_secrets: Limit) -> None:
        """`wrong_secrets` is the limit by address that all who compare secrets share."""
        self._pepper = pepper_of(app.purpose_keys)
        self._uses = app.api_key_uses
        self._refusals = app.api_key_refusals
        self._wrong_secrets = wrong_secrets

    def caller(self, tx: SystemTx, scope: Scope) -> ApiKeyCaller:
        """The caller, from the raw headers of an ASGI request.

        Raises:
            InvalidApiKey: no key, several, or one that does not count.
            RateLimited: too many wrong ones came from this address; nothing was compared.
        """
        keys = _sent_keys(scope["headers"])
        if not keys:
            raise InvalidApiKey
        address = scope["client"][0] if scope.get("client") else ""
        self._wrong_secrets.ask(counted_address(address))
        try:
            if len(keys) > 1:
                raise InvalidApiKey
            caller = authenticate(tx, self._pepper, *keys)
        except InvalidApiKey as refusal:
            self._wrong_secrets.take(counted_address(address))
            if refusal.api_key_id is not None and refusal.reason is not None:
                origin = RefusalOrigin("", refusal.api_key_id, address or None)
                self._refusals.note(origin, refusal.reason, tx.real_now, scope["state"].id)
            raise
        actor = caller.actor
        self._uses.note(
            actor.account_id,
            actor.id,
            caller.api_key.id,
            tx.real_now,
            address or None,
            scope["state"].id,
        )
        return caller

    def check_again(self, tx: AccountTx, _: Actor) -> None:
        """Passes unless the account was suspended meanwhile.

        Raises:
            InvalidApiKey: it was.
        """
        if tx.account.suspended_at is not None:
            raise InvalidApiKey


def _sent_keys(headers: Headers) -> set[str]:
    """The different keys of a request; one that cannot be read is an empty text."""
    found = {
        value.decode("latin-1") for name, value in headers if name in _KEY_HEADERS and value.strip()
    }
    for name, value in headers:
        if name == b"authorization":
            # RFC 9110 §11.1: the scheme is case-insensitive. Another one brings no API key.
            scheme, _, credentials = value.partition(b" ")
            if scheme.lower() == b"basic":
                found.add(_password_of(credentials.strip(b" ")))
    return found


def _password_of(credentials: bytes) -> str:
    try:
        decoded = b64decode(credentials, validate=True)
    except binascii.Error:
        return ""
    # RFC 7617 §2: a user-id holds no colon, so the first one divides
    return decoded.partition(b":")[2].decode("latin-1")
