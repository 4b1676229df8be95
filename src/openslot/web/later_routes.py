"""Every other interface. Loading them takes as long as all the rest of a start."""

from starlette.routing import BaseRoute
from starlette.types import Scope

from openslot.app import App
from openslot.kernel.errors import OpenslotError
from openslot.web.admin_api import routes as admin_api
from openslot.web.api_routes import api_routes, for_any_method
from openslot.web.booking_api import routes as booking_api
from openslot.web.booking_page.nowhere import server_refusal
from openslot.web.booking_page.routes import booking_page_routes
from openslot.web.console.routes import console_refusal, console_routes
from openslot.web.docs import routes as pages
from openslot.web.docs.openapi import routes as openapi
from openslot.web.feeds.routes import feed_routes
from openslot.web.first_routes import first_routes
from openslot.web.front_page.routes import Nowhere, front_page_routes
from openslot.web.http.interface import Interface
from openslot.web.http.response import Response
from openslot.web.oauth.authorize.endpoint import authorize_route
from openslot.web.orchestra import routes as orchestra
from openslot.web.orchestra.endpoint import OrchestraEndpoint
from openslot.web.orchestra.errors import orchestra_refusal
from openslot.web.orchestra.paths import BASES
from openslot.web.orchestra.responses import CalendarProblem
from openslot.web.page_kit.session_pages import session_pages
from openslot.web.request_rules import RequestRules
from openslot.web.sign_in.routes import sign_in_routes

# It has always taken the other spellings of the booking API too.
ADMIN_API = Interface(admin_api.PREFIX, admin_api.ROUTES, booking_api.SPELLINGS)
CALENDAR_DOCUMENT = openapi.DocumentedCalendar(orchestra.API, CalendarProblem)


def later_routes(app: App, rules: RequestRules) -> list[BaseRoute]:
    """The admin API, the Orchestra API, documents, feeds and every page."""
    public_url = app.settings.public_url
    shared_pages = session_pages(app)
    calendar = OrchestraEndpoint(app, rules.limits, rules.throttles.by_address, orchestra.ROUTES)
    documented = (openapi.booking_api(booking_api.API), openapi.admin_api(ADMIN_API))
    return [
        *api_routes(app, rules, ADMIN_API),
        *(for_any_method(f"{base}/{{below:path}}", calendar) for base in BASES),
        authorize_route(shared_pages),
        *sign_in_routes(shared_pages),
        *booking_page_routes(app),
        *console_routes(app, shared_pages),
        *feed_routes(app),
        *front_page_routes(app),
        *openapi.routes(public_url, (*documented, CALENDAR_DOCUMENT)),
        *pages.routes(public_url, *documented, CALENDAR_DOCUMENT),
    ]


def all_routes(app: App) -> list[BaseRoute]:
    """Every route of the server."""
    rules = RequestRules.of(app)
    return [*first_routes(app, rules), *later_routes(app, rules)]


def nowhere(app: App) -> Nowhere:
    """What serves the addresses that there is nothing at."""
    return Nowhere(app.settings.public_url)


def refusal(scope: Scope, error: OpenslotError, public_url: str) -> Response | None:
    """An error as the interface of a path shows it; None: as a problem."""
    return (
        server_refusal(scope, error)
        or console_refusal(scope, error, public_url)
        or orchestra_refusal(scope["path"], error)
    )
