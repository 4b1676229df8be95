"""private_key_jwt (RFC 7523): what lets a client in, and what does not."""

import asyncio
import json
import time
import timeit
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, RSAKey

from openslot.identity.clients import client_assertions, clients
from openslot.identity.clients.client_assertions import client_id_of, read, use
from openslot.identity.model.client import Client
from openslot.identity.oauth_errors import InvalidClient
from openslot.kernel import scopes
from openslot.storage.transactions import AccountTx

from .signing import Holder, Json, changed, es256, high_s, low_s, rs256, stray_bits, with_member
from .world import NOW, PUBLIC_URL, World

SECOND = NOW // 1000
ISSUER = f"{PUBLIC_URL}/accounts/acme"
CLIENT_ID = "abcdefghijklmnopqrstuvwxyz"


def keyed(*jwks: Any, method: str = "private_key_jwt") -> Client:
    """A client that has registered some keys."""
    return Client(
        id="id",
        client_id=CLIENT_ID,
        key="keyed",
        name="Keyed",
        active=True,
        revoked_before=0,
        version=1,
        grants=("client_credentials",),
        scopes=(scopes.BOOK,),
        redirect_uris=(),
        auth_method=method,
        jwks={"keys": list(jwks)},
    )


def header(**changes: Any) -> dict[str, Any]:
    """A good header; a change to None takes a member away."""
    return changed({"alg": "ES256", "typ": "JWT"}, changes)


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims."""
    good = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": ISSUER,
        "exp": SECOND + 60,
        "iat": SECOND,
        "jti": "one",
    }
    return changed(good, changes)


def made(head: Json | None = None, body: Json | None = None, by: Holder | None = None) -> str:
    """An assertion, signed by the client's first key unless by another."""
    holder = by or es256()
    token = holder.signed(header(alg=holder.algorithm) if head is None else head, body or claims())
    return token.decode()


def with_claims(**changes: Any) -> str:
    """A well-signed assertion with other claims."""
    return made(body=claims(**changes))


def with_header(**changes: Any) -> str:
    """A well-signed assertion with another header."""
    return made(header(**changes))


def let_in(client: Client | None, assertion: str) -> str | None:
    """Why an assertion does not let in; None: it does."""
    try:
        read(client, ISSUER, assertion, NOW)
    except InvalidClient as refusal:
        return refusal.reason
    return None


GOOD: dict[str, Callable[[], str]] = {
    "as PyJWT makes it": lambda: jwt.encode(claims(), es256().private, "ES256"),
    "as PyJWT makes it, RS256": lambda: jwt.encode(claims(), rs256().private, "RS256"),
    "as joserfc makes it": lambda: joserfc_jwt.encode(
        {"alg": "ES256", "typ": "client-authentication+jwt"},
        claims(),
        ECKey.import_key(es256().private),
    ),
    "as joserfc makes it, RS256": lambda: joserfc_jwt.encode(
        {"alg": "RS256"}, claims(), RSAKey.import_key(rs256().private)
    ),
    "no typ": lambda: with_header(typ=None),
    "typ in another case": lambda: with_header(typ="jwt"),
    "typ in full": lambda: with_header(typ="application/client-authentication+jwt"),
    "a kid of a key that was registered without": lambda: with_header(kid="mine"),
    "a jku, which nobody follows": lambda: with_header(jku="https://evil.example/jwks"),
    "the larger s": lambda: high_s(made().encode()).decode(),
    "the smaller s": lambda: low_s(made().encode()).decode(),
    "a list of the one audience": lambda: with_claims(aud=[ISSUER]),
    "no iat": lambda: with_claims(iat=None),
    "five minutes": lambda: with_claims(exp=SECOND + 300),
    "five minutes, of a clock that is ahead": lambda: with_claims(
        iat=SECOND + 20, nbf=SECOND + 20, exp=SECOND + 320
    ),
    "the last second": lambda: with_claims(exp=SECOND + 1),
    "fractions of seconds": lambda: with_claims(exp=SECOND + 59.25, iat=SECOND + 0.4),
    "made long ago": lambda: with_claims(iat=SECOND - 86_400),
    "a clock ahead by as much as may be": lambda: with_claims(iat=SECOND + 30, nbf=SECOND + 30),
    "claims of the client's own": lambda: with_claims(purpose="test", name="Zoë"),
    "half a surrogate pair in the jti": lambda: with_claims(jti="\ud800"),
}

