"""requests-oauthlib: its own OAuth2Session, for a program and for a person."""

import pytest
import requests
from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidScopeError
from requests_oauthlib import OAuth2Session

from openslot.kernel import scopes

from .browserless import Browserless
from .site import ALGORITHMS, SCOPES, Client, Site

pytestmark = pytest.mark.slow


def test_for_a_program(site: Site) -> None:
    """Basic, the published root address, the account in a header; then the path form."""
    client = site.backend
    basic = requests.auth.HTTPBasicAuth(client.id, client.secret)
    with OAuth2Session(client=BackendApplicationClient(client.id, scope=SCOPES)) as session:
        token = session.fetch_token(
            site.url + "/oauth2/token",
            auth=basic,
            headers={"X-ACCOUNT": ALGORITHMS[site.algorithm]},
        )
        assert token["scope"] == list(SCOPES)
        assert token["expires_in"] == 3600
        site.claims(token["access_token"], client)
        assert session.get(site.api).status_code == 200
        token = session.fetch_token(
            site.metadata["token_endpoint"],
            client_id=client.id,
            client_secret=client.secret,
            include_client_id=True,
        )
        site.claims(token["access_token"], client)


def test_refusals_are_its_own_exceptions(site: Site) -> None:
    """A wrong secret, and a scope that the client may not have."""
    client, endpoint = site.backend, site.metadata["token_endpoint"]
    with OAuth2Session(client=BackendApplicationClient(client.id)) as session:
        wrong = requests.auth.HTTPBasicAuth(client.id, "wrong")
        with pytest.raises(InvalidClientError):
            session.fetch_token(endpoint, auth=wrong)
    more = BackendApplicationClient(client.id, scope=[scopes.ADMIN_READ])
    with OAuth2Session(client=more) as session, pytest.raises(InvalidScopeError):
        session.fetch_token(endpoint, auth=requests.auth.HTTPBasicAuth(client.id, client.secret))


@pytest.mark.parametrize("kind", ["backend", "app"])
def test_for_a_person(site: Site, browser: Browserless, kind: str) -> None:
    """A code with PKCE, then a new access token by itself when the old one is over."""
    client: Client = getattr(site, kind)
    credentials = {"client_id": client.id}
    if client.secret:
        credentials["client_secret"] = client.secret
    kept: list[dict[str, str]] = []
    with OAuth2Session(
        client=WebApplicationClient(client.id),
        redirect_uri=client.callback,
        scope=SCOPES,
        pkce="S256",
        auto_refresh_url=site.metadata["token_endpoint"],
        auto_refresh_kwargs=credentials,
        token_updater=kept.append,
    ) as session:
        address, _ = session.authorization_url(site.metadata["authorization_endpoint"])
        token = session.fetch_token(
            site.metadata["token_endpoint"],
            authorization_response=browser.visit(address),
            client_secret=client.secret or None,
            include_client_id=True,
        )
        claims = site.claims(token["access_token"], client)
        assert claims["sub"] != client.id
        session.token = {**token, "expires_in": -1, "expires_at": 1}
        answer = session.get(site.api)
    assert answer.status_code == 200
    assert kept[0]["refresh_token"] != token["refresh_token"]
    assert site.claims(kept[0]["access_token"], client)["gid"] == claims["gid"]
