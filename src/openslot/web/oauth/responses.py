"""Responses of the OAuth endpoints: JSON that no cache stores."""

from collections.abc import Mapping

from openslot.identity.oauth_errors import OAuthError
from openslot.identity.tokens.access_tokens import LIFETIME_SECONDS
from openslot.web.http.response import JSON, Response

# RFC 6749 §5.1: Cache-Control no-store and Pragma no-cache on every response with a token; here
# on all others too, so that no cache ever responds in place of an endpoint
_HEADERS = {"Content-Type": JSON, "Cache-Control": "no-store", "Pragma": "no-cache"}


def oauth_response(
    status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Response:
    """A response with the headers that all of them have, and with more of its own."""
    return Response(status, body, {**_HEADERS, **headers} if headers else _HEADERS)


def token_response(
    access_token: str,
    scopes: tuple[str, ...],
    *,
    bound: bool = False,
    refresh_token: str | None = None,
) -> Response:
    """The response with an access token (RFC 6749 §5.1), spelled as the contract has it.

    `bound` tells that the token is used with proofs of its key (RFC 9449 §5).
    """
    # Neither a token nor a scope of ours holds a character that JSON escapes.
    body = (
        f'{{"access_token": "{access_token}", "expires_in": {LIFETIME_SECONDS}, '
        f'"token_type": "{"DPoP" if bound else "Bearer"}", "scope": "{" ".join(scopes)}"'
    )
    if refresh_token is not None:
        body += f', "refresh_token": "{refresh_token}"'
    return oauth_response(200, (body + "}").encode("ascii"))


def error_response(error: OAuthError) -> Response:
    """The response that says why there is no token (RFC 6749 §5.2)."""
    return oauth_response(error.status, error.body(), error.headers)
