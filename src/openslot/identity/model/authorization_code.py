"""An authorization code (RFC 6749 §4.1.2), as far as it is stored: never its text."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a code stands for, and what has become of it."""

    digest: bytes  # SHA-256
    client_id: str
    user_id: str
    redirect_uri: str | None  # as it was asked for; None: it was left out
    code_challenge: str
    dpop_jkt: str | None
    scopes: tuple[str, ...]
    signed_in_at: Millis
    expires_at: Millis
    used_at: Millis | None
    grant_id: str | None  # what it gave
