"""Metadata, keys and the protected resource: what is advertised works."""

from urllib.parse import urlsplit

import httpx
import pytest

from openslot.identity import scopes
from openslot.web.oauth.addresses import resource_metadata, well_known

from .test_token_endpoint import FORM, GRANT
from .world import PUBLIC_URL, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SERVER = "/.well-known/oauth-authorization-server/accounts/acme"
OPENID = "/accounts/acme/.well-known/openid-configuration"
JWKS = "/accounts/acme/oauth2/jwks"
ROOT_RESOURCE = "/.well-known/oauth-protected-resource"
RESOURCE = "/.well-known/oauth-protected-resource/accounts/acme"
DOCUMENTS = [SERVER, OPENID, JWKS, ROOT_RESOURCE, RESOURCE]


async def test_the_metadata_is_that_of_the_accounts_issuer(http: httpx.AsyncClient) -> None:
    """RFC 8414 §3.3: `issuer` is the one that the address was made from."""
    document = (await http.get(SERVER)).json()
    assert document == {
        "issuer": f"{PUBLIC_URL}/accounts/acme",
        "token_endpoint": f"{PUBLIC_URL}/accounts/acme/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "jwks_uri": f"{PUBLIC_URL}/accounts/acme/oauth2/jwks",
        "scopes_supported": list(scopes.ALL),
    }
    assert (await http.get(OPENID)).json() == document


async def test_what_is_advertised_works(http: httpx.AsyncClient, world: World) -> None:
    """Every address answers, every method of authentication lets in, every grant is given."""
    document = (await http.get(SERVER)).json()
    endpoint, website = document["token_endpoint"], world.website
    tokens = []
    for method in document["token_endpoint_auth_methods_supported"]:
        for grant in document["grant_types_supported"]:
            form = {"grant_type": grant}
            auth = (website.client_id, world.secret)
            if method == "client_secret_post":
                form.update(client_id=website.client_id, client_secret=world.secret)
            sent = auth if method == "client_secret_basic" else None
            tokens.append(await http.post(endpoint, data=form, auth=sent))
    assert [answer.status_code for answer in tokens] == [200, 200]
    assert (await http.get(document["jwks_uri"])).json() == world.app.keys.jwks()
    assert set(website.scopes) <= set(document["scopes_supported"])


async def test_what_is_not_advertised_does_not_work(http: httpx.AsyncClient) -> None:
    """None of the endpoints that a later version may have."""
    for path in ("authorize", "revoke", "introspect", "userinfo", "register"):
        answer = await http.post(
            f"/accounts/acme/oauth2/{path}", content=GRANT, headers={"Content-Type": FORM}
        )
        assert answer.status_code == 404
    assert (await http.get("/accounts/acme/oauth2/authorize")).status_code == 404


async def test_the_keys_are_public(http: httpx.AsyncClient) -> None:
    """RFC 7517: both algorithms, no private member."""
    keys = (await http.get(JWKS)).json()["keys"]
    assert {key["alg"] for key in keys} == {"ES256", "RS256"}
    for key in keys:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
        assert key["use"] == "sig"


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_may_be_kept_for_an_hour_and_asked_again(
    http: httpx.AsyncClient, path: str
) -> None:
    """ETag and If-None-Match (RFC 9110 §13.1.2), the same for HEAD."""
    answer = await http.get(path)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    etag = answer.headers["etag"]
    assert (await http.get(path)).headers["etag"] == etag
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = await http.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["access-control-allow-origin"] == "*"
    assert (await http.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
    head = await http.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, etag)


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_programs_in_browsers_may_read_it(http: httpx.AsyncClient, path: str) -> None:
    """From any origin, without credentials, also after a preflight."""
    answer = await http.get(path, headers={"Origin": "https://app.example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    asked = await http.options(
        path,
        headers={
            "Origin": "https://app.example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "GET" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-allow-headers"] == "*"


async def test_the_token_endpoint_is_not_for_other_origins(http: httpx.AsyncClient) -> None:
    """No CORS header there, neither on a preflight."""
    for method in ("POST", "OPTIONS"):
        answer = await http.request(
            method, "/oauth2/token", headers={"Origin": "https://app.example.org"}
        )
        assert "access-control-allow-origin" not in answer.headers


async def test_the_resource_is_the_public_url(http: httpx.AsyncClient) -> None:
    """RFC 9728; the root's document names no account, an account's its authorization server."""
    root = await http.get(ROOT_RESOURCE)
    assert root.json() == {
        "resource": PUBLIC_URL,
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(scopes.ALL),
    }
    assert "acme" not in root.text
    account = (await http.get(RESOURCE)).json()
    assert account == {
        **root.json(), "authorization_servers": [f"{PUBLIC_URL}/accounts/acme"]
    }  # fmt: skip
    assert resource_metadata(PUBLIC_URL, "acme") == PUBLIC_URL + RESOURCE
    assert resource_metadata(PUBLIC_URL) == PUBLIC_URL + ROOT_RESOURCE


@pytest.mark.parametrize("account", ["nobody", "ACME", "acme%20", "a" * 64, "acme%2Fx", "acme%0A"])
async def test_an_unknown_account_has_no_documents(http: httpx.AsyncClient, account: str) -> None:
    """404, whatever the name looks like."""
    for path in DOCUMENTS:
        if "acme" in path:
            answer = await http.get(PUBLIC_URL + path.replace("acme", account))
            assert answer.status_code == 404, path


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_documents_are_read_only(http: httpx.AsyncClient, path: str) -> None:
    """405 with Allow; a slash more is another path."""
    answer = await http.post(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert (await http.get(path + "/")).status_code == 404


def test_a_prefix_of_the_public_url_follows_the_well_known_part() -> None:
    """RFC 8414 §3.1."""
    url = "https://example.org:8443/booking"
    path = well_known(url, "oauth-authorization-server", "acme")
    assert path == "/.well-known/oauth-authorization-server/booking/accounts/acme"
    assert urlsplit(resource_metadata(url)).netloc == "example.org:8443"
