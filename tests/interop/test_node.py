"""Clients and validators of Node.js: each has a script in the folder `node`."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from . import node_scripts
from .browserless import Browserless
from .site import SCOPES, Site

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@pytest.fixture
def run(site: Site, browser: Browserless) -> Run:
    """Runs a script on the account."""
    return lambda script, **told: node_scripts.run(script, site, browser, **told)


def program_token(site: Site) -> str:
    """A token of the client with a secret."""
    answer = httpx.post(
        site.metadata["token_endpoint"],
        data={"grant_type": "client_credentials", "scope": " ".join(SCOPES)},
        auth=(site.backend.id, site.backend.secret),
    )
    token: str = answer.raise_for_status().json()["access_token"]
    return token


@pytest.mark.parametrize("script", ["jose.mjs", "jsonwebtoken.mjs"])
def test_validators(site: Site, run: Run, script: str) -> None:
    """They take a token for what it is, and refuse it for anything else."""
    token = program_token(site)
    claims = run(script, token=token, jwksUri=site.metadata["jwks_uri"])
    assert claims == site.claims(token, site.backend)


def test_simple_oauth2(site: Site, run: Run) -> None:
    """Both ways to authenticate; what it revokes is ended."""
    found = run("simple-oauth2.mjs", metadata=site.metadata)
    for method in ("header", "body"):
        assert site.claims(found["program"][method], site.backend)["sub"] == site.backend.id
        grants = {site.claims(token, site.backend)["gid"] for token in found["person"][method]}
        assert len(grants) == 1
        assert [site.status(token) for token in found["person"][method]] == [200, 200]
        assert [site.status(token) for token in found["revoked"][method]] == [401, 401]


def test_openid_client(site: Site, run: Run) -> None:
    """Every way to authenticate, a person's code and its end, and tokens bound to a key."""
    found = run("openid-client.mjs")
    clients = {
        "client_secret_basic": site.backend, "client_secret_post": site.backend, **site.keyed,
    }  # fmt: skip
    assert list(found["program"]) == list(found["person"]) == list(clients)
    for method, client in clients.items():
        assert site.claims(found["program"][method], client)["sub"] == client.id
        assert site.claims(found["person"][method][1], client)["sub"] != client.id
    assert [site.status(token) for token in found["revoked"]] == [401, 401]
    assert list(found["bound"]) == ["ES256", "RS256"]
    for tokens in found["bound"].values():
        first, second = (site.claims(token, site.app)["cnf"] for token in tokens)
        assert first == second
        assert site.status(tokens[1]) == 401  # as a bearer's


def test_what_metadata_advertises_works_from_metadata_alone(site: Site, run: Run) -> None:
    """oauth4webapi: every grant by every method, at all endpoints, bearer and bound."""
    found = run("oauth4webapi.mjs")
    metadata = found["metadata"]
    assert metadata == site.metadata

    def tried(tokens: str) -> dict[str, set[str]]:
        by_method: dict[str, set[str]] = {}
        for made in found[tokens]:
            by_method.setdefault(made["method"], set()).add(made["grant"])
        return by_method

    grants = set(metadata["grant_types_supported"])
    methods = metadata["token_endpoint_auth_methods_supported"]
    expected = dict.fromkeys(methods, grants)
    expected["none"] = grants - {"client_credentials"}
    assert tried("tokens") == tried("bound") == expected
    assert found["prompts"] == metadata["prompt_values_supported"]
    for endpoint, done in (("introspection", "introspected"), ("revocation", "revoked")):
        assert set(found[done]) == set(metadata[f"{endpoint}_endpoint_auth_methods_supported"])
    for made in found["tokens"]:
        assert site.status(made["token"]) == 200
    for made in found["bound"]:
        assert site.status(made["token"]) == 401
