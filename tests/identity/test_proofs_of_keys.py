"""Clients with keys of their own, at the endpoints: private_key_jwt (RFC 7523), DPoP (RFC 9449)."""

import asyncio
import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from openslot.identity.clients import clients
from openslot.identity.clients.client_assertions import ASSERTION_TYPE
from openslot.identity.model.client import Client
from openslot.kernel import scopes

from .delegation import TOKEN, Desk, is_live, redeem, refresh
from .signing import Holder, es256, rs256
from .test_token_endpoint import assert_error
from .world import PUBLIC_URL, World

pytestmark = pytest.mark.anyio

ISSUER = f"{PUBLIC_URL}/accounts/acme"
KEYS: dict[str, Callable[[], Holder]] = {"ES256": es256, "RS256": rs256}
ALGORITHMS = {
    "ES256": jwt.algorithms.ECAlgorithm,
    "RS256": jwt.algorithms.RSAAlgorithm,
}


def public_jwk(algorithm: str) -> dict[str, Any]:
    """The public half of a test key, by PyJWT."""
    jwk = ALGORITHMS[algorithm].to_jwk(KEYS[algorithm]().private.public_key(), as_dict=True)
    return {name: value for name, value in jwk.items() if name != "key_ops"}


async def keyed(world: World, algorithm: str = "ES256") -> Client:
    """A client that authenticates with a key."""
    document = {
        "grants": ["client_credentials"],
        "scopes": [scopes.BOOK, scopes.INTROSPECT],
        "tokenEndpointAuthMethod": "private_key_jwt",
        "jwks": {"keys": [public_jwk(algorithm)]},
    }
    client, secret = await world.app.database.write(
        world.acme.id, clients.create, world.pepper, "keyed", "Keyed", document
    )
    assert secret is None
    return client


def assertion(client: Client, algorithm: str = "ES256", **claims: Any) -> str:
    """A good assertion of a client, but for what is given."""
    now = int(time.time())
    whole = {
        "iss": client.client_id, "sub": client.client_id, "aud": ISSUER, "iat": now,
        "exp": now + 60, "jti": str(uuid.uuid4()), **claims,
    }  # fmt: skip
    return jwt.encode(whole, KEYS[algorithm]().private, algorithm)


def with_assertion(text: str, **form: str) -> dict[str, str]:
    """The form of a token request."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": text,
        **form,
    }


def proof(url: str, method: str = "POST", token: str | None = None, **claims: Any) -> str:
    """A good DPoP proof of the test key, but for what is given."""
    whole = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(time.time()), **claims}
    if token is not None:
        digest = hashlib.sha256(token.encode()).digest()
        whole.setdefault("ath", base64.urlsafe_b64encode(digest).decode().rstrip("="))
    headers = {"typ": "dpop+jwt", "jwk": public_jwk("ES256")}
    return jwt.encode(whole, es256().private, "ES256", headers)


# private_key_jwt


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_an_assertion_lets_its_client_in(
    http: httpx.AsyncClient, world: World, algorithm: str
) -> None:
    """At all three endpoints, each time with another jti."""
    client = await keyed(world, algorithm)
    answer = await http.post(TOKEN, data=with_assertion(assertion(client, algorithm)))
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]

    async def ask(endpoint: str) -> bytes:
        form = with_assertion(assertion(client, algorithm), token=token)
        asked = await http.post(f"/accounts/acme/oauth2/{endpoint}", data=form)
        assert asked.status_code == 200, asked.text
        return asked.content

    assert json.loads(await ask("introspect"))["active"] is True
    assert await ask("revoke") == b""
    assert json.loads(await ask("introspect")) == {"active": False}


async def test_an_assertion_counts_once(http: httpx.AsyncClient, world: World) -> None:
    """Twenty at once: one gets a token."""
    form = with_assertion(assertion(await keyed(world)))
    answers = await asyncio.gather(*(http.post(TOKEN, data=form) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


async def test_a_refused_request_has_used_its_assertion_up(
    http: httpx.AsyncClient, world: World
) -> None:
    """And its proof: whoever took them on the way cannot ask better."""
    client = await keyed(world)
    form = with_assertion(assertion(client))
    headers = {"DPoP": proof(PUBLIC_URL + TOKEN)}
    refused = await http.post(TOKEN, data={**form, "scope": "unknown"}, headers=headers)
    assert_error(refused, 400, "invalid_scope")
    assert_error(await http.post(TOKEN, data=form), 401, "invalid_client")
    again = await http.post(TOKEN, data=with_assertion(assertion(client)), headers=headers)
    assert_error(again, 400, "invalid_dpop_proof")


async def test_who_asks_is_settled_before_the_proof(http: httpx.AsyncClient, world: World) -> None:
    """A wrong secret with a bad proof is a wrong secret."""
    auth = (world.website.client_id, "wrong")
    form = {"grant_type": "client_credentials"}
    answer = await http.post(TOKEN, data=form, auth=auth, headers={"DPoP": "x"})
    assert_error(answer, 401, "invalid_client")


async def test_every_bad_assertion_gets_the_one_answer(
    http: httpx.AsyncClient, world: World
) -> None:
    """The bytes of an unknown client's."""
    client = await keyed(world)
    good = assertion(client)
    bad = [
        assertion(client, aud=f"{PUBLIC_URL}/accounts/globex"),
        assertion(client, aud=f"{ISSUER}/oauth2/token"),
        assertion(client, exp=int(time.time()) - 1),
        assertion(client, iss=world.website.client_id),
        assertion(client, sub=world.website.client_id),
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "x.y.z",
        assertion(client, "RS256"),
        jwt.encode({"sub": client.client_id}, "a secret of thirty-two characters", "HS256"),
        assertion(world.website),
    ]
    answers = [await http.post(TOKEN, data=with_assertion(text)) for text in bad]
    for answer in answers:
        assert_error(answer, 401, "invalid_client")
    assert len({answer.content for answer in answers}) == 1