UNREADABLE = client_assertions.UNREADABLE
REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    # Not a JWS
    "empty": (lambda: "", UNREADABLE),
    "a word": (lambda: "assertion", UNREADABLE),
    "only dots": (lambda: "..", UNREADABLE),
    "two segments": (lambda: made().rpartition(".")[0], UNREADABLE),
    "four segments": (lambda: made() + ".AAAA", UNREADABLE),
    "a space in front": (lambda: " " + made(), UNREADABLE),
    "a line feed at the end": (lambda: made() + "\n", UNREADABLE),
    "padding": (lambda: made() + "==", UNREADABLE),
    "unused bits": (lambda: stray_bits(made().encode()).decode(), UNREADABLE),
    "not ASCII": (lambda: made() + "é", UNREADABLE),
    "far too long": (lambda: with_claims(x="x" * 8192), UNREADABLE),
    "header no JSON": (lambda: made(b"{"), UNREADABLE),
    "header a list": (lambda: made(b"[]"), UNREADABLE),
    "header not UTF-8": (lambda: made(b'{"alg":"\xff"}'), UNREADABLE),
    "alg twice": (lambda: made(with_member(header(), '"alg": "ES256"')), UNREADABLE),
    "claims no JSON": (lambda: made(body=b"sub"), UNREADABLE),
    "claims a text": (lambda: made(body=b'"sub"'), UNREADABLE),
    "claims with NaN": (lambda: made(body=with_member(claims(), '"x": NaN')), UNREADABLE),
    "sub twice": (lambda: made(body=with_member(claims(), f'"sub": "{CLIENT_ID}"')), UNREADABLE),
    "deeply nested": (lambda: made(body=b'{"x":' + b"[" * 3000), UNREADABLE),
    # Header
    "no alg": (lambda: with_header(alg=None), UNREADABLE),
    "alg none": (lambda: with_header(alg="none"), UNREADABLE),
    "alg none, unsigned": (
        lambda: with_header(alg="none").rpartition(".")[0] + ".",
        UNREADABLE,
    ),
    "alg in another case": (lambda: with_header(alg="es256"), UNREADABLE),
    "alg ES384": (lambda: with_header(alg="ES384"), UNREADABLE),
    "alg PS256": (lambda: made(header(alg="PS256"), by=rs256()), UNREADABLE),
    "alg a list": (lambda: with_header(alg=["ES256"]), UNREADABLE),
    "HS256 with the public key": (
        lambda: jwt.encode(claims(), es256().jwk["x"], "HS256"),
        UNREADABLE,
    ),
    "crit": (lambda: with_header(crit=["exp"]), UNREADABLE),
    "crit empty": (lambda: with_header(crit=[]), UNREADABLE),
    "an access token": (lambda: with_header(typ="at+jwt"), UNREADABLE),
    "a DPoP proof": (lambda: with_header(typ="dpop+jwt"), UNREADABLE),
    "typ a number": (lambda: with_header(typ=1), UNREADABLE),
    # Signature
    "signed by somebody else": (lambda: made(by=es256(1)), client_assertions.WRONG_SIGNATURE),
    "signed by the jwk inside": (
        lambda: made(header(jwk=es256(1).jwk), by=es256(1)),
        client_assertions.WRONG_SIGNATURE,
    ),
    "no signature": (lambda: made().rpartition(".")[0] + ".", client_assertions.WRONG_SIGNATURE),
    "the signature of another": (
        lambda: made().rpartition(".")[0] + "." + with_claims(jti="two").rpartition(".")[2],
        client_assertions.WRONG_SIGNATURE,
    ),
    "other claims under the signature": (
        lambda: ".".join(
            [made().split(".")[0], with_claims(jti="two").split(".")[1], made().split(".")[2]]
        ),
        client_assertions.WRONG_SIGNATURE,
    ),
    "RS256 by the EC key's name": (
        lambda: made(header(alg="RS256")),
        client_assertions.WRONG_SIGNATURE,
    ),
    # Claims
    "no iss": (lambda: with_claims(iss=None), UNREADABLE),
    "no sub": (lambda: with_claims(sub=None), UNREADABLE),
    "sub a list": (lambda: with_claims(sub=[CLIENT_ID]), UNREADABLE),
    "another iss": (lambda: with_claims(iss="x" * 26), client_assertions.WRONG_ISSUER),
    "another sub": (lambda: with_claims(sub="x" * 26), client_assertions.WRONG_ISSUER),
    "no aud": (lambda: with_claims(aud=None), client_assertions.WRONG_AUDIENCE),
    "aud the endpoint": (
        lambda: with_claims(aud=ISSUER + "/oauth2/token"),
        client_assertions.WRONG_AUDIENCE,
    ),
    "aud the API": (lambda: with_claims(aud=PUBLIC_URL), client_assertions.WRONG_AUDIENCE),
    "aud another account": (
        lambda: with_claims(aud=f"{PUBLIC_URL}/accounts/globex"),
        client_assertions.WRONG_AUDIENCE,
    ),
    "aud with a slash": (lambda: with_claims(aud=ISSUER + "/"), client_assertions.WRONG_AUDIENCE),
    "two audiences": (
        lambda: with_claims(aud=[ISSUER, "https://other.example"]),
        client_assertions.WRONG_AUDIENCE,
    ),
    "no audience in the list": (lambda: with_claims(aud=[]), client_assertions.WRONG_AUDIENCE),
    "no exp": (lambda: with_claims(exp=None), UNREADABLE),
    "exp a text": (lambda: with_claims(exp=str(SECOND + 60)), UNREADABLE),
    "exp true": (lambda: with_claims(exp=True), UNREADABLE),
    "exp null": (lambda: made(body=json.dumps(claims() | {"exp": None}).encode()), UNREADABLE),
    "exp without end": (
        lambda: made(body=with_member(claims(exp=None), '"exp": 1e999')),
        UNREADABLE,
    ),
    "exp of many digits": (lambda: with_claims(exp=10**400), UNREADABLE),
    "expired": (lambda: with_claims(exp=SECOND - 1), client_assertions.EXPIRED),
    "expired this instant": (lambda: with_claims(exp=NOW / 1000), client_assertions.EXPIRED),
    "more than five minutes": (
        lambda: with_claims(exp=SECOND + 301),
        client_assertions.TOO_LONG_LIVED,
    ),
    "more than five minutes, no iat": (
        lambda: with_claims(iat=None, exp=SECOND + 301),
        client_assertions.TOO_LONG_LIVED,
    ),
    "more than five minutes, made long ago": (
        lambda: with_claims(iat=SECOND - 1000, exp=SECOND + 301),
        client_assertions.TOO_LONG_LIVED,
    ),
    "made in the future": (
        lambda: with_claims(iat=SECOND + 31),
        client_assertions.NOT_YET_VALID,
    ),
    "not yet valid": (lambda: with_claims(nbf=SECOND + 31), client_assertions.NOT_YET_VALID),
    "iat a text": (lambda: with_claims(iat="now"), UNREADABLE),
    "no jti": (lambda: with_claims(jti=None), UNREADABLE),
    "jti empty": (lambda: with_claims(jti=""), UNREADABLE),
    "jti a number": (lambda: with_claims(jti=1), UNREADABLE),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_assertion_lets_in(name: str) -> None:
    """Made by two other libraries, and in every way that the RFCs allow."""
    assert let_in(keyed(es256().jwk, rs256().jwk), GOOD[name]()) is None


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_is_refused_for_its_own_fault(name: str) -> None:
    """The reason is for the audit trail; the answer is the one 401."""
    make, reason = REFUSED[name]
    assertion = make()
    with pytest.raises(InvalidClient) as refused:
        read(keyed(es256().jwk, rs256().jwk), ISSUER, assertion, NOW)
    assert refused.value.reason == reason
    assert refused.value.body() == InvalidClient().body()


