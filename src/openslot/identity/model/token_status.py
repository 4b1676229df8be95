"""Whether a token still counts: what can end it before it expires."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """The state of everything that a token depends on."""

    account_name: str
    active: bool  # none of them is suspended, disabled, ended or revoked
    revoked_before: Millis  # the latest instant of them all
    client_scopes: frozenset[str]  # what the client may have, now


@dataclass(frozen=True, slots=True)
class DelegatedTokenStatus:
    """The state of a token that a user has delegated: who gave it to whom."""

    token_status: TokenStatus
    client_id: str
    user_id: str
    role: str  # the user's, now


def ending_all_tokens(revoked_before: Millis, now: Millis) -> Millis:
    """The next `revoked_before` of a client or user whose tokens from before now are all to end.

    It is one past the latest instant that a token may bear. A token is stamped with
    `revoked_before` at least, so one that is issued later lives, were it in the same millisecond.
    """
    return max(revoked_before, now) + 1
