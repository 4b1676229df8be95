"""Authorization codes (RFC 6749 §4.1.2): used once, within a minute, by whom they were made for."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from openslot.identity.keys import jws
from openslot.identity.model.authorization_code import AuthorizationCode
from openslot.identity.model.client import Client
from openslot.identity.model.user import User
from openslot.identity.store import authorization_codes as rows
from openslot.identity.tokens import grants
from openslot.kernel.clock import Millis
from openslot.storage.transactions import AccountTx

LIFETIME_SECONDS = 60
PREFIX = "osc_"

# RFC 7636 §4.1: 43 to 128 unreserved characters
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


@dataclass(frozen=True, slots=True)
class Presented:
    """What a client sends to redeem a code, besides the code."""

    client_id: str
    redirect_uri: str | None
    code_verifier: str | None
    dpop_jkt: str | None  # of the proof that came along


def issue(
    tx: AccountTx,
    *,
    client: Client,
    user: User,
    signed_in_at: Millis,
    redirect_uri: str | None,
    code_challenge: str,
    dpop_jkt: str | None,
    scopes: tuple[str, ...],
) -> str:
    """A new code for what a user has just let a client do.

    `redirect_uri` is the request's parameter, None where it was left out; `code_challenge` is of
    the method S256 (RFC 7636 §4.2); `dpop_jkt` binds the code to a key (RFC 9449 §10).
    """
    text = PREFIX + secrets.token_urlsafe(32)
    issued_at = max(tx.real_now, grants.revoked_before(tx, client, user))
    rows.insert(
        tx,
        AuthorizationCode(
            digest=digest_of(text),
            client_id=client.client_id,
            user_id=user.id,
            redirect_uri=redirect_uri,
            code_challenge=code_challenge,
            dpop_jkt=dpop_jkt,
            scopes=scopes,
            signed_in_at=signed_in_at,
            expires_at=issued_at + LIFETIME_SECONDS * 1000,
            used_at=None,
            grant_id=None,
        ),
    )
    return text


def digest_of(text: str) -> bytes:
    """What is stored of a code: 256 random bits need no slower digest."""
    return hashlib.sha256(text.encode()).digest()


def fault(
    code: AuthorizationCode, presented: Presented, now: Millis, revoked_before: Millis
) -> str | None:
    """Why a code is not redeemed by what was presented, or None.

    What was issued before `revoked_before` is revoked.
    """
    if now >= code.expires_at:
        return "The code has expired"
    if code.expires_at - LIFETIME_SECONDS * 1000 < revoked_before:
        return "The code has been revoked"
    # RFC 6749 §4.1.3: issued to the authenticated client, and the redirect URIs are identical
    if presented.client_id != code.client_id:
        return "The code was issued to another client"
    if presented.redirect_uri != code.redirect_uri:
        return "redirect_uri is not the one that the code was asked for with"
    if not _verifies(presented.code_verifier or "", code.code_challenge):
        return "code_verifier does not fit the code_challenge"
    # RFC 9449 §10
    if code.dpop_jkt is not None and presented.dpop_jkt != code.dpop_jkt:
        return "The code is bound to another key than the DPoP proof's"
    return None


def _verifies(verifier: str, challenge: str) -> bool:
    # RFC 7636 §4.6: BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) == code_challenge
    if not _VERIFIER.fullmatch(verifier):
        return False
    computed = jws.base64url(hashlib.sha256(verifier.encode("ascii")).digest())
    return hmac.compare_digest(computed, challenge.encode())