def test_the_key_is_one_that_the_client_has_registered() -> None:
    """By its `kid` where both have one, of the algorithm, public, and strong enough."""
    first, second = {**es256().jwk, "kid": "first"}, {**es256(1).jwk, "kid": "second"}
    both = keyed(first, second)
    assert let_in(both, made()) is None
    assert let_in(both, made(by=es256(1))) is None
    assert let_in(both, with_header(kid="first")) is None
    assert let_in(both, with_header(kid="second")) == client_assertions.WRONG_SIGNATURE
    assert let_in(both, with_header(kid="third")) == client_assertions.NO_KEY
    assert let_in(both, with_header(kid=["first"])) == client_assertions.NO_KEY
    assert let_in(keyed(rs256().jwk), made()) == client_assertions.NO_KEY
    assert let_in(keyed(es256().private_jwk), made()) == client_assertions.NO_KEY
    assert let_in(keyed({**es256().jwk, "use": "enc"}), made()) == client_assertions.NO_KEY
    # A key that cannot be used does not stand in the way of one that can.
    assert let_in(keyed({"kty": "oct"}, es256().jwk), made()) is None


def test_who_authenticates_in_another_way_is_not_let_in_by_keys() -> None:
    """RFC 7591 §2: the client's one method."""
    for method in ("client_secret_basic", "none"):
        assert let_in(keyed(es256().jwk, method=method), made()) == client_assertions.NO_KEY
    assert let_in(replace(keyed(), jwks=None), made()) == client_assertions.NO_KEY


