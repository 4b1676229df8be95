"""Bearer tokens of API requests (RFC 6750): who calls, and what to say when that is unknown."""

import re
from collections.abc import Sequence
from typing import ClassVar

from starlette.types import Scope

from openslot.identity.tokens.access_tokens import InvalidToken, TokenReader, actor_of
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Unauthenticated, Unreadable
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.http.addresses import resource_metadata
from openslot.web.http.callers import dpop
from openslot.web.http.callers.dpop import SeenProofs

__all__ = [
    "BearerAuthentication",
    "InvalidToken",
    "MissingToken",
    "RepeatedAuthorization",
    "challenge",
]

_SCHEMES = (b"bearer", dpop.SCHEME.lower().encode())
# RFC 6750 §3: what error_description may hold
_NOT_IN_DESCRIPTION = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


class MissingToken(Unauthenticated):
    """Send `Authorization: Bearer` with an access token of the token endpoint."""

    code = "unauthenticated"
    title = "The request carries no access token"
    # RFC 6750 §3.1: without authentication information the challenge names no error
    challenge_error: ClassVar[str | None] = None


class RepeatedAuthorization(Unreadable):
    """RFC 6750 §3.1, invalid_request: more than one Authorization header; send one."""

    code = "invalid_request"
    title = "Authorization appears more than once"
    challenge_error: ClassVar[str | None] = "invalid_request"


class BearerAuthentication:
    """Callers by their access token, in `Authorization`; a token anywhere else is ignored."""

    def __init__(self, reader: TokenReader) -> None:
        """No proof has been seen yet."""
        self._reader = reader
        self._proofs = SeenProofs()

    def actor(self, tx: SystemTx, scope: Scope) -> Actor:
        """The caller, from the raw headers of an ASGI request.

        Raises:
            MissingToken: there is no access token.
            InvalidToken: there is, and it does not count (any more), or came as another kind.
            InvalidProof: it is bound to a key whose proof is missing or wrong.
            RepeatedAuthorization: two headers.
        """
        headers = scope["headers"]
        values = [value for name, value in headers if name == b"authorization"]
        if len(values) > 1:
            raise RepeatedAuthorization
        # RFC 6750 §2.1, RFC 9110 §11.1: a case-insensitive scheme, then 1*SP
        scheme, _, text = values[0].partition(b" ") if values else (b"", b"", b"")
        text = text.strip(b" ")
        if scheme.lower() not in _SCHEMES or not text:
            raise MissingToken
        token = self._reader.read(text, tx.real_now)
        dpop.check(
            headers,
            text,
            token.jkt,
            self._proofs,
            scheme=scheme,
            method=scope["method"],
            url=self._reader.public_url + (scope.get("raw_path") or b"").decode("latin-1"),
            request_id=scope["state"].id,
            now=tx.real_now,
        )
        return actor_of(tx, token)

    def check_again(self, tx: AccountTx, actor: Actor) -> None:
        """Passes unless the account was suspended meanwhile.

        Raises:
            InvalidToken: it was.
        """
        if tx.account.suspended_at is not None:
            raise InvalidToken


def challenge(
    public_url: str,
    *,
    account: str | None = None,
    error: str | None = None,
    description: str | None = None,
    scopes: Sequence[str] = (),
    scheme: str = "Bearer",
) -> str:
    """The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1).

    `account` is named where it is known; `scopes` are those of which one would do. `scheme` is
    that of a token which is bound to a key.
    """
    parameters = {}
    if error is not None:
        parameters["error"] = error
    if description is not None:
        parameters["error_description"] = _NOT_IN_DESCRIPTION.sub("?", description)
    if scopes:
        parameters["scope"] = " ".join(scopes)
    parameters["resource_metadata"] = resource_metadata(public_url, account)
    value = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    return dpop.challenge_of(value) if scheme == dpop.SCHEME else value
