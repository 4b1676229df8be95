"""The routes of an API: each path takes any method, and refuses it itself."""

from starlette.routing import Route
from starlette.types import ASGIApp

from openslot.app import App
from openslot.web.http.callers.cors import Cors
from openslot.web.http.endpoint import Endpoint
from openslot.web.http.interface import Interface
from openslot.web.request_rules import RequestRules


def api_routes(app: App, rules: RequestRules, interface: Interface) -> list[Route]:
    """The routes of an interface that is called with bearer tokens."""
    return [
        for_any_method(
            interface.prefix + path,
            Cors(
                Endpoint(app, rules.callers, rules.limits, routes, interface.spellings),
                ", ".join(sorted(routes)),
                rules.origins,
            ),
        )
        for path, routes in interface.by_path().items()
    ]


def for_any_method(path: str, endpoint: ASGIApp) -> Route:
    """A route whose endpoint refuses a method itself, as a problem."""
    route = Route(path, endpoint)
    route.methods = None
    return route
