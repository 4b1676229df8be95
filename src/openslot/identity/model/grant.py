"""A grant: what a user has let a client do, from the sign-in until it ends (RFC 6749 §1.3)."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user has let a client do, from one sign-in."""

    id: str  # UUID; the `gid` of its access tokens
    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    signed_in_at: Millis
    created_at: Millis
    dpop_jkt: str | None  # of a public client: the key that its refresh tokens are bound to
    seed: bytes  # 256 random bits
    generation: int  # of the refresh token that counts, from 0
    rotated_at: Millis  # when that one was made
    ended_at: Millis | None
