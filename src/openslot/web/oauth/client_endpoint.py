"""What the endpoints have in common at which a client shows who it is (RFC 6749 §2.3, §3.2)."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.clients.authentication import AuthenticatedClient, authenticate
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.oauth_errors import (
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
from openslot.storage.transactions import SystemTx
from openslot.web.http.client_origins import ClientOrigins
from openslot.web.http.form_parsing import MOST_BODY_BYTES
from openslot.web.oauth.client_request import READING, ClientRequest
from openslot.web.oauth.request_headers import Envelope, envelope_of
from openslot.web.oauth.responses import OAuthResponse, error_response
from openslot.web.oauth.throttles import Throttles

T = TypeVar("T")
_WHY = "a client is looked for before its account is known"


@dataclass(frozen=True, slots=True)
class Caller:
    """The client that a request is from, and where from."""

    client: AuthenticatedClient
    by: Actor  # the same, for the audit trail
    at: Millis  # when its request was decided


class ClientEndpoint(ABC):
    """Answers at both addresses of an endpoint. An ASGI application, for any method."""

    path: ClassVar[str]  # at the root, and under /accounts/{account}
    parameters: ClassVar[frozenset[str]]  # of its form, besides those that say who the client is

    def __init__(self, app: App, throttles: Throttles, origins: ClientOrigins) -> None:
        """Computes the pepper once."""
        self._app = app
        self._pepper = pepper_of(app.settings.master_key_bytes)
        self._public_url = app.settings.public_url
        self._throttles = throttles
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; only a path that does not exist is left to the server around it."""
        account = scope["path_params"].get("account")  # none at the root, where a header names it
        path = self.path if account is None else f"/accounts/{account}{self.path}"
        _check_spelling(scope, path)
        envelope = envelope_of(scope["headers"])
        answer = (
            await self._origins.preflight(account, envelope)
            if scope["method"] == "OPTIONS" and envelope.requested_method
            else await self._answer(scope, receive, account, envelope)
        )
        if envelope.origin:
            shown = await self._origins.headers(account, envelope)
            answer = replace(answer, headers=(*answer.headers, *shown))
        await answer.send(send)

    @abstractmethod
    async def answer(self, request: ClientRequest, url: str, scope: Scope) -> OAuthResponse:
        """The answer to a request that could be read; asks `known` who it is from.

        `url` is the endpoint's own address under `publicUrl`.

        Raises:
            OAuthError: the request is refused.
        """

    async def known(
        self,
        request: ClientRequest,
        scope: Scope,
        decide: Callable[[SystemTx, Caller], T],
        *,
        writes: bool,
    ) -> tuple[Caller, T]:
        """The client, and what `decide` makes of its request in the same transaction.

        Raises:
            InvalidClient: it is not who it says.
            OAuthError: `decide` refuses; what it has changed until then is kept.
        """
        address, request_id = _address(scope), _request_id(scope)

        def run(tx: SystemTx) -> tuple[Caller, T | OAuthError]:
            client = authenticate(tx, self._pepper, self._public_url, request.credentials)
            by = Actor(
                client.account_id,
                "client",
                client.client.client_id,
                frozenset(),
                address or None,
                request_id,
            )
            caller = Caller(client, by, tx.real_now)
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

    async def _answer(
        self, scope: Scope, receive: Receive, account: str | None, envelope: Envelope
    ) -> OAuthResponse:
        try:
            request = ClientRequest(
                method=scope["method"],
                query=scope["query_string"],
                path_account=account,
                envelope=envelope,
                body=await _body(receive, envelope),
                parameters=self.parameters,
            )
            return await self._checked(request, scope)
        except OAuthError as error:
            return error_response(error)
        except Unavailable:
            return error_response(TemporarilyUnavailable("Not available at the moment, try again"))

    async def _checked(self, request: ClientRequest, scope: Scope) -> OAuthResponse:
        """The checks in their order, a client's throttling before its secret is looked at."""
        address = _address(scope)
        try:
            try:
                for check in READING:
                    check(request)
                self._throttles.ask(request.client_id, address)
                return await self.answer(request, self._public_url + scope["path"], scope)
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
    # A route's pattern also matches a path that ends in a line feed, and sees no escapes;
    # RFC 3986 §2.2: an escaped slash is another character than a slash
    raw_path = scope.get("raw_path") or path.encode()
    if scope["path"] != path or raw_path.count(b"/") != path.count("/"):
        raise NotFound("There is no such path")


async def _body(receive: Receive, envelope: Envelope) -> bytes:
    """The body, refused as soon as it is known to be too large."""
    for length in envelope.content_length:
        if length.isdigit() and (len(length) > 9 or int(length) > MOST_BODY_BYTES):
            raise FormTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidRequest("The body ended early")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise FormTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    return body
