"""The documents about an account's authorization server: metadata, keys, the protected resource.

What they advertise works, and what works is advertised: the lists come from the code that does it.
"""

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

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
from openslot.web.http import addresses, public_documents

_MAX_AGE_SECONDS = 3600
# A key is announced a day before its first use, so an hour would do; but after an emergency the
# old keys are believed by whoever still has them in a cache.
_KEYS_MAX_AGE_SECONDS = 300


_CONFIDENTIAL = (CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, PRIVATE_KEY_JWT)


class Documents:
    """Endpoints of the documents; all of them are of accounts that exist, but for the root's."""

    def __init__(self, app: App) -> None:
        """Takes the wired application."""
        self._app = app
        self._public_url = app.settings.public_url

    async def server_metadata(self, request: Request) -> Response:
        """RFC 8414 §2, at both well-known addresses."""
        account = await self._account(request)
        return _answer(request, server_metadata(self._public_url, account))

    async def jwks(self, request: Request) -> Response:
        """RFC 7517 §5: the installation's public keys, the same for every account."""
        await self._account(request)
        return _answer(request, self._app.keys.jwks(), max_age=_KEYS_MAX_AGE_SECONDS)

    async def root_resource(self, request: Request) -> Response:
        """RFC 9728 §2, without saying which accounts there are."""
        return _answer(request, resource_metadata(self._public_url, None))

    async def account_resource(self, request: Request) -> Response:
        """RFC 9728 §2, with the account's authorization server."""
        account = await self._account(request)
        return _answer(request, resource_metadata(self._public_url, account))

    async def _account(self, request: Request) -> str:
        name: str = request.path_params["account"]
        account = await self._app.database.read_system(
            "an account is looked for by its name", accounts.by_name, name
        )
        if account is None:
            raise NotFound("There is no such account")
        return name


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
        "prompt_values_supported": ["none", "login", "consent"],
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


def _answer(
    request: Request, document: dict[str, Any], *, max_age: int = _MAX_AGE_SECONDS
) -> Response:
    body = json.dumps(document).encode()
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": f"public, max-age={max_age}",
        **public_documents.ANY_ORIGIN,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if _is_known(request.headers.getlist("if-none-match"), headers["ETag"]):
        del headers["Content-Type"]
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers)


def _is_known(if_none_match: list[str], etag: str) -> bool:
    # RFC 9110 §13.1.2: any of a list, by weak comparison, or `*`
    tags = [tag.strip().removeprefix("W/") for field in if_none_match for tag in field.split(",")]
    return etag in tags or "*" in tags
