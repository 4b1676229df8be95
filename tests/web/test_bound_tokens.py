"""Access tokens that are bound to a key, at the booking API (RFC 9449 §7)."""

import asyncio
import base64
import hashlib
import time
import uuid
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.kernel.clock import now_ms

from .site import Site

pytestmark = pytest.mark.anyio

_KEY = ec.generate_private_key(ec.SECP256R1())
_JWK = {
    name: value
    for name, value in jwt.algorithms.ECAlgorithm.to_jwk(_KEY.public_key(), as_dict=True).items()
    if name != "key_ops"
}
_PATH = "/external/v1/services"


def _thumbprint() -> str:
    # RFC 7638 §3
    text = f'{{"crv":"P-256","kty":"EC","x":"{_JWK["x"]}","y":"{_JWK["y"]}"}}'
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def _token(site: Site, jkt: str | None) -> str:
    tenant = site.tenant()
    issuer = Issuer(site.app.settings.public_url, tenant.account.id, tenant.account.name, "ES256")
    client = tenant.clients["full"]
    return issue(site.app.keys, issuer, client, client.scopes, now_ms(), jkt=jkt)


def _proof(site: Site, token: str, **claims: Any) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    whole = {
        "jti": str(uuid.uuid4()), "htm": "GET", "htu": site.app.settings.public_url + _PATH,
        "iat": int(time.time()),
        "ath": base64.urlsafe_b64encode(digest).decode().rstrip("="), **claims,
    }  # fmt: skip
    return jwt.encode(whole, _KEY, "ES256", {"typ": "dpop+jwt", "jwk": _JWK})


async def _ask(site: Site, authorization: str, *proofs: str) -> httpx.Response:
    headers = [("Authorization", authorization), *(("DPoP", text) for text in proofs)]
    return await site.http.get(_PATH, headers=headers)


async def test_a_bound_token_comes_with_a_proof(shared: Site) -> None:
    """A new one for each request, with the scheme in any case."""
    token = _token(shared, _thumbprint())
    for scheme in ("DPoP", "dpop"):
        answer = await _ask(shared, f"{scheme} {token}", _proof(shared, token))
        assert answer.status_code == 200, answer.text


async def test_a_stolen_token_is_of_no_use(shared: Site) -> None:
    """As Bearer, without a proof, with two, with another's, or with one that was used."""
    token = _token(shared, _thumbprint())
    good = _proof(shared, token)
    assert (await _ask(shared, f"DPoP {token}", good)).status_code == 200
    other = ec.generate_private_key(ec.SECP256R1())
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(other.public_key(), as_dict=True)
    jwk.pop("key_ops", None)
    claims = jwt.decode(_proof(shared, token), options={"verify_signature": False})
    foreign = jwt.encode(claims, other, "ES256", {"typ": "dpop+jwt", "jwk": jwk})
    bad = [
        [good],
        [],
        [_proof(shared, token), _proof(shared, token)],
        [foreign],
        [_proof(shared, token, htm="POST")],
        [_proof(shared, token, htu="https://evil.example/external/v1/services")],
        [_proof(shared, token, ath="x")],
        [_proof(shared, token, iat=int(time.time()) - 100)],
        [_proof(shared, _token(shared, _thumbprint()))],
    ]
    for proofs in bad:
        answer = await _ask(shared, f"DPoP {token}", *proofs)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_dpop_proof")
        challenge = answer.headers["www-authenticate"]
        assert challenge.startswith('DPoP algs="ES256 RS256", error="invalid_dpop_proof"')
        assert "resource_metadata=" in challenge
    answer = await _ask(shared, f"Bearer {token}", _proof(shared, token))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("DPoP ")


async def test_an_unbound_token_is_a_bearer_token(shared: Site) -> None:
    """RFC 9449 §7.1: as DPoP it is refused, whatever proof is beside it."""
    token = _token(shared, None)
    assert (await _ask(shared, f"Bearer {token}")).status_code == 200
    answer = await _ask(shared, f"DPoP {token}", _proof(shared, token))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_of_twenty_uses_of_one_proof_one_counts(shared: Site) -> None:
    """However close together they come."""
    token = _token(shared, _thumbprint())
    proof = _proof(shared, token)
    answers = await asyncio.gather(*(_ask(shared, f"DPoP {token}", proof) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
