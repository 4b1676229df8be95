"""Metadata, keys and the protected resource: what is advertised works."""

from urllib.parse import urlsplit

import httpx
import pytest

from openslot.kernel import scopes
from openslot.web.http.addresses import resource_metadata, well_known

from .browsing import server
from .delegation import Desk, redeem, refresh
from .test_proofs_of_keys import assertion, keyed, with_assertion
from .test_token_endpoint import FORM, GRANT
from .world import PUBLIC_URL

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SERVER = "/.well-known/oauth-authorization-server/accounts/acme"
SERVER_BEHIND = "/accounts/acme/.well-known/oauth-authorization-server"
OPENID = "/accounts/acme/.well-known/openid-configuration"
OPENID_BEFORE = "/.well-known/openid-configuration/accounts/acme"
JWKS = "/accounts/acme/oauth2/jwks"
ROOT_RESOURCE = "/.well-known/oauth-protected-resource"
RESOURCE = "/.well-known/oauth-protected-resource/accounts/acme"
DOCUMENTS = [SERVER, SERVER_BEHIND, OPENID, OPENID_BEFORE, JWKS, ROOT_RESOURCE, RESOURCE]


async def test_the_metadata_is_that_of_the_accounts_issuer(http: httpx.AsyncClient) -> None:
    """RFC 8414 §3.3: `issuer` is the one that the address was made from."""
    document = (await http.get(SERVER)).json()
    issuer = f"{PUBLIC_URL}/accounts/acme"
    confidential = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    signing = {
        f"{name}_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"]
        for name in ("token", "revocation", "introspection")
    }
    assert document == {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "jwks_uri": f"{issuer}/oauth2/jwks",
        "scopes_supported": list(scopes.ALL),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [*confidential, "none"],
        "revocation_endpoint_auth_methods_supported": [*confidential, "none"],
        "introspection_endpoint_auth_methods_supported": confidential,
        **signing,
        "dpop_signing_alg_values_supported": ["ES256", "RS256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
    }
    assert (await http.get(SERVER_BEHIND)).json() == document
    # OpenID Connect Discovery §3: both are required, and RS256 among the algorithms.
    required = {
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }
    for place in (OPENID, OPENID_BEFORE):
        assert (await http.get(place)).json() == {**document, **required}


async def test_what_is_advertised_works(http: httpx.AsyncClient, desk: Desk) -> None:
    """Every address answers, every method of authentication lets in, every grant is given."""
    document = (await http.get(SERVER)).json()
    endpoint, site, world = document["token_endpoint"], desk.site, desk.world
    keyed_client = await keyed(world)
    code = await redeem(http, desk, await desk.code())
    given = {"authorization_code": code}
    refreshed = await refresh(http, desk, code.json()["refresh_token"])
    given["refresh_token"] = refreshed
    let_in = {"none": code}
    form = {"grant_type": "client_credentials"}
    secret = {"client_id": site.client_id, "client_secret": desk.site_secret}
    basic = (site.client_id, desk.site_secret)
    let_in["client_secret_basic"] = await http.post(endpoint, data=form, auth=basic)
    let_in["client_secret_post"] = await http.post(endpoint, data={**form, **secret})
    let_in["private_key_jwt"] = await http.post(
        endpoint, data=with_assertion(assertion(keyed_client))
    )
    given["client_credentials"] = let_in["client_secret_basic"]
    assert set(given) == set(document["grant_types_supported"])
    assert set(let_in) == set(document["token_endpoint_auth_methods_supported"])
    answers = [*given.values(), *let_in.values()]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    for name in ("revocation", "introspection"):
        answer = await http.post(document[f"{name}_endpoint"], data={"token": "x"}, auth=basic)
        assert answer.status_code == 200
    pages = httpx.ASGITransport(app=server(world.app))
    async with httpx.AsyncClient(transport=pages, base_url=PUBLIC_URL) as browser:
        # Without a client it is a page, not "nothing here".
        assert (await browser.get(document["authorization_endpoint"])).status_code == 400
    assert (await http.get(document["jwks_uri"])).json() == world.app.keys.jwks()
    assert set(site.scopes) <= set(document["scopes_supported"])


async def test_what_is_not_advertised_does_not_work(http: httpx.AsyncClient) -> None:
    """None of the endpoints that other servers have."""
    for path in ("userinfo", "register", "par", "device_authorization"):
        answer = await http.post(
            f"/accounts/acme/oauth2/{path}", content=GRANT, headers={"Content-Type": FORM}
        )
        assert answer.status_code == 404


async def test_the_keys_are_public(http: httpx.AsyncClient) -> None:
    """RFC 7517: both algorithms, no private member."""
    keys = (await http.get(JWKS)).json()["keys"]
    assert {key["alg"] for key in keys} == {"ES256", "RS256"}
    for key in keys:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
        assert key["use"] == "sig"


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_may_be_kept_for_a_while_and_asked_again(
    http: httpx.AsyncClient, path: str
) -> None:
    """An hour, keys five minutes; ETag and If-None-Match (RFC 9110 §13.1.2), the same for HEAD."""
    answer = await http.get(path)
    assert answer.headers["content-type"] == "application/json"
    age = 300 if path == JWKS else 3600
    assert answer.headers["cache-control"] == f"public, max-age={age}"
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
    assert asked.headers["access-control-allow-headers"] == "*, traceparent, tracestate"


async def test_the_resource_is_the_public_url(http: httpx.AsyncClient) -> None:
    """RFC 9728; the root's document names no account, an account's its authorization server."""
    root = await http.get(ROOT_RESOURCE)
    assert root.json() == {
        "resource": PUBLIC_URL,
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(scopes.ALL),
        "dpop_signing_alg_values_supported": ["ES256", "RS256"],
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
    of_acme = [path for path in DOCUMENTS if "acme" in path]
    assert of_acme
    for path in of_acme:
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
