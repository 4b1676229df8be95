"""What every page does before and after its own work. An ASGI application for each address."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.kernel.errors import OpenslotError
from openslot.storage.accounts import Account
from openslot.web.booking_page.page_account import PageAccount, page_account
from openslot.web.booking_page.public_request import PublicRequest, locale_of, travelling_of
from openslot.web.booking_page.refusal_pages import refusal_page
from openslot.web.booking_page.refusals import (
    ForeignForm,
    PageGone,
    UnreadableForm,
    check_not_foreign,
)
from openslot.web.booking_page.rendering import compressed
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.transport import header, read_body, without_content
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs, parse

_MOST_FORM_BYTES = 512 * 1024
_FORM_TYPE = b"application/x-www-form-urlencoded"

Handler = Callable[[PublicRequest], Awaitable[Response]]
Handlers = Mapping[str, Handler]


class PageAccounts(Protocol):
    """Whose pages some addresses are."""

    base: str  # the path of `publicUrl`, which links begin with

    async def account_of(self, scope: Scope) -> Account:
        """The account of a request.

        Raises:
            PageGone: there is no such page.
        """

    def count(self, account: Account, address: str) -> None:
        """Counts a request.

        Raises:
            RateLimited: the address has sent too many.
        """


class PublicEndpoint:
    """One address: a handler for GET, one for POST, or both. HEAD goes with GET."""

    def __init__(self, pages: PageAccounts, path: str, handlers: Handlers) -> None:
        """`path` is the route's, with its parameters in braces."""
        self._pages = pages
        self._slashes = path.count("/")
        self._handlers = handlers
        methods = {*handlers, "HEAD"} if "GET" in handlers else set(handlers)
        self._allowed = ", ".join(sorted(methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds to a request; every refusal is a page as well."""
        accepted = (header(scope["headers"], b"accept-encoding") or b"").decode("latin-1")
        response = compressed(await self._responded(scope, receive), accepted)
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)

    async def _responded(self, scope: Scope, receive: Receive) -> Response:
        page: PageAccount | None = None
        try:
            self._check_spelling(scope)
            account = await self._pages.account_of(scope)
            page = page_account(account)
            scope["state"].account = account.name  # the server's log names it
            handler = self._handler(scope["method"])
            address = scope["client"][0] if scope.get("client") else ""
            self._pages.count(account, address)
            form = await _form(scope, receive)
            return await handler(self._public_request(scope, account, form, address))
        except (OpenslotError, PageGone, ForeignForm, UnreadableForm) as error:
            return refusal_page(scope, error, page)

    def _public_request(
        self, scope: Scope, account: Account, form: FieldPairs, address: str
    ) -> PublicRequest:
        page = page_account(account)
        query = _query(scope)
        sent = FieldPairs([*form.pairs, *query.pairs])
        travelling = travelling_of(page, sent)
        accepted = (header(scope["headers"], b"accept-language") or b"").decode("latin-1")
        return PublicRequest(
            account=account,
            page=page,
            locale=locale_of(page, dict(travelling).get("lang", ""), accepted),
            query=query,
            form=form,
            travelling=travelling,
            base=self._pages.base,
            path=scope["path"],
            address=address,
            request_id=scope["state"].id,
            parameters=scope["path_params"],
        )

    def _handler(self, method: str) -> Handler:
        handler = self._handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            raise MethodNotAllowed(self._allowed)
        return handler

    def _check_spelling(self, scope: Scope) -> None:
        # RFC 3986 §2.2: an escaped slash is another character than a slash
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        if raw_path.count(b"/") != self._slashes or scope["path"].endswith("\n"):
            raise PageGone


def page_routes(pages: PageAccounts, handlers: Mapping[str, Handlers]) -> list[Route]:
    """The routes of some addresses, whose 405 is a page like all others."""
    return [
        Route(path, PublicEndpoint(pages, path, of_path), methods=None)
        for path, of_path in handlers.items()
    ]


async def _form(scope: Scope, receive: Receive) -> FieldPairs:
    """The form of a POST; the body of any other method is read and left out."""
    if scope["method"] == "POST":
        check_not_foreign(scope["headers"])
    body = await read_body(scope, receive, _MOST_FORM_BYTES)
    if scope["method"] != "POST":
        return NOTHING
    media_type = header(scope["headers"], b"content-type") or b""
    if media_type.partition(b";")[0].strip().lower() != _FORM_TYPE:
        raise UnreadableForm(415)
    try:
        return parse(body)
    except ValueError:
        raise UnreadableForm(400) from None


def _query(scope: Scope) -> FieldPairs:
    try:
        return parse(scope["query_string"])
    except ValueError:
        return NOTHING  # a link that was cut in the middle of a letter still leads somewhere
