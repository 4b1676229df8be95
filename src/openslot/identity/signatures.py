"""The two signature algorithms of RFC 7518 that tokens use, done by `cryptography` directly.

Each key knows its algorithm, its RFC 7638 thumbprint (`kid`) and its public half as a JWK.
"""

import hashlib
import json
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from openslot.identity.jws import base64url

ES256 = "ES256"
RS256 = "RS256"

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ECDSA_SHA256 = ec.ECDSA(SHA256())
_PKCS1 = padding.PKCS1v15()
_SHA256 = SHA256()


class SignatureKey(Protocol):
    """A key pair that signs and verifies by one algorithm."""

    algorithm: str
    kid: str
    public_jwk: dict[str, str]

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, as RFC 7518 §3 writes it."""

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Whether this key has signed `data`."""

    def private_bytes(self) -> bytes:
        """The private half, PKCS#8 in DER, unencrypted: to be sealed."""


class Es256Key:
    """ECDSA on P-256 with SHA-256 (RFC 7518 §3.4)."""

    algorithm = ES256

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        """Takes a key on P-256."""
        self._private = private
        self._public = private.public_key()
        point = self._public.public_numbers()
        required = {
            "crv": "P-256",
            "kty": "EC",
            "x": base64url(point.x.to_bytes(32, "big")).decode(),
            "y": base64url(point.y.to_bytes(32, "big")).decode(),
        }
        self.kid = thumbprint(required)
        self.public_jwk = _published(required, self.kid, self.algorithm)

    def sign(self, data: bytes) -> bytes:
        """See `SignatureKey.sign`: r and s, 32 bytes each, s the smaller of the two possible."""
        r, s = decode_dss_signature(self._private.sign(data, _ECDSA_SHA256))
        # With (r, s) also (r, n - s) verifies. Only the smaller is ours, so that nobody can
        # write one token in two ways.
        s = min(s, _P256_ORDER - s)
        return (r << 256 | s).to_bytes(64, "big")

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """See `SignatureKey.verifies`."""
        # RFC 7518 §3.4: exactly 64 octets
        if len(signature) != 64:
            return False
        r = int.from_bytes(signature[:32], "big")
        s = int.from_bytes(signature[32:], "big")
        if r == 0 or not 0 < s <= _P256_ORDER // 2:
            return False
        try:
            self._public.verify(encode_dss_signature(r, s), data, _ECDSA_SHA256)
        except InvalidSignature:
            return False
        return True

    def private_bytes(self) -> bytes:
        """See `SignatureKey.private_bytes`."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


class Rs256Key:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3)."""

    algorithm = RS256

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        """Takes a key of 2048 bits or more."""
        self._private = private
        self._public = private.public_key()
        numbers = self._public.public_numbers()
        required = {"e": _base64url_uint(numbers.e), "kty": "RSA", "n": _base64url_uint(numbers.n)}
        self.kid = thumbprint(required)
        self.public_jwk = _published(required, self.kid, self.algorithm)

    def sign(self, data: bytes) -> bytes:
        """See `SignatureKey.sign`."""
        return self._private.sign(data, _PKCS1, _SHA256)

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """See `SignatureKey.verifies`."""
        try:
            self._public.verify(signature, data, _PKCS1, _SHA256)
        except InvalidSignature:
            return False
        return True

    def private_bytes(self) -> bytes:
        """See `SignatureKey.private_bytes`."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_key(algorithm: str) -> SignatureKey:
    """A new key pair; RS256 takes about a tenth of a second."""
    if algorithm == ES256:
        return Es256Key(ec.generate_private_key(ec.SECP256R1()))
    return Rs256Key(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def key_of(private_bytes: bytes) -> SignatureKey:
    """The key pair of what `private_bytes` gave.

    Raises:
        ValueError: it is no private key, or of another kind.
    """
    private: Any = load_der_private_key(private_bytes, password=None)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return Es256Key(private)
    if isinstance(private, rsa.RSAPrivateKey):
        return Rs256Key(private)
    raise ValueError("neither an elliptic curve nor an RSA key")


def thumbprint(required_members: dict[str, str]) -> str:
    """RFC 7638 §3: SHA-256 of the JWK's required members, sorted, without white space."""
    canonical = json.dumps(required_members, sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(canonical.encode()).digest()).decode()


def _published(required: dict[str, str], kid: str, algorithm: str) -> dict[str, str]:
    return {**required, "kid": kid, "use": "sig", "alg": algorithm}


def _base64url_uint(number: int) -> str:
    # RFC 7518 §2, Base64urlUInt: as few octets as hold the number
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()
