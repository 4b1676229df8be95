"""The documents about an account's authorization server: metadata, keys, the protected resource.

What they advertise works, and what works is advertised: the lists come from the code that does it.
"""

import json
from typing import Any

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.keys.public_keys import ALGORITHMS
from openslot.identity.model.client import (
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    PRIVATE_KEY_JWT,
    PUBLIC,
)
from openslot.identity.tokens.grant_types import GRANTS
from openslot.kernel import scopes
from openslot.kernel.errors import NotFound
from openslot.web.http import addresses
from openslot.web.http.response import JSON, Response
from openslot.web.oauth.authorize.checks import PROMPTS

_MAX_AGE_SECONDS = 3600
# A key is announced a day before its first use, so an hour would do; but after an emergency the
# old keys are trusted by whoever still has them in a cache.
_KEYS_MAX_AGE_SECONDS = 300


# OpenID Connect Discovery §3: readers refuse a document without them. No id token is issued; RS256
# MUST be among the algorithms.
_OPENID_REQUIRES = {
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
}
_CONFIDENTIAL = (CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, PRIVATE_KEY_JWT)


class Documents:
    """Makes the documents; except for the root's they need an account that exists."""

    def __init__(self, app: App) -> None:
        """Takes the wired application."""
        self._app = app
        self._public_url = app.settings.public_url

    async def server_metadata(self, account: str) -> Response:
        """RFC 8414 §2, at both well-known addresses of that name.

        Raises:
            NotFound: there is no such account.
        """
        await self._check(account)
        return _response(server_metadata(self._public_url, account))

    async def openid_metadata(self, account: str) -> Response:
        """The same, for readers that look where OpenID Connect Discovery §4 says.

        Raises:
            NotFound: there is no such account.
        """
        await self._check(account)
        return _response({**server_metadata(self._public_url, account), **_OPENID_REQUIRES})

    async def jwks(self, account: str) -> Response:
        """RFC 7517 §5: the installation's public keys, the same for every account.

        Raises:
            NotFound: there is no such account.
        """
        await self._check(account)
        return _response(self._app.keys.jwks(), max_age_seconds=_KEYS_MAX_AGE_SECONDS)

    async def root_resource(self) -> Response:
        """RFC 9728 §2, without saying which accounts there are."""
        return _response(resource_metadata(self._public_url, None))

    async def account_resource(self, account: str) -> Response:
        """RFC 9728 §2, with the account's authorization server.

        Raises:
            NotFound: there is no such account.
        """
        await self._check(account)
        return _response(resource_metadata(self._public_url, account))

    async def _check(self, name: str) -> None:
        account = await self._app.database.read_system(
            "an account is looked for by its name", accounts.by_name, name
        )
        if account is None:
            raise NotFound("Account not found")


def server_metadata(public_url: str, account: str) -> dict[str, Any]:
    """The metadata of an account's authorization server (RFC 8414 §2)."""
    return {
        "issuer": accounts.issuer_of(public_url, account),
        "authorization_endpoint": addresses.authorization_endpoint(public_url, account),
        "token_endpoint": addresses.token_endpoint(public_url, account),
        "revocation_endpoint": addresses.revocation_endpoint(public_url, account),
        "introspection_endpoint": addresses.introspection_endpoint(public_url, account),
        "jwks_uri": addresses.jwks_uri(public_url, account),
        "scopes_supported": list(scopes.ALL),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": sorted(GRANTS),
        "code_challenge_methods_supported": ["S256"],  # RFC 7636 §6.2
        **_authentication("token", *_CONFIDENTIAL, PUBLIC),
        **_authentication("revocation", *_CONFIDENTIAL, PUBLIC),
        **_authentication("introspection", *_CONFIDENTIAL),
        "dpop_signing_alg_values_supported": list(ALGORITHMS),  # RFC 9449 §5.1
        "authorization_response_iss_parameter_supported": True,  # RFC 9207 §3
        # OpenID Connect Discovery §3
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "prompt_values_supported": list(PROMPTS),
    }


def _authentication(endpoint: str, *methods: str) -> dict[str, Any]:
    return {
        f"{endpoint}_endpoint_auth_methods_supported": list(methods),
        f"{endpoint}_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
    }


def resource_metadata(public_url: str, account: str | None) -> dict[str, Any]:
    """The metadata of the API as a protected resource (RFC 9728 §2)."""
    document: dict[str, Any] = {
        "resource": public_url,
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(scopes.ALL),
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
    }
    if account is not None:
        document["authorization_servers"] = [accounts.issuer_of(public_url, account)]
    return document


def _response(document: dict[str, Any], *, max_age_seconds: int = _MAX_AGE_SECONDS) -> Response:
    body = json.dumps(document).encode()
    headers = {
        "Content-Type": JSON,
        "Cache-Control": f"public, max-age={max_age_seconds}",
    }
    return Response(200, body, headers)
