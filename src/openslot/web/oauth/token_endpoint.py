"""The token endpoint (RFC 6749 §3.2): client credentials in, an access token out."""

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.protocol import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    InvalidClient,
    InvalidRequest,
    OAuthError,
    TemporarilyUnavailable,
    TooManyRequests,
)
from openslot.identity.secrets import pepper_of
from openslot.identity.tokens import Issuer, issue
from openslot.kernel.errors import NotFound, Unavailable
from openslot.web.oauth.answers import Answer, error_answer, token_answer
from openslot.web.oauth.envelope import Envelope, envelope_of
from openslot.web.oauth.throttles import Throttles
from openslot.web.oauth.token_checks import READING, Granted, TokenRequest, decide

ROOT_PATH = "/oauth2/token"


class TokenEndpoint:
    """Answers at both addresses of the endpoint. An ASGI application, for any method."""

    def __init__(self, app: App) -> None:
        """Computes the pepper once."""
        self._app = app
        self._pepper = pepper_of(app.settings.master_key_bytes)
        self._throttles = Throttles(app.settings, app.token_refusals)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; only a path that does not exist is left to the server around it."""
        account = scope["path_params"].get("account")  # none at the root, where a header names it
        _check_spelling(scope, ROOT_PATH if account is None else f"/accounts/{account}{ROOT_PATH}")
        answer = await self._answer(scope, receive, account)
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive, account: str | None) -> Answer:
        try:
            granted = await self._granted(scope, receive, account)
        except OAuthError as error:
            return error_answer(error)
        except Unavailable:
            return error_answer(TemporarilyUnavailable("Not available at the moment, try again"))
        to = granted.to
        if to.secret_id is not None:
            self._app.secret_uses.note(
                to.account_id,
                to.client.client_id,
                to.secret_id,
                granted.at,
                _address(scope),
                _request_id(scope),
            )
        issuer = Issuer(self._app.settings.public_url, to.account_id, to.account_name, to.algorithm)
        token = issue(self._app.keys, issuer, to.client, granted.scopes, granted.at)
        return token_answer(token, granted.scopes)

    async def _granted(self, scope: Scope, receive: Receive, account: str | None) -> Granted:
        envelope = envelope_of(scope["headers"])
        request = TokenRequest(
            method=scope["method"],
            query=scope["query_string"],
            path_account=account,
            envelope=envelope,
            body=await _body(receive, envelope),
        )
        address = _address(scope)
        try:
            granted = await self._authenticated(request, address)
        except (InvalidClient, TooManyRequests) as refusal:
            self._throttles.note(
                request.account_name, request.client_id, address, refusal, _request_id(scope)
            )
            raise
        self._throttles.succeeded(granted.to.client.client_id)
        return granted

    async def _authenticated(self, request: TokenRequest, address: str) -> Granted:
        """The checks in their order, a client's throttling before its secret is looked at."""
        try:
            for check in READING:
                check(request)
            self._throttles.ask(request.client_id, address)
            return await self._app.database.read_system(
                "a client is looked for before its account is known", decide, self._pepper, request
            )
        except InvalidClient:
            self._throttles.wrong(request.client_id, address)
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
            raise BodyTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidRequest("The body ended early")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    return body
