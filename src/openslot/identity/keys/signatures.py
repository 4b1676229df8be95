"""The installation's key pairs: the two signature algorithms of RFC 7518 that tokens use.

Each key knows its algorithm, its RFC 7638 thumbprint (`kid`) and its public half as a JWK.
"""

from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from openslot.identity.keys.public_keys import (
    ES256,
    RS256,
    Es256PublicKey,
    Rs256PublicKey,
    VerifyingKey,
)

__all__ = ["ES256", "RS256", "Es256Key", "Rs256Key", "SignatureKey", "key_of", "new_key"]

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ECDSA_SHA256 = ec.ECDSA(SHA256())
_PKCS1 = padding.PKCS1v15()
_SHA256 = SHA256()


class SignatureKey(VerifyingKey, Protocol):
    """A key pair that signs and verifies by one algorithm."""

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, as RFC 7518 §3 writes it."""

    def private_bytes(self) -> bytes:
        """The private half, PKCS#8 in DER, unencrypted: to be sealed."""


class Es256Key(Es256PublicKey):
    """A pair that signs by ES256."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        """Takes a key on P-256."""
        super().__init__(private.public_key())
        self._private = private

    def sign(self, data: bytes) -> bytes:
        """See `SignatureKey.sign`: r and s, 32 bytes each, s the smaller of the two possible."""
        r, s = decode_dss_signature(self._private.sign(data, _ECDSA_SHA256))
        # With (r, s) also (r, n - s) verifies. Only the smaller is ours, so that nobody can
        # write one token in two ways.
        s = min(s, _P256_ORDER - s)
        return (r << 256 | s).to_bytes(64, "big")

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """See `VerifyingKey.verifies`. Only the smaller s, since `sign` writes no other."""
        if int.from_bytes(signature[32:], "big") > _P256_ORDER // 2:
            return False
        return super().verifies(data, signature)

    def private_bytes(self) -> bytes:
        """See `SignatureKey.private_bytes`."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


class Rs256Key(Rs256PublicKey):
    """A pair that signs by RS256."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        """Takes a key of 2048 bits or more."""
        super().__init__(private.public_key())
        self._private = private

    def sign(self, data: bytes) -> bytes:
        """See `SignatureKey.sign`."""
        return self._private.sign(data, _PKCS1, _SHA256)

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
    # Checking an RSA key takes 25 ms in which nothing else runs; what we sealed is known to be one.
    private: Any = load_der_private_key(
        private_bytes, password=None, unsafe_skip_rsa_key_validation=True
    )
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return Es256Key(private)
    if isinstance(private, rsa.RSAPrivateKey):
        return Rs256Key(private)
    raise ValueError("neither an elliptic curve nor an RSA key")
