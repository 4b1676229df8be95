"""What the programmers of OAuth clients are told of an account, and what they register for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import jwt

from identity.signing import Holder, es256, rs256
from journeys import town
from journeys.serving import Installation
from openslot.kernel import scopes

from .browserless import Browserless

EMAIL = "ann@example.org"
PASSWORD = "violoncello in the hall"
CALLBACK = "https://app.example.org/callback"
NATIVE_CALLBACK = "http://127.0.0.1/callback"  # RFC 8252 §7.3: on whichever port is free
ALGORITHMS = {"ES256": "acme", "RS256": "globex"}  # of access tokens, and who has chosen it
KEYS: Mapping[str, Holder] = {"ES256": es256(), "RS256": rs256()}
SCOPES = (scopes.BOOK, scopes.CANCEL)
_ALL_GRANTS = ["client_credentials", "authorization_code", "refresh_token"]


@dataclass(frozen=True)
class Client:
    """A registered client: one with a secret, one with a key, or a public one."""

    id: str
    callback: str
    secret: str = ""
    key: Holder | None = None


@dataclass(frozen=True)
class Site:
    """An account of a running server."""

    url: str  # the server's, which is the audience of its tokens
    algorithm: str  # of its access tokens
    backend: Client
    keyed: Mapping[str, Client]  # by the algorithm of their keys
    app: Client

    @property
    def issuer(self) -> str:
        """What a client has to know; everything else it can find out."""
        return f"{self.url}/accounts/{ALGORITHMS[self.algorithm]}"

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What it finds out (RFC 8414 §3.1)."""
        well_known = "/.well-known/oauth-authorization-server"
        address = self.issuer.replace("/accounts/", f"{well_known}/accounts/")
        document: dict[str, Any] = httpx.get(address).raise_for_status().json()
        return document

    @property
    def api(self) -> str:
        """A call of the booking API that any of the booking scopes may make."""
        return f"{self.url}/external/v1/services"

    @property
    def admin_api(self) -> str:
        """A call that none of the clients may make."""
        return f"{self.url}/admin/v1/users"

    def browser(self) -> Browserless:
        """A browser of the account's one user, who has not signed in yet."""
        return Browserless(EMAIL, PASSWORD)

    def claims(self, token: str, client: Client) -> dict[str, Any]:
        """The claims of a token of a client, validated by PyJWT with the keys from `jwks_uri`."""
        key = jwt.PyJWKClient(self.metadata["jwks_uri"]).get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[self.algorithm],
            audience=self.url,
            issuer=self.issuer,
            options={"require": ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]},
        )
        assert claims["client_id"] == client.id
        assert set(SCOPES) <= set(claims["scope"].split(" "))
        return claims

    def status(self, token: str) -> int:
        """How the API answers a bearer of the token."""
        return httpx.get(self.api, headers={"Authorization": f"Bearer {token}"}).status_code


def documents() -> list[dict[str, Any]]:
    """The account files: one account for each algorithm."""
    return [
        {
            **town.account_file(name),
            "settings": {"accessTokenAlgorithm": algorithm},
            "clients": [
                _client("backend"),
                *(_keyed(of_key, holder) for of_key, holder in KEYS.items()),
                {
                    **_client("app"),
                    "grants": _ALL_GRANTS[1:],
                    "redirectUris": [NATIVE_CALLBACK],
                    "tokenEndpointAuthMethod": "none",
                },
            ],
        }
        for algorithm, name in ALGORITHMS.items()
    ]


def _client(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "name": key.title(),
        "grants": _ALL_GRANTS,
        "scopes": [*scopes.BOOKING, scopes.INTROSPECT],
        "redirectUris": [CALLBACK],
    }


def _keyed(algorithm: str, holder: Holder) -> dict[str, Any]:
    return {
        **_client(f"keyed-{algorithm}"),
        "tokenEndpointAuthMethod": "private_key_jwt",
        "jwks": {"keys": [holder.jwk]},
    }


def site_of(installation: Installation, url: str, algorithm: str) -> Site:
    """What `openslot apply` has made of one of the documents."""

    def client(key: str, callback: str = CALLBACK, holder: Holder | None = None) -> Client:
        made = installation.clients[ALGORITHMS[algorithm], key]
        return Client(made.client_id, callback, made.client_secret, holder)

    return Site(
        url,
        algorithm,
        client("backend"),
        {of_key: client(f"keyed-{of_key}", CALLBACK, holder) for of_key, holder in KEYS.items()},
        client("app", NATIVE_CALLBACK.replace("/callback", ":49152/callback")),
    )
