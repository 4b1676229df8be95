"""Answers of the OAuth endpoints: JSON that nothing on the way may keep."""

from dataclasses import dataclass

from starlette.types import Send

from openslot.identity.oauth_errors import OAuthError
from openslot.identity.tokens.access_tokens import LIFETIME_SECONDS

# RFC 6749 §5.1: Cache-Control no-store and Pragma no-cache on every answer with a token; here on
# all others too, so that no cache ever answers for this endpoint
_NOT_KEPT = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"pragma", b"no-cache"),
)


@dataclass(frozen=True, slots=True)
class OAuthResponse:
    """What the endpoint says: status, JSON, and headers besides those that every answer has."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send) -> None:
        """Sends it; the server leaves the body out where the method wants none."""
        length = (b"content-length", b"%d" % len(self.body))
        headers = [*_NOT_KEPT, *self.headers, length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def token_response(
    access_token: str,
    scopes: tuple[str, ...],
    *,
    bound: bool = False,
    refresh_token: str | None = None,
) -> OAuthResponse:
    """The answer with an access token (RFC 6749 §5.1), spelled as the contract has it.

    `bound` tells that the token is used with proofs of its key (RFC 9449 §5).
    """
    # Neither a token nor a scope of ours holds a character that JSON escapes.
    body = (
        f'{{"access_token": "{access_token}", "expires_in": {LIFETIME_SECONDS}, '
        f'"token_type": "{"DPoP" if bound else "Bearer"}", "scope": "{" ".join(scopes)}"'
    )
    if refresh_token is not None:
        body += f', "refresh_token": "{refresh_token}"'
    return OAuthResponse(200, (body + "}").encode("ascii"))


def error_response(error: OAuthError) -> OAuthResponse:
    """The answer that says why there is no token (RFC 6749 §5.2)."""
    headers = tuple((name.encode(), value.encode()) for name, value in error.headers.items())
    return OAuthResponse(error.status, error.body(), headers)
