"""Every page of the console."""

from urllib.parse import urlsplit

from starlette.routing import Route, compile_path
from starlette.types import Scope

from openslot.app import App
from openslot.kernel.errors import OpenslotError
from openslot.web.console.account_file import routes as account_file
from openslot.web.console.appointments import routes as appointments
from openslot.web.console.attention import routes as attention
from openslot.web.console.audit import routes as audit
from openslot.web.console.calendar import routes as calendar
from openslot.web.console.catalogue import routes as catalogue
from openslot.web.console.clients import routes as clients
from openslot.web.console.customers import routes as customers
from openslot.web.console.feeds import routes as feeds
from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.navigation import Navigation
from openslot.web.console.frame.notices import Notices
from openslot.web.console.frame.rendering import Rendering
from openslot.web.console.frame.serving.callers import Caller, Callers
from openslot.web.console.frame.serving.endpoint import (
    ConsoleEndpoint,
    Gate,
    NothingHere,
    refusal_page,
    request_of,
)
from openslot.web.console.frame.serving.static_files import static_route
from openslot.web.console.home import Home
from openslot.web.console.keys import routes as keys
from openslot.web.console.message_texts import routes as message_texts
from openslot.web.console.page_settings import routes as page_settings
from openslot.web.console.preferences import routes as preferences
from openslot.web.console.print import routes as printing
from openslot.web.console.setup import routes as setup
from openslot.web.console.sign_in.sign_in_form import SignInForm
from openslot.web.console.sign_in.sign_in_page import ConsoleSignIn, SignInParts
from openslot.web.console.sign_in.sign_out import SignOut
from openslot.web.console.statistics import routes as statistics
from openslot.web.console.today import routes as today
from openslot.web.console.users import routes as users
from openslot.web.console.webhooks import routes as webhooks
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import CONSOLE, CONSOLE_SIGN_IN
from openslot.web.page_kit.field_pairs import NOTHING
from openslot.web.page_kit.session_pages import SessionPages

_BELOW = CONSOLE + "/"


def console_routes(app: App, shared: SessionPages) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    base = _base(app.settings.public_url)
    callers = Callers(app, shared.cookies)
    rooms: dict[str, Address] = {}
    rendering = Rendering(base, Navigation(rooms, app.settings.owner_account))
    console = Console(app, shared.forms, Notices(shared.cookies, shared.forms), rendering)
    rooms |= _rooms(console)
    signing_out = SignOut(console, callers, shared.cookies)
    rooms[f"{CONSOLE}/sign-out"] = Address(SEES, post=signing_out.sign_out)
    parts = SignInParts(
        app=app,
        addresses=shared.addresses,
        cookies=shared.cookies,
        forms=shared.forms,
        throttle=shared.sign_in_throttle,
        callers=callers,
        rendering=rendering,
        origin=shared.origin,
        base=base,
    )
    sign_in = ConsoleSignIn(parts, _Typed(rooms, base))
    gate = Gate(
        callers, shared.forms, rendering, console.notices, shared.origin, base, sign_in.again
    )
    return [
        Route(CONSOLE_SIGN_IN, sign_in, methods=None),
        static_route(),
        *(
            Route(path, ConsoleEndpoint(gate, path, address), methods=None)
            for path, address in rooms.items()
        ),
        Route(f"{_BELOW}{{rest:path}}", NothingHere(gate), methods=None),
    ]


def console_refusal(scope: Scope, error: Exception, public_url: str) -> Response | None:
    """What the server around the pages refuses, as a page; None for any other address."""
    if not scope["path"].startswith(_BELOW):
        return None
    rendering = Rendering(_base(public_url), Navigation({}, ""))
    return refusal_page(rendering, scope, error)


def _base(public_url: str) -> str:
    """What the paths of links begin with: a proxy may serve everything below a path."""
    return urlsplit(public_url).path.rstrip("/")


def _rooms(console: Console) -> Addresses:
    """Every address for somebody who is signed in."""
    home = Home(console)
    return {
        CONSOLE: Address(SEES, get=home.show),
        **account_file.routes(console),
        **appointments.routes(console),
        **attention.routes(console),
        **audit.routes(console),
        **calendar.routes(console),
        **catalogue.routes(console),
        **clients.routes(console),
        **customers.routes(console),
        **feeds.routes(console),
        **keys.routes(console),
        **message_texts.routes(console),
        **page_settings.routes(console),
        **preferences.routes(console),
        **printing.routes(console),
        **setup.routes(console),
        **statistics.routes(console),
        **today.routes(console),
        **users.routes(console),
        **webhooks.routes(console),
    }


class _Typed:
    """Shows the page of a form with what was typed there, once somebody has signed in again."""

    def __init__(self, rooms: Addresses, base: str) -> None:
        self._rooms = rooms
        self._base = base

    async def show(self, scope: Scope, caller: Caller, form: SignInForm) -> Response | None:
        """The page; None: no page has this path, or the role may not see it."""
        path, _, query = form.typed_at.partition("?")
        for pattern, address in self._rooms.items():
            found = compile_path(pattern)[0].match(path)
            if found is None or address.get is None:
                continue
            there = {
                **scope,
                "method": "GET",
                "path": path,
                "path_params": found.groupdict(),
                "query_string": query.encode(),
            }
            request = request_of(there, self._base, caller, NOTHING, form.typed)
            if not request.may(address.scope):
                return None
            try:
                shown = await address.get(request)
            except OpenslotError:  # the page is gone; whoever has signed in stays signed in
                return None
            return shown if isinstance(shown, Response) else None
        return None
