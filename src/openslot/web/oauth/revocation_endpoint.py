"""The revocation endpoint (RFC 7009): a client ends a token of its own."""

from starlette.types import Scope

from openslot.app import App
from openslot.identity.oauth_errors import InvalidRequest
from openslot.identity.tokens import revocation
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.identity.tokens.refresh_tokens import key_of
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.response import Response
from openslot.web.oauth.client_endpoint import CallingClient, ClientEndpoint
from openslot.web.oauth.oauth_request import OAuthRequest
from openslot.web.oauth.responses import oauth_response
from openslot.web.oauth.throttles import Throttles

# A hint that is wrong does not matter (RFC 7009 §2.1): the kinds are told apart by their form.
PARAMETERS = frozenset({"token", "token_type_hint"})


class RevocationEndpoint(ClientEndpoint):
    """Responds with 200 whether there was something to end or not (RFC 7009 §2.2)."""

    path = "/oauth2/revoke"
    parameters = PARAMETERS

    def __init__(
        self, app: App, throttles: Throttles, origins: ClientOrigins, reader: TokenReader
    ) -> None:
        """Computes the key of refresh tokens once."""
        super().__init__(app, throttles, origins)
        self._refresh_key = key_of(app.purpose_keys)
        self._reader = reader

    async def respond(self, request: OAuthRequest, url: str, scope: Scope) -> Response:
        """Ends the token if it is the client's."""

        def decide(tx: SystemTx, caller: CallingClient) -> None:
            revocation.revoke(
                tx.account(caller.client.account_id),
                self._reader,
                self._refresh_key,
                caller.client,
                token_of(request),
                caller.by,
            )

        caller, _ = await self.authenticated(request, scope, decide, writes=True)
        self._throttles.count_request(caller.client.client.client_id)
        return oauth_response(200)


def token_of(request: OAuthRequest) -> str:
    """The token that a request is about.

    Raises:
        InvalidRequest: it names none.
    """
    token = request.form.get("token")
    if token is None:
        raise InvalidRequest("Parameter token is missing")
    return token
