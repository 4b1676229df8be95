"""Authlib: its client, its reading of metadata, and its validator of access tokens (RFC 9068)."""

from typing import Any

import httpx
import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750.errors import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet, import_key

from openslot.kernel import scopes

from .browserless import Browserless
from .site import KEYS, SCOPES, Client, Site

pytestmark = pytest.mark.slow

VERIFIER = "a-verifier-of-forty-three-or-more-characters"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_for_a_program(site: Site, method: str) -> None:
    """By both methods."""
    client = site.backend
    with OAuth2Session(
        client.id, client.secret, token_endpoint_auth_method=method, scope=" ".join(SCOPES)
    ) as session:
        token = session.fetch_token(
            site.metadata["token_endpoint"], grant_type="client_credentials"
        )
        assert session.get(site.api).status_code == 200
    assert token["scope"] == " ".join(SCOPES)
    site.claims(token["access_token"], client)


class ShortLived(PrivateKeyJWT):  # type: ignore[misc]
    """private_key_jwt for a server that wants assertions of minutes: Authlib's live an hour."""

    def sign(self, auth: Any, token_endpoint: str) -> Any:
        """Signs one for a minute."""
        return private_key_jwt_sign(
            auth.client_secret, auth.client_id, token_endpoint, alg=self.alg, expires_in=60
        )


@pytest.mark.parametrize("algorithm", KEYS)
def test_for_a_program_with_a_key(site: Site, algorithm: str) -> None:
    """RFC 7523; the audience is the issuer, which Authlib has to be told."""
    client = site.keyed[algorithm]
    assert client.key is not None
    with OAuth2Session(
        client.id, import_key(client.key.private_jwk), token_endpoint_auth_method="private_key_jwt"
    ) as session:
        session.register_client_auth_method(ShortLived(site.issuer, alg=algorithm))
        for _ in range(2):
            token = session.fetch_token(
                site.metadata["token_endpoint"], grant_type="client_credentials"
            )
            site.claims(token["access_token"], client)


@pytest.mark.parametrize("kind", ["backend", "app"])
def test_for_a_person(site: Site, browser: Browserless, kind: str) -> None:
    """A code with PKCE, another access token, and the end of both."""
    client: Client = getattr(site, kind)
    metadata = site.metadata
    with OAuth2Session(
        client.id,
        client.secret or None,
        token_endpoint_auth_method="client_secret_basic" if client.secret else "none",
        scope=" ".join(SCOPES),
        redirect_uri=client.callback,
        code_challenge_method="S256",
    ) as session:
        address, state = session.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=VERIFIER
        )
        token = session.fetch_token(
            metadata["token_endpoint"],
            authorization_response=browser.visit(address),
            state=state,
            code_verifier=VERIFIER,
        )
        assert site.claims(token["access_token"], client)["sub"] != client.id
        again = session.refresh_token(metadata["token_endpoint"])
        assert again["refresh_token"] != token["refresh_token"]
        assert site.status(again["access_token"]) == 200
        answer = session.revoke_token(
            metadata["revocation_endpoint"], again["refresh_token"], "refresh_token"
        )
        assert answer.status_code == 200
    for ended in (token, again):
        assert site.status(ended["access_token"]) == 401


def test_introspection(site: Site) -> None:
    """Of a live token, and of the same one when it was revoked."""
    metadata = site.metadata
    with OAuth2Session(site.backend.id, site.backend.secret) as session:
        token = session.fetch_token(metadata["token_endpoint"])["access_token"]
        asked = session.introspect_token(metadata["introspection_endpoint"], token)
        assert asked.json()["active"] is True
        session.revoke_token(metadata["revocation_endpoint"], token)
        asked = session.introspect_token(metadata["introspection_endpoint"], token)
        assert asked.json() == {"active": False}


def test_its_validator(site: Site, sites: dict[str, Site]) -> None:
    """It takes our tokens for this resource, and none for another or of another account."""

    class Validator(JWTBearerTokenValidator):  # type: ignore[misc]
        def get_jwks(self) -> Any:
            return KeySet.import_key_set(httpx.get(site.metadata["jwks_uri"]).json())

    with OAuth2Session(site.backend.id, site.backend.secret) as session:
        token = session.fetch_token(site.metadata["token_endpoint"])["access_token"]
    validator = Validator(issuer=site.issuer, resource_server=site.url)
    claims = validator.authenticate_token(token)
    validator.validate_token(claims, [scopes.BOOK], None)
    with pytest.raises(InsufficientScopeError):
        validator.validate_token(claims, [scopes.ADMIN_READ], None)
    other = next(one for one in sites.values() if one.issuer != site.issuer)
    for wrong in (
        Validator(issuer=site.issuer, resource_server="https://other.example"),
        Validator(issuer=other.issuer, resource_server=site.url),
    ):
        with pytest.raises(InvalidTokenError):
            wrong.validate_token(wrong.authenticate_token(token), [scopes.BOOK], None)


def test_it_reads_the_metadata(site: Site) -> None:
    """Field by field, as RFC 8414 has them."""
    document = AuthorizationServerMetadata(site.metadata)
    # It insists on https for addresses, and has no word for loopback.
    others = [
        name
        for name in document.REGISTRY_KEYS
        if not str(document.get(name, "")).startswith("http://")
    ]
    assert {"grant_types_supported", "code_challenge_methods_supported"} <= set(others)
    for name in others:
        getattr(document, f"validate_{name}")()
