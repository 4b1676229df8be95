"""The first page of an installation, and the page of addresses that there is nothing at."""

from functools import cache
from urllib.parse import quote, urlsplit

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.account_file.booking_page.documents import BookingPageDocument
from openslot.app import App
from openslot.identity import accounts
from openslot.kernel.errors import NotFound
from openslot.kernel.localized_text import text_in
from openslot.storage.accounts import Account
from openslot.web.front_page.preference import prefers_html
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.transport import without_content
from openslot.web.page_kit.rendering import READING, Templates

_MOST_LISTED = 50


def front_page_routes(app: App) -> list[Route]:
    """The route of the first page."""
    return [Route("/", _FrontPage(app, _base(app.settings.public_url)), methods=None)]


class _FrontPage:
    def __init__(self, app: App, base: str) -> None:
        self._app = app
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        found = await self._app.database.read_system(
            "the first page names the booking pages of all accounts", accounts.listed_ones
        )
        listed = [
            (_title(account), f"{self._base}/book/{quote(account.name)}")
            for account in found
            if _page_of(account).listed and _page_of(account).enabled
        ]
        response = _page("front.html", self._base, 200, listed=listed[:_MOST_LISTED])
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)


class Nowhere:
    """Every address that there is nothing at. An ASGI application."""

    def __init__(self, public_url: str) -> None:
        """Its page leads to the first one of the installation."""
        self._base = _base(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page for people, an error for programs.

        Raises:
            NotFound: a program has sent the request.
        """
        if scope["method"] not in ("GET", "HEAD") or not prefers_html(scope["headers"]):
            raise NotFound("There is nothing at this address")
        response = _page("nothing.html", self._base, 404)
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)


def _page(template: str, base: str, status: int, **values: object) -> Response:
    templates = _templates()
    headers = {**templates.headers(referrer_policy="no-referrer"), "Cache-Control": "no-store"}
    if status != 200:
        headers["Vary"] = "Accept"
    return Response(status, templates.render(template, base=base, **values), headers)


def _base(public_url: str) -> str:
    """What the paths of links begin with: a proxy may serve everything below a path."""
    return urlsplit(public_url).path.rstrip("/")


@cache
def _templates() -> Templates:
    return Templates("openslot.web.front_page", style_sheets=READING, form_action="'none'")


def _page_of(account: Account) -> BookingPageDocument:
    return BookingPageDocument.model_validate(account.content.get("bookingPage") or {})


def _title(account: Account) -> str:
    locales = account.content["locales"]
    title = _page_of(account).title or account.content["title"]
    return text_in(title, locales[0], locales)