def test_nobodys_key_is_no_way_in() -> None:
    """Its private half is 1, which everybody can sign with."""
    everybody = Holder("ES256", ec.derive_private_key(1, ec.SECP256R1()))
    assert everybody.jwk["x"] == client_assertions._NOBODYS_JWK["x"]
    for client in (None, keyed(), keyed(rs256().jwk), keyed(es256().jwk)):
        assert let_in(client, made(by=everybody)) is not None


@pytest.mark.parametrize("holder", [es256, rs256])
def test_a_client_that_there_is_not_takes_no_less_work(holder: Callable[[], Holder]) -> None:
    """Else the time would tell which client ids there are: one of these costs a verification."""
    assertion, client = made(by=holder()), keyed(holder().jwk)
    # Alternating, and of this thread alone: others are at work on the machine.
    known, unknown = [], []
    for _ in range(9):
        for seconds, of in ((known, client), (unknown, None)):
            work = partial(let_in, of, assertion)
            seconds.append(timeit.timeit(work, timer=time.thread_time, number=20))
    assert min(unknown) > min(known) / 2


def test_the_client_is_looked_up_by_what_the_assertion_says() -> None:
    """Before anything is verified, and whatever it is."""
    assert client_id_of(made()) == CLIENT_ID
    assert client_id_of(made(by=es256(1))) == CLIENT_ID
    for text in ("", "a.b.c", made(body=b"[]"), with_claims(sub=None), with_claims(sub=7), "é.é.é"):
        assert client_id_of(text) is None


@pytest.mark.anyio
async def test_an_assertion_counts_once(world: World) -> None:
    """Of twenty at once one; and then none, until it has expired."""

    def register(tx: AccountTx) -> Client:
        document = keyed(es256().jwk).document
        return clients.create(tx, world.pepper, "keyed", "Keyed", document)[0]

    client = await world.app.database.write(world.acme.id, register)

    def assertion(jti: str) -> str:
        return with_claims(iss=client.client_id, sub=client.client_id, jti=jti)

    def verify(tx: AccountTx, of: Client, issuer: str, text: str) -> None:
        use(tx, read(of, issuer, text, NOW))

    async def lets_in(text: str, of: Client = client) -> bool:
        try:
            await world.app.database.write(world.acme.id, verify, of, ISSUER, text)
        except InvalidClient as refusal:
            assert refusal.reason == client_assertions.USED_BEFORE
            return False
        return True

    text = assertion("one")
    assert sum(await asyncio.gather(*(lets_in(text) for _ in range(20)))) == 1
    assert not await lets_in(text)
    # Signed anew, but with the same id
    assert not await lets_in(assertion("one"))
    assert await lets_in(assertion("two"))
    # Another client's id of the same name is another one.
    other = replace(client, client_id=CLIENT_ID)
    assert await lets_in(with_claims(jti="one"), other)
    # A refused one is not used up.
    with pytest.raises(InvalidClient):
        await world.app.database.write(
            world.acme.id, verify, client, ISSUER + "x", assertion("three")
        )
    assert await lets_in(assertion("three"))
