"""The token endpoint (RFC 6749 §3.2): client credentials in, an access token out."""

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.protocol import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    InvalidRequest,
    OAuthError,
    TemporarilyUnavailable,
)
from openslot.identity.secrets import pepper_of
from openslot.identity.tokens import Issuer, issue
from openslot.kernel.errors import NotFound, Unavailable
from openslot.web.oauth.answers import Answer, error_answer, token_answer
from openslot.web.oauth.envelope import Envelope, envelope_of
from openslot.web.oauth.token_checks import READING, Granted, TokenRequest, decide

ROOT_PATH = "/oauth2/token"


class TokenEndpoint:
    """Answers at both addresses of the endpoint. An ASGI application, for any method."""

    def __init__(self, app: App) -> None:
        """Computes the pepper once."""
        self._app = app
        self._pepper = pepper_of(app.settings.master_key_bytes)

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
            self._app.secret_uses.note(to.account_id, to.client.client_id, to.secret_id, granted.at)
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
        for check in READING:
            check(request)
        return await self._app.database.read_system(
            "a client is looked for before its account is known", decide, self._pepper, request
        )


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
