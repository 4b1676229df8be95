"""Addresses below `/book/` and `/manage/` that there is nothing at: they are pages, too."""

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from openslot.web.booking_page.refusal_pages import MANAGE, refusal_page
from openslot.web.booking_page.refusals import PageGone
from openslot.web.booking_page.rendering import compressed
from openslot.web.http.response import Response
from openslot.web.http.transport import header, without_content

BOOK = "/book/"


def nowhere_routes() -> list[Route]:
    """The routes of everything else, to stand behind all others."""
    endpoint: ASGIApp = _Nowhere()
    return [Route(f"{path}{{rest:path}}", endpoint, methods=None) for path in (BOOK, MANAGE)]


def server_refusal(scope: Scope, error: Exception) -> Response | None:
    """What the server around the pages refuses, as a page; None for any other address."""
    if not scope["path"].startswith((BOOK, MANAGE)):
        return None
    return refusal_page(scope, error, None)


class _Nowhere:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = (header(scope["headers"], b"accept-encoding") or b"").decode("latin-1")
        response = compressed(refusal_page(scope, PageGone(), None), accepted)
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)
