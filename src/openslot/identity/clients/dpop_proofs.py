"""DPoP proofs (RFC 9449): a client shows, for one request, that it holds a key.

There are no server nonces (§8). A nonce lets a server refuse proofs that were made in advance;
here a proof counts within a minute of its `iat` and its `jti` once, so one that was made in
advance or intercepted is of no use, and no client pays a second round trip.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from openslot.identity.clients.proof_claims import (
    algorithm_of,
    digest_of_id,
    instant,
    text,
)
from openslot.identity.clients.target_uris import normalised
from openslot.identity.keys import jws
from openslot.identity.keys.jws import MalformedJws
from openslot.identity.keys.public_keys import UnusableKey, VerifyingKey, public_key_of
from openslot.identity.oauth_errors import InvalidDpopProof
from openslot.identity.store import used_ids
from openslot.kernel.clock import Millis
from openslot.storage.transactions import AccountTx

_TYPE = "dpop+jwt"
_WINDOW_MS = 60_000


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified proof. Whether it was used before, `use` tells."""

    jkt: str  # the RFC 7638 thumbprint of the key, what `cnf` of a bound token holds
    digest_of_jti: bytes  # of key and jti together
    expires_at: Millis  # from then on it is refused for its age


def read_proof(
    proofs: Sequence[bytes],
    *,
    method: str,
    url: str,
    now: Millis,
    access_token: bytes | None = None,
) -> Proof:
    """Verifies the proof of a request, by every check of RFC 9449 §4.3 but the nonce's.

    `proofs` are the values of its `DPoP` headers, `url` its address under `publicUrl`.
    `access_token` is the token that came with it, None at the token endpoint.

    Raises:
        InvalidDpopProof: there is none, there are two, or it is not of this request.
    """
    # §4.3, 1: not more than one
    if len(proofs) != 1:
        count = "is missing" if not proofs else "appears more than once"
        raise InvalidDpopProof(f"The DPoP header {count}; send one proof")
    try:
        return _verified(proofs[0], method, url, now, access_token)
    except MalformedJws as error:
        raise InvalidDpopProof(f"The DPoP proof is not valid: {error}") from error
    except UnusableKey as error:
        raise InvalidDpopProof(f"The jwk of the DPoP proof cannot be used: {error}") from error


def use(tx: AccountTx, proof: Proof) -> None:
    """Uses a verified proof up, so `tx` must be a writing transaction.

    Raises:
        InvalidDpopProof: it was used before (RFC 9449 §11.1).
    """
    if not used_ids.use(tx, proof.digest_of_jti, proof.expires_at):
        raise InvalidDpopProof("The DPoP proof was used before; make one for each request")


def _verified(
    proof: bytes, method: str, url: str, now: Millis, access_token: bytes | None
) -> Proof:
    # §4.3, 2: a single well-formed JWT
    parts = jws.parse(proof)
    key = _key_of(parts)
    # §4.3, 6
    if not key.verifies(parts.signing_input, parts.signature):
        raise MalformedJws("the signature is not of the key in its header")
    claims = jws.json_object(parts.payload)
    # §4.3, 3: all of §4.2's claims are there
    token_id, htm, htu = (text(claims, name) for name in ("jti", "htm", "htu"))
    # §4.3, 8
    if htm != method:
        raise MalformedJws("htm is not the method of this request")
    # §4.3, 9: without query and fragment, after normalisation
    target = normalised(htu)
    if target is None or target != normalised(url):
        raise MalformedJws("htu is not the address of this request")
    made_at = instant(claims, "iat")
    # §4.3, 11
    if made_at is None or abs(now - made_at) > _WINDOW_MS:
        raise MalformedJws("iat is not within 60 seconds of now")
    # RFC 7519 §4.1.4, §4.1.5: a proof needs neither claim; if it has one, that is meant
    expires_at, valid_from = instant(claims, "exp"), instant(claims, "nbf")
    if expires_at is not None and now >= expires_at:
        raise MalformedJws("it has expired")
    if valid_from is not None and valid_from > now + _WINDOW_MS:
        raise MalformedJws("it is not valid yet")
    # §4.3, 12
    if access_token is not None and not _is_hash_of(text(claims, "ath"), access_token):
        raise MalformedJws("ath is not the hash of the access token")
    return Proof(
        jkt=key.kid,
        digest_of_jti=digest_of_id("dpop", key.kid, token_id),
        expires_at=made_at + _WINDOW_MS + 1,
    )


def _key_of(parts: jws.Jws) -> VerifyingKey:
    header = parts.header
    # §4.3, 4
    if header.get("typ") != _TYPE:
        raise MalformedJws(f"typ must be {_TYPE}")
    # §4.3, 5
    algorithm = algorithm_of(parts)
    jwk = header.get("jwk")
    if not isinstance(jwk, dict):
        raise MalformedJws("jwk is missing")
    # §4.3, 7: it holds no private half
    key = public_key_of(jwk)
    # RFC 8725 §3.1: a key is used with one algorithm alone
    if key.algorithm != algorithm:
        raise MalformedJws("jwk is not a key for alg")
    return key


def _is_hash_of(ath: str, access_token: bytes) -> bool:
    # §4.2: base64url of the SHA-256 of the token's ASCII
    wanted = jws.base64url(hashlib.sha256(access_token).digest())
    return hmac.compare_digest(ath.encode("utf-8", "surrogatepass"), wanted)