async def test_one_method_is_enough(http: httpx.AsyncClient, world: World) -> None:
    """Two are malformed; an assertion of another kind too; its client has no secret."""
    client = await keyed(world)
    text = assertion(client)
    other = (world.website.client_id, world.secret)
    assert_error(
        await http.post(TOKEN, data=with_assertion(text), auth=other), 400, "invalid_request"
    )
    for form in (
        with_assertion(text, client_secret="x"),
        with_assertion(text, client_id=world.website.client_id),
        with_assertion(text, client_assertion_type="urn:x"),
        {"grant_type": "client_credentials", "client_assertion": text},
        {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE},
    ):
        assert_error(await http.post(TOKEN, data=form), 400, "invalid_request")
    named = with_assertion(text, client_id=client.client_id)
    assert (await http.post(TOKEN, data=named)).status_code == 200
    secret = {"grant_type": "client_credentials", "client_id": client.client_id}
    assert_error(await http.post(TOKEN, data=secret), 401, "invalid_client")


# DPoP


async def test_a_proof_binds_the_token(http: httpx.AsyncClient, world: World) -> None:
    """RFC 9449 §5: the answer says so, the token names the key, and so does introspection."""
    client = await keyed(world)
    headers = {"DPoP": proof(PUBLIC_URL + TOKEN)}
    answer = await http.post(TOKEN, data=with_assertion(assertion(client)), headers=headers)
    assert answer.json()["token_type"] == "DPoP"
    token = answer.json()["access_token"]
    jkt = jwt.decode(token, options={"verify_signature": False})["cnf"]["jkt"]
    form = with_assertion(assertion(client), token=token)
    told = (await http.post("/accounts/acme/oauth2/introspect", data=form)).json()
    assert (told["token_type"], told["cnf"]) == ("DPoP", {"jkt": jkt})


async def test_a_bad_proof_gives_no_token(http: httpx.AsyncClient, world: World) -> None:
    """RFC 9449 §5: invalid_dpop_proof; and one that was used before."""
    auth = (world.website.client_id, world.secret)
    form = {"grant_type": "client_credentials"}
    good = proof(PUBLIC_URL + TOKEN)
    first = await http.post(TOKEN, data=form, auth=auth, headers={"DPoP": good})
    assert first.status_code == 200
    bad = [
        good,
        proof(PUBLIC_URL + "/oauth2/token"),
        proof(PUBLIC_URL + TOKEN, "GET"),
        proof(PUBLIC_URL + TOKEN, iat=int(time.time()) - 120),
        "x",
    ]
    for text in bad:
        answer = await http.post(TOKEN, data=form, auth=auth, headers={"DPoP": text})
        assert_error(answer, 400, "invalid_dpop_proof")
    root = proof(PUBLIC_URL + "/oauth2/token")
    named = {"DPoP": root, "X-ACCOUNT": "acme"}
    assert (
        await http.post("/oauth2/token", data=form, auth=auth, headers=named)
    ).status_code == 200


async def test_a_public_clients_refresh_tokens_are_bound_too(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """RFC 9449 §5: without the key a stolen one is of no use, and is not used up."""
    here = PUBLIC_URL + TOKEN
    code = await desk.code()
    told = (await redeem(http, desk, code, headers={"DPoP": proof(here)})).json()
    assert told["token_type"] == "DPoP"
    assert await is_live(desk, told["access_token"])
    assert_error(await refresh(http, desk, told["refresh_token"]), 400, "invalid_grant")
    again = await refresh(http, desk, told["refresh_token"], headers={"DPoP": proof(here)})
    assert again.json()["token_type"] == "DPoP"


async def test_a_code_that_is_bound_to_a_key_needs_it(http: httpx.AsyncClient, desk: Desk) -> None:
    """RFC 9449 §10."""
    here = PUBLIC_URL + TOKEN
    told = (await redeem(http, desk, await desk.code(), headers={"DPoP": proof(here)})).json()
    jkt = jwt.decode(told["access_token"], options={"verify_signature": False})["cnf"]["jkt"]
    code = await desk.code(dpop_jkt=jkt)
    assert_error(await redeem(http, desk, code), 400, "invalid_grant")
    code = await desk.code(dpop_jkt=jkt)
    answer = await redeem(http, desk, code, headers={"DPoP": proof(here)})
    assert answer.status_code == 200, answer.text
