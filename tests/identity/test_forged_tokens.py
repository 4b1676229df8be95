"""Tokens that are not ours, or not any more ours after a change: every one is refused.

Most are signed with the installation's real key: what is refused is refused for its own fault.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openslot.identity.jws import base64url
from openslot.identity.signatures import ES256, RS256, SignatureKey, new_key
from openslot.identity.tokens import InvalidToken

from .world import NOW, PUBLIC_URL, World

pytestmark = pytest.mark.anyio

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Forger:
    """Makes tokens out of parts; without changes it makes a good one."""

    def __init__(self, world: World) -> None:
        """Knows the installation's keys."""
        self.world = world
        keys = world.app.keys.verification_keys.values()
        self.es256 = next(key for key in keys if key.algorithm == ES256)
        self.rs256 = next(key for key in keys if key.algorithm == RS256)
        self.good = world.token(NOW)

    def header(self, **changes: Any) -> dict[str, Any]:
        """A good header; a change to None takes the member away."""
        return _changed({"alg": ES256, "typ": "at+jwt", "kid": self.es256.kid}, changes)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Good claims."""
        segment = self.good.split(b".")[1]
        return _changed(json.loads(base64.urlsafe_b64decode(segment + b"==")), changes)

    def signed(
        self,
        header: dict[str, Any] | bytes | None = None,
        claims: dict[str, Any] | bytes | None = None,
        key: SignatureKey | None = None,
    ) -> bytes:
        """A token with a good signature over whatever is in it."""
        header = self.header() if header is None else header
        claims = self.claims() if claims is None else claims
        signing_input = base64url(_bytes(header)) + b"." + base64url(_bytes(claims))
        signature = (key or self.es256).sign(signing_input)
        return signing_input + b"." + base64url(signature)

    def with_header(self, **changes: Any) -> bytes:
        """A well-signed token with another header."""
        return self.signed(header=self.header(**changes))

    def with_claims(self, **changes: Any) -> bytes:
        """A well-signed token with other claims."""
        return self.signed(claims=self.claims(**changes))

    def hs256(self, secret: bytes, **header: Any) -> bytes:
        """A token authenticated with something public as the secret."""
        signing_input = (
            base64url(_bytes(self.header(alg="HS256", **header)))
            + b"."
            + base64url(_bytes(self.claims()))
        )
        mac = hmac.digest(secret, signing_input, hashlib.sha256)
        return signing_input + b"." + base64url(mac)

    def pem(self, key: SignatureKey) -> bytes:
        """The public key as anybody can write it."""
        public: Any = key
        encoded: bytes = public._public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return encoded

    def segments(self) -> list[bytes]:
        """The good token's."""
        return self.good.split(b".")


