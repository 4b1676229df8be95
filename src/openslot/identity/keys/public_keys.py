"""Public keys of ES256 and RS256: read from a JWK, verified with by `cryptography` directly.

Ours have a private half as well (`signatures`); those of clients have not.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from openslot.identity.keys.jws import MalformedJws, base64url, base64url_decoded

ES256 = "ES256"
RS256 = "RS256"
ALGORITHMS = (ES256, RS256)

# RFC 7518 §6.2.2, §6.3.2, §6.4.1: what nobody but its owner may know
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

_LEAST_RSA_BITS = 2048  # RFC 7518 §3.3
_MOST_RSA_BITS = 4096  # a larger one costs the verifier time, and the caller chooses it
_MOST_EXPONENT = 2**32
_ECDSA_SHA256 = ec.ECDSA(SHA256())
_PKCS1 = padding.PKCS1v15()
_SHA256 = SHA256()


class UnusableKey(ValueError):
    """The JWK is no public key for ES256 or RS256. The text says why, and holds none of it."""


class VerifyingKey(Protocol):
    """A key that verifies by one algorithm."""

    algorithm: str
    kid: str  # the RFC 7638 thumbprint, whatever name the JWK bears
    public_jwk: dict[str, str]

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Whether this key's owner has signed `data`."""


class Es256PublicKey:
    """ECDSA on P-256 with SHA-256 (RFC 7518 §3.4)."""

    algorithm = ES256

    def __init__(self, public: ec.EllipticCurvePublicKey) -> None:
        """Takes a key on P-256."""
        self._public = public
        point = public.public_numbers()
        required = {
            "crv": "P-256",
            "kty": "EC",
            "x": base64url(point.x.to_bytes(32, "big")).decode(),
            "y": base64url(point.y.to_bytes(32, "big")).decode(),
        }
        self.kid = _thumbprint(required)
        self.public_jwk = _published(required, self.kid, self.algorithm)

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """See `VerifyingKey.verifies`. Of the two values of s that fit, either will do."""
        # RFC 7518 §3.4: exactly 64 octets
        if len(signature) != 64:
            return False
        r = int.from_bytes(signature[:32], "big")
        s = int.from_bytes(signature[32:], "big")
        try:
            self._public.verify(encode_dss_signature(r, s), data, _ECDSA_SHA256)
        except InvalidSignature:
            return False
        return True


class Rs256PublicKey:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3)."""

    algorithm = RS256

    def __init__(self, public: rsa.RSAPublicKey) -> None:
        """Takes a key of 2048 bits or more."""
        self._public = public
        numbers = public.public_numbers()
        required = {"e": _base64url_uint(numbers.e), "kty": "RSA", "n": _base64url_uint(numbers.n)}
        self.kid = _thumbprint(required)
        self.public_jwk = _published(required, self.kid, self.algorithm)

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """See `VerifyingKey.verifies`."""
        try:
            self._public.verify(signature, data, _PKCS1, _SHA256)
        except InvalidSignature:
            return False
        return True


def public_key_of(jwk: Mapping[str, Any]) -> VerifyingKey:
    """The key of a JWK (RFC 7517 §4), without asking anybody else about it.

    Raises:
        UnusableKey: it holds a private half, is of another kind or for another use, or its
            numbers are no key.
    """
    if not PRIVATE_MEMBERS.isdisjoint(jwk):
        raise UnusableKey("it holds a private key")
    # RFC 7517 §4.2, §4.3: what the owner says it is for
    if jwk.get("use", "sig") != "sig" or "verify" not in _texts(jwk.get("key_ops", ["verify"])):
        raise UnusableKey("it is not for signatures")
    key: VerifyingKey
    match jwk.get("kty"):
        case "EC":
            key = _es256(jwk)
        case "RSA":
            key = _rs256(jwk)
        case _:
            raise UnusableKey("kty is neither EC nor RSA")
    # RFC 7517 §4.4
    if jwk.get("alg", key.algorithm) != key.algorithm:
        raise UnusableKey(f"alg is not {key.algorithm}")
    return key


def _es256(jwk: Mapping[str, Any]) -> Es256PublicKey:
    if jwk.get("crv") != "P-256":
        raise UnusableKey("crv is not P-256")
    x, y = _octets(jwk, "x"), _octets(jwk, "y")
    # RFC 7518 §6.2.1.2: the full size of a coordinate, zeros in front included
    if len(x) != 32 or len(y) != 32:
        raise UnusableKey("x and y must be 32 octets each")
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
    )
    try:
        return Es256PublicKey(numbers.public_key())
    except ValueError as error:
        raise UnusableKey("the point is not on the curve") from error


def _rs256(jwk: Mapping[str, Any]) -> Rs256PublicKey:
    modulus, exponent = _uint(jwk, "n"), _uint(jwk, "e")
    if not _LEAST_RSA_BITS <= modulus.bit_length() <= _MOST_RSA_BITS:
        raise UnusableKey(f"n must have {_LEAST_RSA_BITS} to {_MOST_RSA_BITS} bits")
    # RFC 8017 §3.1: 3 or more and coprime to an even number; 1 would sign everything
    if exponent < 3 or exponent % 2 == 0 or exponent > _MOST_EXPONENT:
        raise UnusableKey("e must be odd, 3 or more, and below 2^32")
    try:
        return Rs256PublicKey(rsa.RSAPublicNumbers(exponent, modulus).public_key())
    except ValueError as error:
        raise UnusableKey("n and e are no RSA key") from error


def _uint(jwk: Mapping[str, Any], name: str) -> int:
    octets = _octets(jwk, name)
    # RFC 7518 §2, Base64urlUInt: as few octets as hold the number
    if octets[:1] == b"\0":
        raise UnusableKey(f"{name} begins with a zero octet")
    return int.from_bytes(octets, "big")


def _octets(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise UnusableKey(f"{name} is missing")
    try:
        return base64url_decoded(value.encode())
    except MalformedJws as error:
        raise UnusableKey(f"{name} is not base64url") from error


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _thumbprint(required_members: dict[str, str]) -> str:
    """RFC 7638 §3: SHA-256 of the JWK's required members, sorted, without white space."""
    canonical = json.dumps(required_members, sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(canonical.encode()).digest()).decode()


def _published(required: dict[str, str], kid: str, algorithm: str) -> dict[str, str]:
    return {**required, "kid": kid, "use": "sig", "alg": algorithm}


def _base64url_uint(number: int) -> str:
    # RFC 7518 §2, Base64urlUInt: as few octets as hold the number
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()
