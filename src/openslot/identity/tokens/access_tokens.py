"""Access tokens: JWTs by RFC 9068, issued and read here alone.

What the tokens say is verified by `TokenReader` once; whether they still count, by `actor_of` in
every transaction.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from openslot.identity.accounts import issuer_of
from openslot.identity.keys import jws
from openslot.identity.keys.jws import MalformedJws
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.signatures import ES256, RS256
from openslot.identity.model.client import Client
from openslot.identity.model.roles import ROLES
from openslot.identity.model.token_status import TokenStatus
from openslot.identity.store import token_status
from openslot.identity.tokens.token_ids import instant_of, is_token_id, new_token_id
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.errors import Unauthenticated
from openslot.storage.transactions import SystemTx

LIFETIME_SECONDS = 3600  # fixed by the contract; there is no setting for it

# Clocks of two machines differ; more than this is a fault to fix, not to hide.
_LEEWAY_SECONDS = 30
# RFC 8725 §3.1: only these, whatever the header says
_ALGORITHMS = frozenset({ES256, RS256})
# RFC 9068 §4: both spellings of the type, nothing else
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_HEADER_MEMBERS = frozenset({"alg", "typ", "kid"})
_MOST_CACHED = 10_000


class InvalidToken(Unauthenticated):
    """The token is not ours, has ended or was revoked: ask for another one (RFC 6750 §3.1)."""

    code = "invalid_token"
    title = "The access token is not valid"
    challenge_error: ClassVar[str | None] = "invalid_token"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The account in whose name a token is issued."""

    public_url: str
    account_id: str
    account_name: str
    algorithm: str  # the account's choice, ES256 or RS256
    revoked_before: Millis = 0  # tokens of the account issued before this instant are revoked


