"""Forged tokens at the API (RFC 6750) and at introspection (RFC 7662): both refuse every one."""

import base64
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from identity.forger import Forger
from identity.forgeries import FORGERIES, GOOD
from openslot.identity.clients import clients
from openslot.identity.clients.secrets import new_secret, pepper_of
from openslot.kernel import scopes
from openslot.kernel.clock import now_ms

from .conftest import Start
from .site import Site
from .world import PUBLIC_URL, token

pytestmark = pytest.mark.anyio

FORM = "application/x-www-form-urlencoded"
# What HTTP itself has another answer to: no token at all, or headers above their limit.
OTHER_ANSWERS = {"empty": 401, "far too long": 431}
# RFC 9110 §5.5: white space around a value is no part of it
SAME_IN_A_HEADER = {"white space before"}


@dataclass
class Gates:
    """The two that read tokens, and somebody who makes them."""

    site: Site
    forger: Forger
    auth: tuple[str, str]  # of a client that may introspect

    async def api(self, text: bytes) -> httpx.Response:
        """A call with a token."""
        headers = [(b"Authorization", b"Bearer " + text)]
        return await self.site.http.get("/external/v1/services", headers=headers)

    async def introspection(self, text: bytes) -> httpx.Response:
        """A question about a token."""
        quoted = "".join(f"%{octet:02X}" for octet in text)
        return await self.site.http.post(
            "/accounts/acme/oauth2/introspect",
            content=f"token={quoted}",
            headers={"Content-Type": FORM},
            auth=self.auth,
        )

    async def refuse(self, text: bytes, name: str) -> list[str]:
        """What is wrong with the answers to a token that is not to be taken."""
        wrong = []
        if name not in SAME_IN_A_HEADER:
            answer = await self.api(text)
            status = OTHER_ANSWERS.get(name, 401)
            code = "taken" if answer.is_success else answer.json()["code"]
            if answer.status_code != status or (name not in OTHER_ANSWERS) != (
                code == "invalid_token" and 'error="invalid_token"' in _challenge(answer)
            ):
                wrong.append(f"{name}: {answer.status_code} {code} {_challenge(answer)}")
        told = await self.introspection(text)
        if told.json() != {"active": False} and not _is_no_form(text, told):
            wrong.append(f"{name}: {told.status_code} {told.text}")
        return wrong


@pytest.fixture
async def gates(start: Start) -> AsyncIterator[Gates]:
    async with start() as site:
        document = {"grants": ["client_credentials"], "scopes": [scopes.INTROSPECT]}
        pepper = pepper_of(site.app.purpose_keys)
        acme = site.tenant().account.id
        client, secret = await site.app.database.write(
            acme, clients.create, pepper, "gateway", "Gateway", document
        )
        good = token(site.app, site.tenant(), "full").encode()
        yield Gates(site, Forger(site.app.keys, good, now_ms()), (client.client_id, secret or ""))


async def test_good_ones_are_taken(gates: Gates) -> None:
    """By both, before and after: nothing below is refused for a reason of the test's."""
    for name, make in GOOD.items():
        text = make(gates.forger)
        assert (await gates.api(text)).status_code == 200, name
        told = (await gates.introspection(text)).json()
        assert told["active"] is True, name
        assert told["client_id"] == gates.forger.claims()["client_id"]


@pytest.mark.slow
async def test_no_forgery_is_taken(gates: Gates) -> None:
    """Whatever was read before it; and the good token is as good as ever."""
    wrong = []
    for name, forge in FORGERIES.items():
        wrong += await gates.refuse(forge(gates.forger), name)
    assert wrong == []
    assert (await gates.api(gates.forger.good)).status_code == 200
    assert (await gates.introspection(gates.forger.good)).json()["active"] is True


