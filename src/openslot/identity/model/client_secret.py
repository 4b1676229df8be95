"""A client secret, as far as it is stored: never its text."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """When a secret was made, when it expires and when it was last used."""

    id: str
    created_at: Millis
    expires_at: Millis | None
    last_used_at: Millis | None  # up to 10 s late


@dataclass(frozen=True, slots=True)
class SecretUse:
    """A secret has let a client in."""

    account_id: str
    client_id: str
    secret_id: str
    at: Millis
    address: str | None = None
    request_id: str | None = None
