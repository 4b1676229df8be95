"""An OAuth client: a program that acts in an account, with what it may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis

# How a client authenticates (RFC 7591 §2, token_endpoint_auth_method)
CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105
CLIENT_SECRET_POST = "client_secret_post"  # noqa: S105
PRIVATE_KEY_JWT = "private_key_jwt"
PUBLIC = "none"
BOOKING_PAGE = "booking-page"  # the key of the built-in client, which no other can have
SECRET_METHODS = frozenset({CLIENT_SECRET_BASIC, CLIENT_SECRET_POST})


@dataclass(frozen=True, slots=True)
class Client:
    """A client of one account."""

    id: str  # UUID
    client_id: str  # what OAuth calls it: 26 of [a-z0-9]
    key: str  # the author's name for it in the account file
    name: str
    active: bool
    revoked_before: Millis  # tokens issued before this instant are dead
    version: int  # 1, raised by every change
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    auth_method: str
    jwks: Mapping[str, Any] | None  # the client's own public keys, for private_key_jwt

    @property
    def holds_secret(self) -> bool:
        """Whether it authenticates with a secret made here; Basic and body are both accepted."""
        return self.auth_method in SECRET_METHODS

    @property
    def is_public(self) -> bool:
        """Whether it only says who it is (RFC 6749 §2.1)."""
        return self.auth_method == PUBLIC

    @property
    def document(self) -> dict[str, Any]:
        """What the account file says of it, besides key and name."""
        return {
            "grants": list(self.grants),
            "scopes": list(self.scopes),
            "redirectUris": list(self.redirect_uris),
            "tokenEndpointAuthMethod": self.auth_method,
            "jwks": self.jwks,
        }


def complete_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """A client's entry of an account file with every field of `Client.document`, and no other."""
    return {
        "grants": list(document["grants"]),
        "scopes": list(document["scopes"]),
        "redirectUris": list(document.get("redirectUris") or ()),
        "tokenEndpointAuthMethod": document.get("tokenEndpointAuthMethod") or CLIENT_SECRET_BASIC,
        "jwks": document.get("jwks"),
    }


def newly_given(old: Client, new: Client) -> frozenset[str]:
    """The scopes that a change of a client gives to somebody.

    Those that were added. All of them where the change lets somebody else act as the client: by
    another key, redirect URI or grant type, or by another way to authenticate.
    """
    if _takes_over(old, new):
        return frozenset(new.scopes)
    return frozenset(new.scopes).difference(old.scopes)


def _takes_over(old: Client, new: Client) -> bool:
    return (
        not set(new.grants) <= set(old.grants)
        or not set(new.redirect_uris) <= set(old.redirect_uris)
        or any(key not in _keys(old) for key in _keys(new))
        # A secret is accepted by either of its two methods.
        or (new.auth_method != old.auth_method and not (old.holds_secret and new.holds_secret))
    )


def _keys(client: Client) -> list[Any]:
    return [] if client.jwks is None else list(client.jwks["keys"])
