"""The introspection endpoint (RFC 7662): a resource server asks what a token is."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

from openslot.app import App
from openslot.identity.accounts import issuer_of
from openslot.identity.oauth_errors import InvalidClient
from openslot.identity.tokens import revocation
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.storage.transactions import SystemTx
from openslot.web.http.client_origins import ClientOrigins
from openslot.web.oauth.client_endpoint import Caller, ClientEndpoint
from openslot.web.oauth.client_request import ClientRequest
from openslot.web.oauth.responses import OAuthResponse
from openslot.web.oauth.revocation_endpoint import PARAMETERS, token_of
from openslot.web.oauth.throttles import Throttles


class IntrospectionEndpoint(ClientEndpoint):
    """Tells clients with the scope for it about the tokens of their own account."""

    path = "/oauth2/introspect"
    parameters = PARAMETERS

    def __init__(
        self, app: App, throttles: Throttles, origins: ClientOrigins, reader: TokenReader
    ) -> None:
        """Reads tokens with the reader of the API: what is live there is live here."""
        super().__init__(app, throttles, origins)
        self._reader = reader

    async def answer(self, request: ClientRequest, url: str, scope: Scope) -> OAuthResponse:
        """What the token is, or that it does not count."""

        def decide(tx: SystemTx, caller: Caller) -> Mapping[str, Any]:
            # RFC 7662 §2.1: the caller MUST be authorized; a public client only says who it is
            if caller.client.is_public:
                raise InvalidClient("public_client")
            issuer = issuer_of(self._public_url, caller.client.account_name)
            token = token_of(request)
            return revocation.introspect(tx, self._reader, issuer, caller.client, token)

        caller, told = await self.known(request, scope, decide, writes=False)
        self._throttles.asked(caller.client.client.client_id)
        return OAuthResponse(200, json.dumps(told).encode())
