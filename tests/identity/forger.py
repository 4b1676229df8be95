"""Makes access tokens out of parts, most of them signed with the installation's real key.

So what is refused is refused for its own fault.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openslot.identity.keys.jws import base64url
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.signatures import ES256, RS256, SignatureKey, new_key
from openslot.kernel.clock import Millis

from .signing import changed

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Forger:
    """Makes tokens out of parts; without changes it makes a good one."""

    def __init__(self, ring: KeyRing, good: bytes, now: Millis) -> None:
        """Has the installation's keys and a good token, signed by ES256 and issued at `now`."""
        keys = ring.verification_keys.values()
        self.es256 = next(key for key in keys if key.algorithm == ES256)
        self.rs256 = next(key for key in keys if key.algorithm == RS256)
        self.good = good
        self.now = now

    def header(self, **changes: Any) -> dict[str, Any]:
        """A good header; a change to None takes the member away."""
        return changed({"alg": ES256, "typ": "at+jwt", "kid": self.es256.kid}, changes)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Good claims."""
        segment = self.good.split(b".")[1]
        return changed(json.loads(base64.urlsafe_b64decode(segment + b"==")), changes)

    def signed(
        self,
        header: dict[str, Any] | bytes | None = None,
        claims: dict[str, Any] | bytes | None = None,
        key: SignatureKey | None = None,
    ) -> bytes:
        """A token with a good signature over whatever is in it."""
        header = self.header() if header is None else header
        claims = self.claims() if claims is None else claims
        signing_input = base64url(as_bytes(header)) + b"." + base64url(as_bytes(claims))
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
            base64url(as_bytes(self.header(alg="HS256", **header)))
            + b"."
            + base64url(as_bytes(self.claims()))
        )
        mac = hmac.digest(secret, signing_input, hashlib.sha256)
        return signing_input + b"." + base64url(mac)

    def with_signature(self, change: Callable[[int, int], bytes]) -> bytes:
        """The good token with another signature, made of its r and s."""
        head, claims, signature = self.segments()
        raw = base64.urlsafe_b64decode(signature + b"==")
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        return b".".join([head, claims, base64url(change(r, s))])

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


def raw(r: int, s: int) -> bytes:
    """The two numbers of a signature as JWS has them (RFC 7518 §3.4)."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def as_bytes(value: dict[str, Any] | bytes) -> bytes:
    """JSON, or bytes as they are."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def stray_bits(segment: bytes) -> bytes:
    """The same octets, spelled with other unused bits."""
    last = ALPHABET.index(segment[-1:])
    assert len(segment) % 4 in (2, 3)
    return segment[:-1] + ALPHABET[last + 1 : last + 2]


def twice(forger: Forger, name: str, value: Any) -> bytes:
    """A well-signed token in whose claims one stands twice."""
    claims = json.dumps(forger.claims())
    return forger.signed(
        claims=f"{claims[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()
    )


def header_twice(forger: Forger, member: str) -> bytes:
    """A well-signed token with one more member in its header."""
    header = json.dumps(forger.header())
    return forger.signed(header=f"{header[:-1]}, {member}}}".encode())


def other_signature(forger: Forger) -> bytes:
    """The good token with the signature of another one."""
    head, claims, _ = forger.segments()
    return b".".join([head, claims, forger.with_claims(note=0).split(b".")[2]])


def jwk_inside(forger: Forger) -> bytes:
    """A token that brings the key along which it is signed with."""
    own = new_key(ES256)
    return forger.signed(header=forger.header(jwk=own.public_jwk, kid=own.kid), key=own)
