"""requests_oauth2client: told the issuer and who it is, it finds out the rest."""

from typing import Any

import pytest
import requests
from requests_oauth2client import (
    BearerToken,
    ClientSecretBasic,
    ClientSecretPost,
    DPoPKey,
    DPoPToken,
    InvalidScope,
    MissingDPoPNonce,
    OAuth2Client,
    PrivateKeyJwt,
    PublicApp,
)

from openslot.kernel import scopes

from .browserless import Browserless
from .site import KEYS, SCOPES, Client, Site

pytestmark = pytest.mark.slow


def discovered(site: Site, auth: Any, **more: Any) -> OAuth2Client:
    """A client by OpenID Connect Discovery; `testing` lets addresses begin with http."""
    return OAuth2Client.from_discovery_endpoint(issuer=site.issuer, auth=auth, testing=True, **more)


def called(site: Site, token: BearerToken) -> int:
    """How the API answers the holder of a token, which sends what belongs to it."""
    return requests.get(site.api, auth=token, timeout=10).status_code


def with_key(site: Site, algorithm: str) -> tuple[Client, PrivateKeyJwt]:
    """A client with a key, and how it authenticates; the key has to have a name of its own."""
    client = site.keyed[algorithm]
    assert client.key is not None
    jwk = {**client.key.private_jwk, "kid": "of the client"}
    return client, PrivateKeyJwt(client.id, jwk, alg=algorithm, aud=site.issuer)


@pytest.mark.parametrize("method", [ClientSecretBasic, ClientSecretPost])
def test_for_a_program(site: Site, method: Any) -> None:
    """By both methods; a refusal is an exception of its own."""
    backend = site.backend
    client = discovered(site, method(backend.id, backend.secret))
    token = client.client_credentials(scope=SCOPES)
    assert token.scope == " ".join(SCOPES)
    site.claims(token.access_token, backend)
    assert called(site, token) == 200
    with pytest.raises(InvalidScope):
        client.client_credentials(scope=scopes.ADMIN_READ)


@pytest.mark.parametrize("algorithm", KEYS)
def test_for_a_program_with_a_key(site: Site, algorithm: str) -> None:
    """RFC 7523, at all three endpoints; the audience is the issuer, which it has to be told."""
    keyed, auth = with_key(site, algorithm)
    client = discovered(site, auth)
    token = client.client_credentials()
    site.claims(token.access_token, keyed)
    assert client.introspect_token(token)["active"] is True
    assert client.revoke_access_token(token) is True
    assert client.introspect_token(token) == {"active": False}


def authorized(client: OAuth2Client, browser: Browserless, **more: Any) -> BearerToken:
    """A code with PKCE, its answer checked against RFC 9207, and tokens for it."""
    request = client.authorization_request(scope=SCOPES, **more)
    response = request.validate_callback(browser.visit(request.uri))
    assert response.iss == client.issuer
    return client.authorization_code(response)


@pytest.mark.parametrize("kind", ["secret", "key", "public"])
def test_for_a_person(site: Site, browser: Browserless, kind: str) -> None:
    """Tokens, other tokens, and their end."""
    registered: Client
    auth: Any
    if kind == "key":
        registered, auth = with_key(site, "ES256")
    elif kind == "secret":
        registered = site.backend
        auth = ClientSecretBasic(registered.id, registered.secret)
    else:
        registered = site.app
        auth = PublicApp(registered.id)
    client = discovered(site, auth, redirect_uri=registered.callback)
    token = authorized(client, browser)
    claims = site.claims(token.access_token, registered)
    again = client.refresh_token(token)
    assert again.refresh_token != token.refresh_token
    assert site.claims(again.access_token, registered)["gid"] == claims["gid"]
    assert called(site, again) == 200
    assert client.revoke_refresh_token(again) is True
    for ended in (token, again):
        assert called(site, ended) == 401


@pytest.mark.parametrize("algorithm", KEYS)
def test_for_a_person_with_dpop(site: Site, browser: Browserless, algorithm: str) -> None:
    """RFC 9449: code, tokens and refresh token belong to one key, and are nothing without it."""
    client = discovered(
        site,
        PublicApp(site.app.id),
        redirect_uri=site.app.callback,
        dpop_bound_access_tokens=True,
        dpop_alg=algorithm,
    )
    token = authorized(client, browser)
    assert isinstance(token, DPoPToken)
    claims = site.claims(token.access_token, site.app)
    assert claims["cnf"] == {"jkt": token.dpop_key.dpop_jkt}
    again = client.refresh_token(token)
    assert isinstance(again, DPoPToken)
    assert called(site, again) == 200
    assert site.status(again.access_token) == 401
    other = DPoPToken(again.access_token, _dpop_key=DPoPKey.generate(algorithm))
    with pytest.raises(MissingDPoPNonce):  # what it makes of any 401 that asks for DPoP
        called(site, other)