def _changed(members: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**members, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _bytes(value: dict[str, Any] | bytes) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _stray_bits(segment: bytes) -> bytes:
    """The same octets, spelled with other unused bits."""
    last = ALPHABET.index(segment[-1:])
    assert len(segment) % 4 in (2, 3)
    return segment[:-1] + ALPHABET[last + 1 : last + 2]


def _twice(forger: Forger, name: str, value: Any) -> bytes:
    claims = json.dumps(forger.claims())
    return forger.signed(
        claims=f"{claims[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()
    )


def _header_twice(forger: Forger, member: str) -> bytes:
    header = json.dumps(forger.header())
    return forger.signed(header=f"{header[:-1]}, {member}}}".encode())


def _high_s(forger: Forger) -> bytes:
    head, claims, signature = forger.segments()
    raw = base64.urlsafe_b64decode(signature + b"==")
    s = ORDER - int.from_bytes(raw[32:], "big")
    return b".".join([head, claims, base64url(raw[:32] + s.to_bytes(32, "big"))])


def _other_signature(forger: Forger) -> bytes:
    head, claims, _ = forger.segments()
    return b".".join([head, claims, forger.with_claims(sub="x").split(b".")[2]])


def _jwk_inside(forger: Forger) -> bytes:
    own = new_key(ES256)
    return forger.signed(header=forger.header(jwk=own.public_jwk, kid=own.kid), key=own)


FORGERIES: dict[str, Callable[[Forger], bytes]] = {
    # Not a token at all
    "empty": lambda f: b"",
    "a word": lambda f: b"token",
    "two segments": lambda f: b".".join(f.segments()[:2]),
    "four segments": lambda f: f.good + b".AAAA",
    "five segments, as an encrypted one": lambda f: f.good + b".AAAA.AAAA",
    "only dots": lambda f: b"..",
    "not ASCII": lambda f: f.good + b"\xff",
    "far too long": lambda f: f.with_claims(scope="x" * 20_000),
    "JSON serialisation": lambda f: json.dumps(
        dict(
            zip(("protected", "payload", "signature"), map(bytes.decode, f.segments()), strict=True)
        )
    ).encode(),
    # RFC 8725 §2.1: algorithm and key
    "alg none without signature": lambda f: (
        base64url(_bytes(f.header(alg="none"))) + b"." + f.segments()[1] + b"."
    ),
    "alg none with signature": lambda f: f.with_header(alg="none"),
    "alg None": lambda f: f.with_header(alg="None"),
    "alg missing": lambda f: f.with_header(alg=None),
    "alg in lower case": lambda f: f.with_header(alg="es256"),
    "alg a list": lambda f: f.with_header(alg=["ES256"]),
    "alg ES384": lambda f: f.with_header(alg="ES384"),
    "alg PS256": lambda f: f.signed(header=f.header(alg="PS256", kid=f.rs256.kid), key=f.rs256),
    "HS256 with the EC public key": lambda f: f.hs256(f.pem(f.es256)),
    "HS256 with the RSA public key": lambda f: f.hs256(f.pem(f.rs256), kid=f.rs256.kid),
    "HS256 with the kid": lambda f: f.hs256(f.es256.kid.encode()),
    "HS256 with nothing": lambda f: f.hs256(b""),
    "RS256 said, ES256 done": lambda f: f.with_header(alg="RS256"),
    "the kid of the other key": lambda f: f.with_header(kid=f.rs256.kid),
    "ES256 said, RS256 done": lambda f: f.signed(header=f.header(kid=f.rs256.kid), key=f.rs256),
    "another EC key under our kid": lambda f: f.signed(key=new_key(ES256)),
    "another RSA key under our kid": lambda f: f.signed(
        header=f.header(alg=RS256, kid=f.rs256.kid), key=new_key(RS256)
    ),
    "an unknown kid": lambda f: f.with_header(kid="unknown"),
    "no kid": lambda f: f.with_header(kid=None),
    "kid a number": lambda f: f.with_header(kid=1),
    "kid a path": lambda f: f.with_header(kid="../../dev/null"),
    "kid with SQL": lambda f: f.with_header(kid="' OR 1=1 --"),
    # RFC 8725 §3.10: keys of the token's own choice
    "jwk with its own key": _jwk_inside,
    "jwk with our key": lambda f: f.with_header(jwk=f.es256.public_jwk),
    "jku": lambda f: f.with_header(jku="https://evil.example/jwks"),
    "jku of ours": lambda f: f.with_header(jku=f"{PUBLIC_URL}/accounts/acme/oauth2/jwks"),
    "x5u": lambda f: f.with_header(x5u="https://evil.example/cert"),
    "x5c": lambda f: f.with_header(x5c=["AAAA"]),
    # RFC 7515 §4.1.11, RFC 7797, RFC 7516
    "crit with an extension": lambda f: f.with_header(crit=["exp"], exp=1),
    "crit empty": lambda f: f.with_header(crit=[]),
    "b64 false": lambda f: f.with_header(crit=["b64"], b64=False),
    "zip": lambda f: f.with_header(zip="DEF"),
    "enc": lambda f: f.with_header(enc="A256GCM"),
    # RFC 9068 §2.1: the type
    "typ missing": lambda f: f.with_header(typ=None),
    "typ JWT": lambda f: f.with_header(typ="JWT"),
    "typ of another use": lambda f: f.with_header(typ="logout+jwt"),
    "typ with a space": lambda f: f.with_header(typ="at+jwt "),
    # The signature
    "no signature": lambda f: b".".join([*f.segments()[:2], b""]),
    "a zero signature": lambda f: b".".join([*f.segments()[:2], base64url(bytes(64))]),
    "a short signature": lambda f: f.good[:-4],
    "a longer signature": lambda f: f.good + b"AAAA",
    "the DER form": lambda f: b".".join([*f.segments()[:2], base64url(b"0D\x02 " + bytes(66))]),
    "the other s": _high_s,
    "the signature of another token": _other_signature,
    "changed claims": lambda f: b".".join(
        [
            f.segments()[0],
            base64url(_bytes(f.claims(scope="openslot/admin.write"))),
            f.segments()[2],
        ]
    ),
    "another spelling of the claims": lambda f: b".".join(
        [f.segments()[0], base64url(json.dumps(f.claims(), indent=1).encode()), f.segments()[2]]
    ),
    # RFC 4648 §3: one spelling of base64url
    "padding": lambda f: f.good + b"==",
    "padding in the header": lambda f: f.good.replace(b".", b"=.", 1),
    "stray bits in the signature": lambda f: b".".join(
        [*f.segments()[:2], _stray_bits(f.segments()[2])]
    ),
    "white space before": lambda f: b" " + f.good,
    "a line feed after": lambda f: f.good + b"\n",
    "a line feed within": lambda f: f.good[:50] + b"\n" + f.good[50:],
    "standard base64": lambda f: (
        f.with_claims(note="???>>>~~~").replace(b"-", b"+").replace(b"_", b"/") + b"+"
    ),
    "a character of another alphabet": lambda f: f.good[:-3] + b"*" + f.good[-2:],
    # RFC 7515 §4, RFC 7519 §4: every member once, in JSON
    "scope twice": lambda f: _twice(f, "scope", "openslot/admin.write"),
    "exp twice": lambda f: _twice(f, "exp", NOW),
    "the same claim twice": lambda f: _twice(f, "sub", f.claims()["sub"]),
    "a member twice deep within": lambda f: f.signed(
        claims=json.dumps(f.claims(note=0)).replace('"note": 0', '"note": {"a":1,"a":1}').encode()
    ),
    "alg twice": lambda f: _header_twice(f, '"alg": "none"'),
    "kid twice, once escaped": lambda f: _header_twice(f, '"k\\u0069d": "x"'),
    "claims not an object": lambda f: f.signed(claims=b"[]"),
    "claims not JSON": lambda f: f.signed(claims=b"{"),
    "claims in UTF-16": lambda f: f.signed(claims=json.dumps(f.claims()).encode("utf-16")),
    "claims with a byte order mark": lambda f: f.signed(
        claims=b"\xef\xbb\xbf" + json.dumps(f.claims()).encode()
    ),
    "claims deeper than any stack": lambda f: f.signed(claims=b"[" * 5000),
    "NaN": lambda f: f.with_claims(exp=float("nan")),
    "NaN where nobody looks": lambda f: f.with_claims(note=float("nan")),
    "header not an object": lambda f: f.signed(header=b'"ES256"'),
    # RFC 9068 §4: issuer and audience
    "iss missing": lambda f: f.with_claims(iss=None),
    "iss of another server": lambda f: f.with_claims(iss="https://evil.example/accounts/acme"),
    "iss without account": lambda f: f.with_claims(iss=PUBLIC_URL),
    "iss that begins like ours": lambda f: f.with_claims(
        iss=PUBLIC_URL + ".evil.example/accounts/acme"
    ),
    "iss a list": lambda f: f.with_claims(iss=[f"{PUBLIC_URL}/accounts/acme"]),
    "aud missing": lambda f: f.with_claims(aud=None),
    "aud of another server": lambda f: f.with_claims(aud="https://api.example.org"),
    "aud with a slash": lambda f: f.with_claims(aud=PUBLIC_URL + "/"),
    "aud one of two": lambda f: f.with_claims(aud=[PUBLIC_URL, "https://api.example.org"]),
    # RFC 7519 §4.1: time
    "exp missing": lambda f: f.with_claims(exp=None),
    "expired": lambda f: f.with_claims(exp=NOW // 1000),
    "exp a text": lambda f: f.with_claims(exp="9999999999"),
    "exp a fraction": lambda f: f.with_claims(exp=9999999999.5),
    "exp true": lambda f: f.with_claims(exp=True),
    "exp infinite": lambda f: f.signed(
        claims=json.dumps(f.claims(exp=0)).replace('"exp": 0', '"exp": 1e999').encode()
    ),
    "iat missing": lambda f: f.with_claims(iat=None),
    "iat in the future": lambda f: f.with_claims(iat=NOW // 1000 + 31),
    "nbf in the future": lambda f: f.with_claims(nbf=NOW // 1000 + 31),
    "nbf a text": lambda f: f.with_claims(nbf="0"),
    # RFC 9068 §2.2: the other claims
    "sub missing": lambda f: f.with_claims(sub=None),
    "client_id missing": lambda f: f.with_claims(client_id=None),
    "client_id a number": lambda f: f.with_claims(client_id=1),
    "scope missing": lambda f: f.with_claims(scope=None),
    "scope a list": lambda f: f.with_claims(scope=["openslot/admin.write"]),
    "account missing": lambda f: f.with_claims(account=None),
    "account null": lambda f: f.signed(claims={**f.claims(), "account": None}),
    "jti missing": lambda f: f.with_claims(jti=None),
    "jti without a time": lambda f: f.with_claims(jti="3f0e8a52-4c1b-4a55-9d43-6a1a4a8f8d55"),
}


async def test_the_forger_can_make_a_good_token(world: World) -> None:
    """So that what is refused below is not refused for a fault of the forger's."""
    forger = Forger(world)
    for token in (
        forger.signed(),
        forger.signed(header=forger.header(alg=RS256, kid=forger.rs256.kid), key=forger.rs256),
        forger.with_header(typ="application/at+jwt"),
        forger.with_claims(nbf=NOW // 1000),
        forger.with_claims(iat=NOW // 1000 + 30, nbf=NOW // 1000 + 30),
        forger.with_claims(another="claim", nested={"a": [1, {"b": None}]}),
    ):
        assert world.reader().read(token, NOW).client_id == world.website.client_id


async def test_no_forgery_is_taken(world: World) -> None:
    """Not by a fresh reader nor by one that knows the good token; and none is remembered."""
    forger, used = Forger(world), world.reader(most=1000)
    used.read(forger.good, NOW)
    assert len(FORGERIES) >= 40
    taken = []
    for name, forge in FORGERIES.items():
        token = forge(forger)
        assert token != forger.good, name
        for reader in (world.reader(), used, used):
            try:
                reader.read(token, NOW)
            except InvalidToken:
                continue
            taken.append(name)
    assert taken == []
    assert len(used._verified) == 1


async def test_no_single_changed_character_is_taken(world: World) -> None:
    """Every character of a token matters."""
    good = world.token(NOW)
    reader = world.reader()
    for position in range(0, len(good), 7):
        for character in (b"A", b"B", b"-"):
            changed = good[:position] + character + good[position + 1 :]
            if changed != good:
                with pytest.raises(InvalidToken):
                    reader.read(changed, NOW)
