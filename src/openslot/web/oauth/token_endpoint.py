"""The token endpoint (RFC 6749 §3.2): a grant in, an access token out."""

from starlette.types import Scope

from openslot.app import App
from openslot.identity.clients.dpop_proofs import Proof, read_proof, use
from openslot.identity.tokens import grant_types
from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.identity.tokens.grant_types import (
    CLIENT_CREDENTIALS,
    Granted,
    TokenRequest,
)
from openslot.identity.tokens.refresh_tokens import key_of
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.response import Response
from openslot.web.oauth.client_endpoint import CallingClient, ClientEndpoint
from openslot.web.oauth.oauth_request import OAuthRequest
from openslot.web.oauth.responses import token_response
from openslot.web.oauth.throttles import Throttles

ROOT_PATH = "/oauth2/token"


class TokenEndpoint(ClientEndpoint):
    """Issues tokens."""

    path = ROOT_PATH
    parameters = frozenset(
        {
            "grant_type",
            "scope",
            "resource",
            "code",
            "redirect_uri",
            "code_verifier",
            "refresh_token",
        }
    )

    def __init__(self, app: App, throttles: Throttles, origins: ClientOrigins) -> None:
        """Computes the key of refresh tokens once."""
        super().__init__(app, throttles, origins)
        self._refresh_key = key_of(app.purpose_keys)

    async def respond(self, request: OAuthRequest, url: str, scope: Scope) -> Response:
        """A token for a client that may have it."""
        proofs = request.headers.dpop

        def decide(tx: SystemTx, caller: CallingClient) -> Granted:
            jkt = (
                _used(
                    tx,
                    caller,
                    read_proof(proofs, method="POST", url=url, now=tx.real_now),
                )
                if proofs
                else None
            )
            token_request = TokenRequest(
                client=caller.client,
                form=request.form,
                jkt=jkt,
                refresh_key=self._refresh_key,
                public_url=self._public_url,
                by=caller.by,
            )
            return grant_types.decide(tx, token_request)

        # A client that acts for itself leaves no row behind.
        only_reads = request.form.get("grant_type", CLIENT_CREDENTIALS) == CLIENT_CREDENTIALS
        writes = bool(proofs) or not only_reads
        caller, granted = await self.authenticated(request, scope, decide, writes=writes)
        self._throttles.succeeded(caller.client.client.client_id)
        return self._issued(granted)

    def _issued(self, granted: Granted) -> Response:
        to = granted.to
        issuer = Issuer(
            self._public_url,
            to.account_id,
            to.account_name,
            to.algorithm,
            to.account_revoked_before,
        )
        token = issue(
            self._app.keys,
            issuer,
            to.client,
            granted.scopes,
            granted.at,
            delegation=granted.delegation,
            jkt=granted.jkt,
        )
        self._app.issued_counts.note(to.account_id, to.client.client_id, granted.at)
        return token_response(
            token,
            granted.scopes,
            bound=granted.jkt is not None,
            refresh_token=granted.refresh_token,
        )


def _used(tx: SystemTx, caller: CallingClient, proof: Proof) -> str:
    """The key of a proof, which is used up by this.

    Raises:
        InvalidDpopProof: it was used before.
    """
    use(tx.account(caller.client.account_id), proof)
    return proof.jkt
