"""Public keys of others, and what they have signed."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc import jwk as joserfc_jwk
from joserfc.errors import SecurityWarning
from jwt.utils import base64url_decode, base64url_encode, to_base64url_uint

from openslot.identity.keys.public_keys import UnusableKey, VerifyingKey, public_key_of
from openslot.identity.keys.signatures import ES256, RS256, key_of, new_key

from .signing import P256_ORDER, Holder, changed, es256, rs256

DATA = b"what was signed"


def _octets(jwk: dict[str, Any], name: str) -> bytes:
    return bytes(base64url_decode(jwk[name]))


def _encoded(octets: bytes) -> str:
    return base64url_encode(octets).decode()


def _uint(number: int) -> str:
    return to_base64url_uint(number).decode()


@pytest.mark.parametrize("holder", [es256, rs256])
def test_a_public_half_verifies_what_others_have_signed(holder: Callable[[], Holder]) -> None:
    """PyJWT has signed it; one bit less, and it is not signed."""
    key, signature = public_key_of(holder().jwk), holder().signature(DATA)
    assert key.verifies(DATA, signature)
    assert not key.verifies(DATA + b"x", signature)
    for position in (0, 31, 32, len(signature) - 1):
        flipped = bytearray(signature)
        flipped[position] ^= 1
        assert not key.verifies(DATA, bytes(flipped))
    for wrong in (
        b"",
        signature[:-1],
        signature + b"\0",
        b"\0" + signature,
        signature[:32] + b"\0" + signature[32:],
        b"\0" * len(signature),
    ):
        assert not key.verifies(DATA, wrong)


def test_r_and_s_lie_between_zero_and_the_order() -> None:
    """FIPS 186-5 §6.4.2; either s is others' right, and only the smaller is ours."""
    signature = es256().signature(DATA)
    key = public_key_of(es256().jwk)
    r, s = signature[:32], int.from_bytes(signature[32:], "big")
    both = [(r + value.to_bytes(32, "big")) for value in (s, P256_ORDER - s)]
    assert all(key.verifies(DATA, one) for one in both)
    for value in (0, P256_ORDER, 2**256 - 1):
        assert not key.verifies(DATA, r + value.to_bytes(32, "big"))
        assert not key.verifies(DATA, value.to_bytes(32, "big") + signature[32:])
    ours = new_key(ES256)
    signed = ours.sign(DATA)
    s = int.from_bytes(signed[32:], "big")
    other = signed[:32] + (P256_ORDER - s).to_bytes(32, "big")
    assert ours.verifies(DATA, signed)
    assert not ours.verifies(DATA, other)
    assert public_key_of(ours.public_jwk).verifies(DATA, other)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_the_public_half_of_a_pair_is_the_pair_without_signing(algorithm: str) -> None:
    """Same name, same JWK; it also survives being stored."""
    pair = new_key(algorithm)
    public: VerifyingKey = public_key_of(pair.public_jwk)
    again = key_of(pair.private_bytes())
    assert (public.kid, public.public_jwk, public.algorithm) == (
        pair.kid,
        pair.public_jwk,
        algorithm,
    )
    assert again.public_jwk == pair.public_jwk
    assert public.verifies(DATA, pair.sign(DATA))
    assert not hasattr(public, "sign")
    private: Any = load_der_private_key(pair.private_bytes(), None)
    token = jwt.encode({"n": 1}, private, algorithm).encode()
    signing_input, _, signature = token.rpartition(b".")
    assert public.verifies(signing_input, base64url_decode(signature))


@pytest.mark.slow
def test_keys_are_read_as_another_library_reads_them() -> None:
    """Coordinates with zeros in front among them; joserfc writes and names the keys."""
    for _ in range(300):
        key = joserfc_jwk.ECKey.generate_key("P-256", private=False)
        assert public_key_of(key.as_dict()).kid == key.thumbprint()
    for exponent in (3, 65537):
        holder = Holder(RS256, rsa.generate_private_key(exponent, 2048))
        key = joserfc_jwk.RSAKey.import_key(holder.jwk)
        assert public_key_of(holder.jwk).kid == key.thumbprint()
    named = {**es256().jwk, "kid": "mine", "use": "sig", "alg": "ES256", "key_ops": ["verify"]}
    assert public_key_of(named).kid == public_key_of(es256().jwk).kid
    assert public_key_of({**named, "x5u": "https://evil.example"}).kid != "mine"


