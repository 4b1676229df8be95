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
