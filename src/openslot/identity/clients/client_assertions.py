"""Clients that authenticate with a key of their own: private_key_jwt (RFC 7523).

An assertion names the account's issuer as its one audience, so that one made for another server
is of no use here, nor the other way round; it counts for minutes, and once.
"""

from dataclasses import dataclass
from typing import Any

from openslot.identity.clients.proof_claims import (
    LEEWAY_MS,
    algorithm_of,
    digest_of_id,
    instant,
    text,
)
from openslot.identity.keys import jws
from openslot.identity.keys.jws import Jws, MalformedJws
from openslot.identity.keys.public_keys import UnusableKey, VerifyingKey, public_key_of
from openslot.identity.model.client import PRIVATE_KEY_JWT, Client
from openslot.identity.oauth_errors import InvalidClient
from openslot.identity.store import used_ids
from openslot.kernel.clock import Millis
from openslot.storage.transactions import AccountTx

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 §2.2

# Why an assertion was refused, for the audit trail alone: no response says it
UNREADABLE = "assertion_unreadable"
NO_KEY = "assertion_without_key"  # the client has registered none, or authenticates otherwise
WRONG_SIGNATURE = "assertion_wrong_signature"
WRONG_ISSUER = "assertion_wrong_issuer"  # iss or sub
WRONG_AUDIENCE = "assertion_wrong_audience"
EXPIRED = "assertion_expired"
TOO_LONG_LIVED = "assertion_too_long_lived"
NOT_YET_VALID = "assertion_not_yet_valid"
USED_BEFORE = "assertion_used_before"

_LONGEST_MS = 300_000
# RFC 8725 §3.11: other kinds of JWT are no assertion. RFC 7523 asks for no type.
_TYPES = frozenset({"jwt", "client-authentication+jwt"})
# Verified with, in vain, where no key fits: the base point of P-256 (SEC 2 §2.4.2)
_NOBODYS_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
}


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified assertion. Whether its id was used before, `use` asks."""

    digest_of_jti: bytes  # of client and jti together
    expires_at: Millis


def client_id_of(assertion: str) -> str | None:
    """The client that an assertion says it is of; nothing is verified."""
    try:
        return text(jws.json_object(jws.parse(assertion.encode()).payload), "sub")
    except MalformedJws:
        return None


def use(tx: AccountTx, assertion: Assertion) -> None:
    """Uses a verified assertion up, so `tx` must be a writing transaction.

    Raises:
        InvalidClient: it was used before (RFC 7523 §3, 7).
    """
    if not used_ids.use(tx, assertion.digest_of_jti, assertion.expires_at):
        raise InvalidClient(USED_BEFORE)


def read(client: Client | None, issuer: str, assertion: str, now: Millis) -> Assertion:
    """Verifies an assertion by RFC 7523 §3, apart from its being used once.

    `issuer` is the account's. With None for a client that there is not, the assertion is refused
    after about the same work.

    Raises:
        InvalidClient: with one of the reasons above.
    """
    try:
        parts = jws.parse(assertion.encode())
        claims = jws.json_object(parts.payload)
        keys = _keys_for(client, parts)
        if client is None or not keys:
            _verify_in_vain(parts)
            raise InvalidClient(NO_KEY)
        if not any(key.verifies(parts.signing_input, parts.signature) for key in keys):
            raise InvalidClient(WRONG_SIGNATURE)
        return _checked(claims, client.client_id, issuer, now)
    except MalformedJws as error:
        raise InvalidClient(UNREADABLE) from error


def _checked(claims: dict[str, Any], client_id: str, issuer: str, now: Millis) -> Assertion:
    # §3, 1 and 2: for client authentication both are the client id
    if text(claims, "iss") != client_id or text(claims, "sub") != client_id:
        raise InvalidClient(WRONG_ISSUER)
    # §3, 3: this server and nobody else, as a text or as a list (RFC 7519 §4.1.3)
    if claims.get("aud") not in (issuer, [issuer]):
        raise InvalidClient(WRONG_AUDIENCE)
    expires_at = instant(claims, "exp")
    if expires_at is None:
        raise MalformedJws("exp is missing")
    issued_at, valid_from = instant(claims, "iat"), instant(claims, "nbf")
    # §3, 4
    if now >= expires_at:
        raise InvalidClient(EXPIRED)
    # §3, 5 and 6
    if max(issued_at or 0, valid_from or 0) > now + LEEWAY_MS:
        raise InvalidClient(NOT_YET_VALID)
    # §3, 4: nor unreasonably far in the future. A client whose clock is a little ahead, as its
    # iat tells, may still use the five minutes.
    if expires_at > max(now, issued_at or 0) + _LONGEST_MS:
        raise InvalidClient(TOO_LONG_LIVED)
    return Assertion(digest_of_id("assertion", client_id, text(claims, "jti")), expires_at)


def _keys_for(client: Client | None, parts: Jws) -> list[VerifyingKey]:
    """The client's keys that may have signed this."""
    algorithm, kid = algorithm_of(parts), parts.header.get("kid")
    _check_type(parts.header.get("typ", "JWT"))
    registered = client.jwks if client and client.auth_method == PRIVATE_KEY_JWT else None
    keys = []
    for jwk in (registered or {}).get("keys", ()):
        # RFC 7515 §4.1.4: `kid` is a hint; a key that was registered without a name may be meant
        if kid is not None and jwk.get("kid", kid) != kid:
            continue
        try:
            key = public_key_of(jwk)
        except UnusableKey:
            continue
        # RFC 8725 §3.1: a key is used with one algorithm alone
        if key.algorithm == algorithm:
            keys.append(key)
    return keys


def _verify_in_vain(parts: Jws) -> None:
    """The work of a wrong signature, so that no response time reveals which clients have a key."""
    signature = parts.signature[:64].ljust(64, b"\1")
    public_key_of(_NOBODYS_JWK).verifies(parts.signing_input, signature)


def _check_type(typ: Any) -> None:
    # RFC 7515 §4.1.9: a media type, its case does not matter, `application/` may be left out
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") not in _TYPES:
        raise MalformedJws("not an assertion of a client")
