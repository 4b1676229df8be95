"""What else Python services use: PyJWT for tokens, httpx-auth for getting them."""

import httpx
import httpx_auth
import jwt
import pytest

from .site import SCOPES, Site

pytestmark = pytest.mark.slow


def program(site: Site) -> httpx_auth.OAuth2ClientCredentials:
    """httpx-auth as it is used: it fetches, keeps and sends tokens."""
    return httpx_auth.OAuth2ClientCredentials(
        site.metadata["token_endpoint"],
        client_id=site.backend.id,
        client_secret=site.backend.secret,
        scope=list(SCOPES),
    )


def test_httpx_auth(site: Site) -> None:
    """The API takes what it sends."""
    answer = httpx.get(site.api, auth=program(site))
    assert answer.status_code == 200
    scheme, token = answer.request.headers["Authorization"].split(" ")
    assert scheme == "Bearer"
    site.claims(token, site.backend)


def test_pyjwt(site: Site, sites: dict[str, Site]) -> None:
    """It takes a token for what it is, and for nothing else; every account has the same keys."""
    answer = httpx.get(site.api, auth=program(site))
    token = answer.request.headers["Authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    other = next(one for one in sites.values() if one.issuer != site.issuer)
    key = jwt.PyJWKClient(other.metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    expected = {"algorithms": [site.algorithm], "audience": site.url, "issuer": site.issuer}
    jwt.decode(token, key, **expected)
    for wrong, refusal in (
        ({"algorithms": [other.algorithm]}, jwt.InvalidAlgorithmError),
        ({"audience": "https://other.example"}, jwt.InvalidAudienceError),
        ({"issuer": other.issuer}, jwt.InvalidIssuerError),
    ):
        with pytest.raises(refusal):
            jwt.decode(token, key, **{**expected, **wrong})
