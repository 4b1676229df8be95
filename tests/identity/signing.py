"""Keys as clients have them, and what they sign with them: by PyJWT, byte for byte as wanted."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import base64url_decode, base64url_encode

Json = Mapping[str, Any] | bytes

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Holder:
    """Somebody with a key pair of their own."""

    def __init__(self, algorithm: str, private: Any) -> None:
        """`jwk` is the public half, as PyJWT writes it."""
        self.algorithm = algorithm
        self.private = private
        self._by: Any = (
            ECAlgorithm(ECAlgorithm.SHA256)
            if isinstance(private, ec.EllipticCurvePrivateKey)
            else RSAAlgorithm(RSAAlgorithm.SHA256)
        )
        jwk = self._by.to_jwk(private.public_key(), as_dict=True)
        self.jwk: dict[str, Any] = {k: v for k, v in jwk.items() if k != "key_ops"}

    @property
    def private_jwk(self) -> dict[str, Any]:
        """Both halves."""
        both: dict[str, Any] = self._by.to_jwk(self.private, as_dict=True)
        return both

    def signature(self, data: bytes) -> bytes:
        """The signature of some bytes."""
        signature: bytes = self._by.sign(data, self.private)
        return signature

    def signed(self, header: Json, claims: Json) -> bytes:
        """A JWS with a good signature over whatever is in it."""
        signing_input = base64url_encode(_bytes(header)) + b"." + base64url_encode(_bytes(claims))
        return signing_input + b"." + base64url_encode(self.signature(signing_input))


@cache
def es256(number: int = 0) -> Holder:
    """A holder of a P-256 key; the same for the same number."""
    return Holder("ES256", ec.generate_private_key(ec.SECP256R1()))


@cache
def rs256(bits: int = 2048) -> Holder:
    """A holder of an RSA key; the same for the same size."""
    return Holder("RS256", rsa.generate_private_key(65537, bits))


def changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The members with changes; one to None takes it away."""
    merged = {**members, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def with_member(members: Mapping[str, Any], member: str) -> bytes:
    """The JSON of the members and one more, which may be there already or be no JSON."""
    return f"{json.dumps(members)[:-1]}, {member}}}".encode()


def high_s(token: bytes) -> bytes:
    """An ES256 token with the larger of the two values of s that fit."""
    return _with_s(token, max)


def low_s(token: bytes) -> bytes:
    """An ES256 token with the smaller one."""
    return _with_s(token, min)


def stray_bits(token: bytes) -> bytes:
    """The same signature, spelled with other unused bits; 64 octets leave four of them."""
    return token[:-1] + ALPHABET[ALPHABET.index(token[-1:]) + 1 :][:1]


def _with_s(token: bytes, which: Any) -> bytes:
    head, claims, segment = token.split(b".")
    raw = base64url_decode(segment)
    s = int.from_bytes(raw[32:], "big")
    signature = raw[:32] + which(s, P256_ORDER - s).to_bytes(32, "big")
    return b".".join([head, claims, base64url_encode(signature)])


def _bytes(value: Json) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()
