"""Answers of the token endpoint: JSON that nothing on the way may keep."""

import json

from starlette.responses import Response

from openslot.identity.protocol import OAuthError
from openslot.identity.tokens import LIFETIME_SECONDS

# RFC 6749 §5.1: Cache-Control no-store and Pragma no-cache on every answer with a token; here on
# all others too, so that no cache ever answers for this endpoint
_NOT_KEPT = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
}


def token_answer(access_token: str, scopes: tuple[str, ...]) -> Response:
    """The answer with an access token (RFC 6749 §5.1), spelled as the contract has it."""
    body = {
        "access_token": access_token,
        "expires_in": LIFETIME_SECONDS,
        "token_type": "Bearer",
        "scope": " ".join(scopes),
    }
    return Response(json.dumps(body), headers=_NOT_KEPT)


def error_answer(error: OAuthError) -> Response:
    """The answer that says why there is no token (RFC 6749 §5.2)."""
    return Response(error.body(), error.status, headers={**_NOT_KEPT, **error.headers})
