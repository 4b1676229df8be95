"""The token endpoint (RFC 6749 §3.2): client credentials in, an access token out."""

from starlette.requests import Request
from starlette.responses import Response

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
from openslot.web.oauth.answers import error_answer, token_answer
from openslot.web.oauth.envelope import Envelope, envelope_of
from openslot.web.oauth.token_checks import READING, Granted, TokenRequest, decide

ROOT_PATH = "/oauth2/token"


class TokenEndpoint:
    """Answers at both addresses of the endpoint."""

    def __init__(self, app: App) -> None:
        """Computes the pepper once."""
        self._app = app
        self._pepper = pepper_of(app.settings.master_key_bytes)

    async def at_root(self, request: Request) -> Response:
        """`/oauth2/token`: header or form name the account."""
        _check_spelling(request, ROOT_PATH)
        return await self._answer(request, None)

    async def at_account(self, request: Request) -> Response:
        """`/accounts/{account}/oauth2/token`: the path does."""
        account = request.path_params["account"]
        _check_spelling(request, f"/accounts/{account}{ROOT_PATH}")
        return await self._answer(request, account)

    async def _answer(self, http: Request, path_account: str | None) -> Response:
        try:
            granted = await self._granted(http, path_account)
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

    async def _granted(self, http: Request, path_account: str | None) -> Granted:
        envelope = envelope_of(http.scope["headers"])
        request = TokenRequest(
            method=http.scope["method"],
            query=http.scope["query_string"],
            path_account=path_account,
            envelope=envelope,
            body=await _body(http, envelope),
        )
        for check in READING:
            check(request)
        return await self._app.database.read_system(
            "a client is looked for before its account is known", decide, self._pepper, request
        )


def _check_spelling(http: Request, path: str) -> None:
    # A route's pattern also matches a path that ends in a line feed, and sees no escapes;
    # RFC 3986 §2.2: an escaped slash is another character than a slash
    raw_path = http.scope.get("raw_path") or path.encode()
    if http.scope["path"] != path or raw_path.count(b"/") != path.count("/"):
        raise NotFound("There is no such path")


async def _body(http: Request, envelope: Envelope) -> bytes:
    """The body, refused as soon as it is known to be too large."""
    for length in envelope.content_length:
        if length.isdigit() and (len(length) > 9 or int(length) > MOST_BODY_BYTES):
            raise BodyTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    body = b""
    more = True
    while more:
        message = await http.receive()
        if message["type"] != "http.request":
            raise InvalidRequest("The body ended early")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLarge(f"The body is larger than {MOST_BODY_BYTES} bytes")
    return body
