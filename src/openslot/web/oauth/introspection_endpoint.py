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
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.response import Response
from openslot.web.oauth.client_endpoint import CallingClient, ClientEndpoint
from openslot.web.oauth.oauth_request import OAuthRequest
from openslot.web.oauth.responses import oauth_response
from openslot.web.oauth.revocation_endpoint import PARAMETERS, token_of
from openslot.web.oauth.throttles import Throttles


class IntrospectionEndpoint(ClientEndpoint):
    """Describes tokens to clients of the same account that have the scope for it."""

    path = "/oauth2/introspect"
    parameters = PARAMETERS

    def __init__(
        self, app: App, throttles: Throttles, origins: ClientOrigins, reader: TokenReader
    ) -> None:
        """Reads tokens with the reader of the API: what is live there is live here."""
        super().__init__(app, throttles, origins)
        self._reader = reader

    async def respond(self, request: OAuthRequest, url: str, scope: Scope) -> Response:
        """What the token is, or that it does not count."""

        def decide(tx: SystemTx, caller: CallingClient) -> Mapping[str, Any]:
            # RFC 7662 §2.1: the caller MUST be authorized; a public client only says who it is
            if caller.client.is_public:
                raise InvalidClient("public_client")
            issuer = issuer_of(self._public_url, caller.client.account_name)
            token = token_of(request)
            return revocation.introspect(tx, self._reader, issuer, caller.client, token)

        caller, described = await self.authenticated(request, scope, decide, writes=False)
        self._throttles.count_request(caller.client.client.client_id)
        return oauth_response(200, json.dumps(described).encode())