async def test_two_accounts_do_not_mix(gates: Gates) -> None:
    """Well signed and well formed, but of no client of the account that is named."""
    acme, globex = gates.site.tenant(), gates.site.tenant("globex")
    of_globex = globex.clients["full"].client_id
    issuer = f"{PUBLIC_URL}/accounts/globex"
    mixed: dict[str, dict[str, Any]] = {
        "issuer": {"iss": issuer},
        "account": {"account": globex.account.id},
        "issuer and account": {"iss": issuer, "account": globex.account.id},
        "client": {"client_id": of_globex, "sub": of_globex},
        "client and issuer": {"client_id": of_globex, "sub": of_globex, "iss": issuer},
        "client and account": {
            "client_id": of_globex, "sub": of_globex, "account": globex.account.id,
        },
        "no account": {"account": str(uuid4())},
        "account in upper case": {"account": acme.account.id.upper()},
        "account by name": {"account": "acme"},
        "no client": {"client_id": "0" * 26},
        "client in upper case": {"client_id": acme.clients["full"].client_id.upper()},
        "issuer with a slash": {"iss": f"{PUBLIC_URL}/accounts/acme/"},
        "issuer of nobody": {"iss": f"{PUBLIC_URL}/accounts/"},
        "issuer in other letters": {"iss": f"{PUBLIC_URL}/accounts/\u0430cme"},
        "a grant that there is not": {"gid": str(uuid4())},
        "a grant without a name": {"gid": ""},
        "a user without a grant's": {"gid": str(uuid4()), "sub": str(uuid4())},
        "an instant long ago": {"jti": "00000000-0001-7000-8000-000000000000"},
    }  # fmt: skip
    wrong = []
    for name, changes in mixed.items():
        if name == "an instant long ago":
            await _revoke_all(gates)
        wrong += await gates.refuse(gates.forger.with_claims(**changes), name)
    assert wrong == []
    whole = {
        "iss": issuer, "account": globex.account.id, "client_id": of_globex, "sub": of_globex,
    }  # fmt: skip
    other = gates.forger.with_claims(**whole)
    assert (await gates.api(other)).status_code == 200
    told = await gates.introspection(other)
    assert told.json() == {"active": False}, "a token of another account is nobody's business"


async def test_nothing_else_that_we_issue_is_an_access_token(gates: Gates) -> None:
    """Secrets, codes, refresh tokens, and what clients sign themselves."""
    client_id = gates.forger.claims()["client_id"]
    key = ec.generate_private_key(ec.SECP256R1())
    aims = {"iss": client_id, "sub": client_id, "aud": f"{PUBLIC_URL}/accounts/acme"}
    proof = {"jti": "1", "htm": "GET", "htu": f"{PUBLIC_URL}/external/v1/services"}
    others = {
        "a secret": new_secret(),
        "our own secret": gates.auth[1],
        "a client id": client_id,
        "a code": "osc_" + secrets.token_urlsafe(32),
        "a refresh token": "osr_" + "0" * 70,
        "Basic credentials": base64.b64encode(":".join(gates.auth).encode()).decode(),
        "an assertion": jwt.encode(aims, key, "ES256"),
        "a proof": jwt.encode(proof, key, "ES256", {"typ": "dpop+jwt"}),
        "JSON": json.dumps({"access_token": gates.forger.good.decode()}),
    }
    wrong = []
    for name, text in others.items():
        wrong += await gates.refuse(text.encode(), name)
    assert wrong == []


def _challenge(answer: httpx.Response) -> str:
    return str(answer.headers.get("www-authenticate", ""))


def _is_no_form(text: bytes, told: httpx.Response) -> bool:
    """Whether the form itself was refused: no token in it, no UTF-8, or too much."""
    try:
        unreadable = not text or "\0" in text.decode("utf-8")
    except UnicodeDecodeError:
        unreadable = True
    expected = 413 if len(text) * 3 > 16_384 else 400 if unreadable else 200
    return told.status_code == expected != 200 and told.json()["error"] == "invalid_request"


async def _revoke_all(gates: Gates) -> None:
    acme, client = gates.site.tenant().account.id, gates.site.tenant().clients["full"]
    await gates.site.app.database.write(acme, clients.revoke_tokens, client)