@dataclass(frozen=True, slots=True)
class Delegation:
    """In whose name a client acts, from a grant of theirs."""

    grant_id: str
    user_id: str
    signed_in_at: Millis
    revoked_before: Millis  # tokens of the user issued before this instant are revoked


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The claims of a verified token. Revocation is not part of it: see `actor_of`."""

    account_name: str  # from `iss`
    account_id: str
    client_id: str
    subject: str
    scopes: frozenset[str]
    token_id: str
    issued_at: Millis
    expires_at: Millis
    grant_id: str | None  # of a token that a user delegated
    jkt: str | None  # the key that it is bound to (RFC 9449 §6)


def issue(
    keys: KeyRing,
    issuer: Issuer,
    client: Client,
    scopes: tuple[str, ...],
    now: Millis,
    *,
    delegation: Delegation | None = None,
    jkt: str | None = None,
) -> str:
    """An access token (RFC 9068 §2.2), for `LIFETIME_SECONDS`.

    Without a `delegation` the client acts for itself; with a `jkt` the token is bound to that key.
    Client, issuer, delegation and `scopes` must be from one snapshot of the database: the token is
    stamped as issued after every revocation that was seen in it.
    """
    issued_at = now // 1000
    revoked_before = max(client.revoked_before, issuer.revoked_before)
    claims: dict[str, Any] = {
        "iss": issuer_of(issuer.public_url, issuer.account_name),
        # RFC 9068 §2.2: where no resource owner is involved, the subject is the client
        "sub": client.client_id,
        "aud": issuer.public_url,
        "client_id": client.client_id,
        "scope": " ".join(scopes),
        "account": issuer.account_id,
        "iat": issued_at,
        "exp": issued_at + LIFETIME_SECONDS,
    }
    if delegation is not None:
        claims["sub"] = delegation.user_id
        claims["auth_time"] = delegation.signed_in_at // 1000
        claims["gid"] = delegation.grant_id
        revoked_before = max(revoked_before, delegation.revoked_before)
    if jkt is not None:
        claims["cnf"] = {"jkt": jkt}
    claims["jti"] = new_token_id(max(now, revoked_before))
    return keys.sign(issuer.algorithm, claims)


class TokenReader:
    """Verifies access tokens, and remembers the verified ones until they expire."""

    def __init__(self, keys: KeyRing, public_url: str, *, most: int = _MOST_CACHED) -> None:
        """`most` is how many tokens are remembered; beyond it the oldest is verified again."""
        self._keys = keys
        self.public_url = public_url
        self._issuers = issuer_of(public_url, "")
        self._most = most
        self._verified: dict[bytes, AccessToken] = {}
        self._generation = keys.generation

    def read(self, token: bytes, now: Millis) -> AccessToken:
        """The claims of a token that this installation has signed and that has not expired.

        Raises:
            InvalidToken: anything else.
        """
        if self._generation != self._keys.generation:
            # A key is gone, and with it what it has signed.
            self._verified.clear()
            self._generation = self._keys.generation
        digest = hashlib.sha256(token).digest()
        known = self._verified.get(digest)
        if known is None:
            known = self._verify(token, now)
            if len(self._verified) >= self._most:
                # All live equally long, so the first one in is among the first to expire.
                del self._verified[next(iter(self._verified))]
            self._verified[digest] = known
        # RFC 7519 §4.1.4: the current time MUST be before exp. No leeway: 60 minutes is a promise.
        if now >= known.expires_at:
            del self._verified[digest]
            raise InvalidToken("The access token has expired")
        return known

    def _verify(self, token: bytes, now: Millis) -> AccessToken:
        try:
            parts = jws.parse(token)
            _check_header(parts.header)
            key = self._keys.verification_keys.get(parts.header["kid"])
            # RFC 8725 §3.1: a key is used with one algorithm alone
            if key is None or key.algorithm != parts.header["alg"]:
                raise MalformedJws("signed by no key of ours")
            if not key.verifies(parts.signing_input, parts.signature):
                raise MalformedJws("the signature is wrong")
            return self._claims(jws.json_object(parts.payload), now)
        except MalformedJws as error:
            raise InvalidToken("The access token was not issued by this server") from error

    def _claims(self, claims: dict[str, Any], now: Millis) -> AccessToken:
        # RFC 9068 §2.2: the claims that every token has
        issuer, token_id = _text(claims, "iss"), _text(claims, "jti")
        # RFC 9068 §4: iss exactly; that it is this account's, `actor_of` compares with the row
        if not issuer.startswith(self._issuers):
            raise MalformedJws("another issuer")
        # RFC 9068 §4: aud names this resource server
        if claims.get("aud") != self.public_url:
            raise MalformedJws("another audience")
        if not is_token_id(token_id):
            raise MalformedJws("a jti of another kind")
        latest = now // 1000 + _LEEWAY_SECONDS
        # RFC 7519 §4.1.5: not before nbf; and nothing is issued in the future
        if _seconds(claims, "iat") > latest or _seconds(claims, "nbf", absent=0) > latest:
            raise InvalidToken("The access token is not valid yet")
        return AccessToken(
            account_name=issuer.removeprefix(self._issuers),
            account_id=_text(claims, "account"),
            client_id=_text(claims, "client_id"),
            subject=_text(claims, "sub"),
            scopes=frozenset(_text(claims, "scope").split(" ")),
            token_id=token_id,
            issued_at=instant_of(token_id),
            expires_at=_seconds(claims, "exp") * 1000,
            grant_id=_text(claims, "gid") if "gid" in claims else None,
            jkt=_jkt(claims),
        )


def actor_of(tx: SystemTx, token: AccessToken) -> Actor:
    """Who a verified token speaks for, as the database knows them now.

    Raises:
        InvalidToken: it was revoked, or its account, client, user or grant has ended since.
    """
    if token.grant_id is None:
        client = token_status.of_client(tx, token.account_id, token.client_id, token.token_id)
        held = _check(client, token)
        return Actor(token.account_id, "client", token.client_id, held)
    user = token_status.of_grant(tx, token.account_id, token.grant_id, token.token_id)
    held = _check(None if user is None else user.token_status, token)
    assert user is not None  # noqa: S101  (checked with its token_status)
    if (user.user_id, user.client_id) != (token.subject, token.client_id):
        raise InvalidToken("The access token was not issued by this server")
    # A role that was changed since counts at once.
    scopes = held.intersection(ROLES.get(user.role, ()))
    return Actor(token.account_id, "user", user.user_id, scopes)


def _check(now: TokenStatus | None, token: AccessToken) -> frozenset[str]:
    """What the token carries and its client may still have: a scope taken away is gone at once."""
    if now is None or not now.active or token.issued_at < now.revoked_before:
        raise InvalidToken("The access token has been revoked")
    # RFC 9068 §4: the issuer is the account's own
    if token.account_name != now.account_name:
        raise InvalidToken("The access token was not issued by this server")
    return token.scopes & now.client_scopes


def _check_header(header: dict[str, Any]) -> None:
    # RFC 7515 §4.1.11: `crit` names what must be understood, and we understand none of it.
    # RFC 8725 §3.10: `jku`, `jwk`, `x5u` and `x5c` would let a token choose its own key.
    # We write neither, so a header with anything but our three members is not ours.
    if header.keys() != _HEADER_MEMBERS or not all(isinstance(v, str) for v in header.values()):
        raise MalformedJws("a header of another kind")
    if header["alg"] not in _ALGORITHMS:
        raise MalformedJws("another algorithm")
    if header["typ"] not in _TYPES:
        raise MalformedJws("not an access token")


def _jkt(claims: dict[str, Any]) -> str | None:
    confirmation = claims.get("cnf")
    if confirmation is None:
        return None
    # RFC 7800 §3.1: what confirms the holder must be understood; a key's thumbprint is
    if not isinstance(confirmation, dict) or confirmation.keys() != {"jkt"}:
        raise MalformedJws("bound to something else than a key")
    return _text(confirmation, "jkt")


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise MalformedJws(f"{name} is missing")
    return value


def _seconds(claims: dict[str, Any], name: str, absent: int | None = None) -> int:
    value = claims.get(name, absent)
    if type(value) is not int:
        raise MalformedJws(f"{name} is not a whole number of seconds")
    return value
