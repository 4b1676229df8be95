"""What the endpoints at which a client authenticates share (RFC 6749 §2.3, §3.2)."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.clients.authentication import AuthenticatedClient, authenticate
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.oauth_errors import (
    Damaged,
    FormTooLarge,
    InvalidClient,
    InvalidRequest,
    OAuthError,
    TemporarilyUnavailable,
    TooManyRequests,
)
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.errors import NotFound, Unavailable
from openslot.storage.damage import DatabaseDamaged
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.form_parsing import MOST_BODY_BYTES
from openslot.web.http.response import Response
from openslot.web.oauth import cors
from openslot.web.oauth.oauth_request import READING, OAuthRequest
from openslot.web.oauth.request_headers import OAuthHeaders, sort_headers
from openslot.web.oauth.responses import error_response
from openslot.web.oauth.throttles import Throttles

T = TypeVar("T")
_WHY = "a client is looked for before its account is known"
_TOO_LARGE = f"The request body is larger than {MOST_BODY_BYTES} bytes"


@dataclass(frozen=True, slots=True)
class CallingClient:
    """The authenticated client that a request is from."""

    client: AuthenticatedClient
    by: Actor  # the same, for the audit trail
    at: Millis  # when its request was decided


class ClientEndpoint(ABC):
    """One endpoint at both of its addresses. An ASGI application, for any method."""

    path: ClassVar[str]  # at the root, and under /accounts/{account}
    parameters: ClassVar[frozenset[str]]  # of its form, besides those that say who the client is

    def __init__(self, app: App, throttles: Throttles, origins: ClientOrigins) -> None:
        """Computes the pepper once."""
        self._app = app
        self._pepper = pepper_of(app.purpose_keys)
        self._public_url = app.settings.public_url
        self._throttles = throttles
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds to a request; only a path that does not exist is left to the server."""
        account = scope["path_params"].get("account")  # none at the root, where a header names it
        path = self.path if account is None else f"/accounts/{account}{self.path}"
        _check_spelling(scope, path)
        headers = sort_headers(scope["headers"])
        response = (
            await cors.preflight(self._origins, account, headers)
            if scope["method"] == "OPTIONS" and headers.requested_method
            else await self._response(scope, receive, account, headers)
        )
        if headers.origin:
            shown = await cors.cors_headers(self._origins, account, headers)
            response = replace(response, headers={**response.headers, **shown})
        await response.send(send)

    @abstractmethod
    async def respond(self, request: OAuthRequest, url: str, scope: Scope) -> Response:
        """The response to a request that could be read; `authenticated` says who it is from.

        `url` is the endpoint's own address under `publicUrl`.

        Raises:
            OAuthError: the request is refused.
        """

    async def authenticated(
        self,
        request: OAuthRequest,
        scope: Scope,
        decide: Callable[[SystemTx, CallingClient], T],
        *,
        writes: bool,
    ) -> tuple[CallingClient, T]:
        """The client, and what `decide` makes of its request in the same transaction.

        Raises:
            InvalidClient: it is not who it says.
            OAuthError: `decide` refuses; what it has changed until then is committed.
        """
        address, request_id = _address(scope), _request_id(scope)

        def run(tx: SystemTx) -> tuple[CallingClient, T | OAuthError]:
            client = authenticate(tx, self._pepper, self._public_url, request.credentials)
            by = Actor(
                client.account_id,
                "client",
                client.client.client_id,
                frozenset(),
                address or None,
                request_id,
            )
            caller = CallingClient(client, by, tx.real_now)
            try:
                return caller, decide(tx, caller)
            except OAuthError as refusal:
                # Returned, so that what the request has used up is committed as used.
                return caller, refusal

        database = self._app.database
        # An assertion is used up, so it needs a transaction that writes.
        if writes or request.client_assertion is not None:
            caller, outcome = await database.write_system(_WHY, run)
        else:
            caller, outcome = await database.read_system(_WHY, run)
        known = caller.client
        if known.secret_id is not None:
            self._app.secret_uses.note(
                known.account_id,
                known.client.client_id,
                known.secret_id,
                caller.at,
                address,
                request_id,
            )
        if isinstance(outcome, OAuthError):
            raise outcome
        return caller, outcome

    async def _response(
        self, scope: Scope, receive: Receive, account: str | None, headers: OAuthHeaders
    ) -> Response:
        try:
            request = OAuthRequest(
                method=scope["method"],
                query=scope["query_string"],
                path_account=account,
                headers=headers,
                body=await _body(receive, headers),
                parameters=self.parameters,
            )
            return await self._checked(request, scope)
        except OAuthError as error:
            return error_response(error)
        except DatabaseDamaged:
            return error_response(Damaged())
        except Unavailable:
            return error_response(
                TemporarilyUnavailable("Temporarily unavailable, please try again")
            )

    async def _checked(self, request: OAuthRequest, scope: Scope) -> Response:
        """The checks in their order, a client's throttling before its secret is looked at."""
        address = _address(scope)
        try:
            try:
                for check in READING:
                    check(request)
                self._throttles.ask(request.client_id, address)
                return await self.respond(request, self._public_url + scope["path"], scope)
            except InvalidClient:
                self._throttles.wrong(request.client_id, address)
                raise
        except (InvalidClient, TooManyRequests) as refusal:
            self._throttles.note(
                request.account_name, request.client_id, address, refusal, _request_id(scope)
            )
            raise


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _request_id(scope: Scope) -> str | None:
    return getattr(scope.get("state"), "id", None)


def _check_spelling(scope: Scope, path: str) -> None:
    # A route's pattern also matches a path that ends in a line feed, and does not see escapes;
    # RFC 3986 §2.2: an escaped slash is another character than a slash
    raw_path = scope.get("raw_path") or path.encode()
    if scope["path"] != path or raw_path.count(b"/") != path.count("/"):
        raise NotFound("Not found")


async def _body(receive: Receive, headers: OAuthHeaders) -> bytes:
    """The body, refused as soon as it is known to be too large."""
    for length in headers.content_length:
        if length.isdigit() and (len(length) > 9 or int(length) > MOST_BODY_BYTES):
            raise FormTooLarge(_TOO_LARGE)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidRequest("The request body is incomplete")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise FormTooLarge(_TOO_LARGE)
    return body
