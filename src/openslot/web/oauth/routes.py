"""Every path of the OAuth endpoints and documents."""

from starlette.routing import Route
from starlette.types import ASGIApp

from openslot.app import App
from openslot.web.oauth.addresses import AUTHORIZATION_SERVER, PROTECTED_RESOURCE, well_known
from openslot.web.oauth.cross_origin import Endpoint, answering_preflight
from openslot.web.oauth.documents import Documents
from openslot.web.oauth.token_endpoint import ROOT_PATH, TokenEndpoint

_ACCOUNT = "{account}"
_ISSUER = "/accounts/{account}"


def oauth_routes(app: App) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    url = app.settings.public_url
    token, documents = TokenEndpoint(app), Documents(app)
    metadata = documents.server_metadata
    return [
        _any_method(ROOT_PATH, token),
        _any_method(_ISSUER + ROOT_PATH, token),
        _document(_ISSUER + "/oauth2/jwks", documents.jwks),
        # RFC 8414 §3.1: well-known before the issuer's path; OpenID Connect Discovery §4: after it
        _document(well_known(url, AUTHORIZATION_SERVER, _ACCOUNT), metadata),
        _document(_ISSUER + "/.well-known/openid-configuration", metadata),
        _document(well_known(url, PROTECTED_RESOURCE), documents.root_resource),
        _document(well_known(url, PROTECTED_RESOURCE, _ACCOUNT), documents.account_resource),
    ]


def _any_method(path: str, endpoint: ASGIApp) -> Route:
    """For an endpoint whose 405 is an answer of its own, which no cache may keep."""
    return Route(path, endpoint, methods=None)


def _document(path: str, endpoint: Endpoint) -> Route:
    return Route(path, answering_preflight(endpoint), methods=["GET", "OPTIONS"])
