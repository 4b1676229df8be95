"""What every page does before and after its own work. An ASGI application for each address."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.identity import accounts
from openslot.kernel.errors import OpenslotError
from openslot.storage.accounts import Account
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.transport import header, read_body, without_content
from openslot.web.page_kit.addresses import ACCOUNT_PAGE
from openslot.web.page_kit.cookies import FORM, SESSION
from openslot.web.page_kit.page_request import PageRequest, fields_of
from openslot.web.page_kit.pages import Pages
from openslot.web.page_kit.refusals import (
    PageRefused,
    no_such_page,
    not_a_form,
    refusal_of,
    suspended,
)

_MOST_FORM_BYTES = 16_384
_FORM_TYPE = b"application/x-www-form-urlencoded"

Handler = Callable[[PageRequest], Awaitable[Response]]


class PageEndpoint:
    """One address: a handler for GET, one for POST, or both. Every refusal is a page as well.

    HEAD goes with GET.
    """

    def __init__(
        self, pages: Pages, path: str, handlers: Mapping[str, Handler], fields: frozenset[str]
    ) -> None:
        """`path` is the route's, with `{account}` in it; `fields` are those of its forms."""
        self._pages = pages
        self._path = path
        self._handlers = handlers
        self._fields = fields
        methods = {*handlers, "HEAD"} if "GET" in handlers else set(handlers)
        self._allowed = ", ".join(sorted(methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds to a request."""
        try:
            response = await self._response(scope, receive)
        except PageRefused as refusal:
            response = self._pages.refusal(refusal, self._beginning(scope))
        except OpenslotError as error:
            response = self._pages.refusal(refusal_of(error), self._beginning(scope))
        # RFC 9110 §9.3.2: HEAD is GET without the content
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)

    async def _response(self, scope: Scope, receive: Receive) -> Response:
        handler = self._handlers.get("GET" if scope["method"] == "HEAD" else scope["method"])
        if handler is None:
            raise MethodNotAllowed(self._allowed)
        self._check_spelling(scope)
        body = await read_body(scope, receive, _MOST_FORM_BYTES)
        posted = scope["method"] == "POST"
        if posted and not _is_form(scope):
            raise not_a_form()
        account = await self._account(scope)
        client = scope.get("client")
        cookies = self._pages.cookies
        return await handler(
            PageRequest(
                account=account,
                method=scope["method"],
                parameters=scope["path_params"],
                query=scope["query_string"],
                headers=scope["headers"],
                body=body if posted else b"",
                form=fields_of(body, self._fields) if posted else {},
                address=client[0] if client else "",
                request_id=getattr(scope.get("state"), "id", None),
                session_cookie=cookies.read(scope["headers"], SESSION, account.name),
                form_cookie=cookies.read(scope["headers"], FORM, account.name),
            )
        )

    def _beginning(self, scope: Scope) -> str:
        """Where what the request goes on with begins: at the same address, if it can be read."""
        if "GET" not in self._handlers:
            return self._pages.addresses.of(ACCOUNT_PAGE, scope["path_params"]["account"])
        query = scope["query_string"].decode("latin-1")
        path = self._pages.addresses.of(self._path, **scope["path_params"])
        return f"{path}?{query}" if query else path

    def _check_spelling(self, scope: Scope) -> None:
        # RFC 3986 §2.2: an escaped slash is another character than a slash
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        if raw_path.count(b"/") != self._path.count("/") or scope["path"].endswith("\n"):
            raise no_such_page()

    async def _account(self, scope: Scope) -> Account:
        account = await self._pages.app.database.read_system(
            "an account is looked for by its name",
            accounts.by_name,
            scope["path_params"]["account"],
        )
        if account is None:
            raise no_such_page()
        if hasattr(scope.get("state"), "account"):  # the server's log names it
            scope["state"].account = account.name
        if account.suspended_at is not None:
            raise suspended()
        return account


def page_route(
    pages: Pages, path: str, handlers: Mapping[str, Handler], fields: frozenset[str] = frozenset()
) -> Route:
    """A route of a page, whose 405 is a page like all others."""
    return Route(path, PageEndpoint(pages, path, handlers, fields), methods=None)


def _is_form(scope: Scope) -> bool:
    media_type = header(scope["headers"], b"content-type") or b""
    return media_type.partition(b";")[0].strip().lower() == _FORM_TYPE