EC = dict(es256().jwk)
RSA = dict(rs256().jwk)
P = 2**256 - 2**224 + 2**192 + 2**96 - 1  # the field of P-256
MODULUS = int.from_bytes(_octets(RSA, "n"), "big")

UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "kty"),
    "kty in another case": ({**EC, "kty": "ec"}, "kty"),
    "kty a list": ({**EC, "kty": ["EC"]}, "kty"),
    "an octet key pair": ({"kty": "OKP", "crv": "Ed25519", "x": EC["x"]}, "kty"),
    "a secret": ({"kty": "oct", "k": "AAAA"}, "private"),
    "a private EC key": (es256().private_jwk, "private"),
    "a private RSA key": (rs256().private_jwk, "private"),
    "d empty": ({**EC, "d": ""}, "private"),
    "use enc": ({**EC, "use": "enc"}, "not for signatures"),
    "use null": ({**EC, "use": None}, "not for signatures"),
    "key_ops for signing alone": ({**EC, "key_ops": ["sign"]}, "not for signatures"),
    "key_ops a text": ({**EC, "key_ops": "verify"}, "not for signatures"),
    "alg of another kind": ({**RSA, "alg": "PS256"}, "alg is not RS256"),
    "no crv": (changed(EC, {"crv": None}), "crv"),
    "secp256k1": ({**EC, "crv": "secp256k1"}, "crv"),
    "no x": (changed(EC, {"x": None}), "x is missing"),
    "y a number": ({**EC, "y": 5}, "y is missing"),
    "x not ASCII": ({**EC, "x": "é" * 43}, "x is missing"),
    "x with padding": ({**EC, "x": EC["x"] + "="}, "x is not base64url"),
    "x in base64": ({**EC, "x": "+" + EC["x"][1:]}, "x is not base64url"),
    "x short": ({**EC, "x": _encoded(_octets(EC, "x")[1:])}, "32 octets"),
    "x with a zero in front": ({**EC, "x": _encoded(b"\0" + _octets(EC, "x"))}, "32 octets"),
    "a point beside the curve": ({**EC, "x": EC["y"], "y": EC["x"]}, "not on the curve"),
    "the point at infinity": ({**EC, "x": _encoded(bytes(32)), "y": _encoded(bytes(32))}, "curve"),
    "a coordinate beyond the field": (
        {**EC, "x": _encoded((P + 5).to_bytes(32, "big")), "y": EC["y"]},
        "curve",
    ),
    "no n": (changed(RSA, {"n": None}), "n is missing"),
    "no e": (changed(RSA, {"e": None}), "e is missing"),
    "n empty": ({**RSA, "n": ""}, "bits"),
    "n with a zero in front": ({**RSA, "n": _encoded(b"\0" + _octets(RSA, "n"))}, "zero octet"),
    "2047 bits": ({**RSA, "n": _uint(MODULUS >> 1 | 1)}, "2048 to 4096 bits"),
    "4097 bits": ({**RSA, "n": _uint(1 << 4096 | 1)}, "2048 to 4096 bits"),
    "exponent 1": ({**RSA, "e": _uint(1)}, "e must be odd"),
    "exponent 2": ({**RSA, "e": _uint(2)}, "e must be odd"),
    "exponent 65536": ({**RSA, "e": _uint(65536)}, "e must be odd"),
    "a huge exponent": ({**RSA, "e": _uint(2**64 + 1)}, "e must be odd"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_usable_key_is_refused_with_its_reason(name: str) -> None:
    """Which never tells anything of the key."""
    members, said = UNUSABLE[name]
    with pytest.raises(UnusableKey, match=said) as refused:
        public_key_of(json.loads(json.dumps(members)))
    values = [v for v in members.values() if isinstance(v, str) and len(v) > 20]
    assert not any(value in str(refused.value) for value in values)


def test_what_is_refused_for_its_kind_is_a_key_to_others() -> None:
    """So that size and curve are the reasons, and not how the key is written."""
    short = rs256(1024)
    with pytest.warns(SecurityWarning):
        assert joserfc_jwk.RSAKey.import_key(short.jwk)
    with pytest.raises(UnusableKey, match="2048 to 4096 bits"):
        public_key_of(short.jwk)
    other = Holder("ES384", ec.generate_private_key(ec.SECP384R1()))
    assert joserfc_jwk.ECKey.import_key(other.jwk)
    with pytest.raises(UnusableKey, match="crv"):
        public_key_of(other.jwk)
