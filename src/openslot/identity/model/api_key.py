"""An API key of a client, as far as it is stored: never its text."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis

# What a number of customers says that comes with a key
TOTAL = "total"  # everybody who comes; "additional" is those beside the first

MOST_LIVE_API_KEYS = 2  # of one client


@dataclass(frozen=True, slots=True)
class ApiKeyContent:
    """What the account file says of an API key."""

    key: str  # the author's name for it, unique in the client
    party_counting: str = TOTAL
    customer_look_up: bool = False  # whether it finds the appointments of a person
    expires_at: Millis | None = None  # in real time, in a sandbox too


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key that has not been revoked; it may have expired."""

    id: str
    client_id: str
    content: ApiKeyContent
    created_at: Millis
    last_used_at: Millis | None  # up to 10 s late

    def is_live(self, now: Millis) -> bool:
        """Whether it has not expired."""
        return self.content.expires_at is None or self.content.expires_at > now


@dataclass(frozen=True, slots=True)
class ApiKeyCandidate:
    """An API key that has the digest asked for, with its client and account; nothing is judged."""

    api_key: ApiKey
    digest: bytes
    is_revoked: bool
    client_active: bool
    client_scopes: frozenset[str]
    account_id: str
    account_name: str
    account_suspended: bool
