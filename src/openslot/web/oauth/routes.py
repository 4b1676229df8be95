"""Every path of the OAuth endpoints and documents."""

from collections.abc import Awaitable, Callable

from starlette.routing import Route

from openslot.app import App
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.web.http.addresses import (
    AUTHORIZATION_SERVER,
    OPENID,
    PROTECTED_RESOURCE,
    well_known,
)
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.response import Response
from openslot.web.http.serving.public_documents import PublicDocument
from openslot.web.oauth.client_endpoint import ClientEndpoint
from openslot.web.oauth.documents import Documents
from openslot.web.oauth.introspection_endpoint import IntrospectionEndpoint
from openslot.web.oauth.revocation_endpoint import RevocationEndpoint
from openslot.web.oauth.throttles import Throttles
from openslot.web.oauth.token_endpoint import TokenEndpoint

_ACCOUNT = "{account}"
_ISSUER = "/accounts/{account}"


def oauth_routes(
    app: App, reader: TokenReader, origins: ClientOrigins, throttles: Throttles
) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    url = app.settings.public_url
    documents = Documents(app)
    return [
        *_both_addresses(TokenEndpoint(app, throttles, origins)),
        *_both_addresses(RevocationEndpoint(app, throttles, origins, reader)),
        *_both_addresses(IntrospectionEndpoint(app, throttles, origins, reader)),
        _document(_ISSUER + "/oauth2/jwks", documents.jwks),
        # RFC 8414 §3.1, §5: well-known before the issuer's path, with either name; many readers put
        # it after it, as OpenID Connect Discovery §4 does
        *_both_places(url, AUTHORIZATION_SERVER, documents.server_metadata),
        *_both_places(url, OPENID, documents.openid_metadata),
        _document(well_known(url, PROTECTED_RESOURCE), documents.root_resource),
        _document(well_known(url, PROTECTED_RESOURCE, _ACCOUNT), documents.account_resource),
    ]


def _both_addresses(endpoint: ClientEndpoint) -> list[Route]:
    """For any method: a 405 is a response of the endpoint's own, which no cache may store."""
    paths = (endpoint.path, _ISSUER + endpoint.path)
    return [Route(path, endpoint, methods=None) for path in paths]


def _both_places(url: str, name: str, make: Callable[..., Awaitable[Response]]) -> list[Route]:
    paths = (well_known(url, name, _ACCOUNT), f"{_ISSUER}/.well-known/{name}")
    return [_document(path, make) for path in paths]


def _document(path: str, make: Callable[..., Awaitable[Response]]) -> Route:
    return Route(path, PublicDocument(make), methods=["GET", "OPTIONS"])
