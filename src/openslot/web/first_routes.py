"""What is served from the first answer on: tokens, the booking API, and how the server is."""

from starlette.routing import BaseRoute

from openslot.app import App
from openslot.web.api_routes import api_routes
from openslot.web.booking_api import routes as booking_api
from openslot.web.http.serving import health
from openslot.web.oauth.routes import oauth_routes
from openslot.web.request_rules import RequestRules


def first_routes(app: App, rules: RequestRules) -> list[BaseRoute]:
    """The routes that programs book with."""
    return [
        # The token endpoint first: routes are tried in order, half a microsecond each.
        *oauth_routes(app, rules.reader, rules.origins, rules.throttles),
        *api_routes(app, rules, booking_api.API),
        *health.routes(app),
    ]
