"""One path of an API: the checks of a request's form, then its call.

405, 413, 415 and what `call_reader` lists for what the request alone shows; `call_runner` has the
rest.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.web.http.call_reader import CallReader, check_media_type
from openslot.web.http.call_runner import CallRunner
from openslot.web.http.callers.authentication import Authentication
from openslot.web.http.conditional import unless_known
from openslot.web.http.limits import CallLimits
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.route import AnyRoute
from openslot.web.http.transport import read_body


class Endpoint:
    """One path: its routes by method. An ASGI application."""

    def __init__(
        self,
        app: App,
        authentication: Authentication,
        limits: CallLimits,
        routes: Mapping[str, AnyRoute],
        spellings: Mapping[str, str],
    ) -> None:
        """`routes` are the path's, by method; HEAD goes with GET. `spellings`: see `Interface`."""
        self._app = app
        self._routes = dict(routes)
        if "GET" in self._routes:
            self._routes["HEAD"] = self._routes["GET"]
        reader = CallReader(app, authentication, limits, spellings)
        self._runner = CallRunner(app, authentication, limits, reader, self._routes.values())
        self._allowed = ", ".join(sorted(self._routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; errors are left to the server around it."""
        response = await self._respond(scope, receive)
        await response.send(send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        route = self._routes.get(scope["method"])
        if route is None:
            raise MethodNotAllowed(self._allowed)
        fixed = route.accepts.most_bytes
        most_bytes = self._app.settings.max_body_bytes if fixed is None else fixed
        body = await read_body(scope, receive, most_bytes)
        if route.accepts.takes_body(body):
            check_media_type(scope["headers"], route.body_types)
        response = await self._runner.run(scope, route, body)
        return unless_known(scope["headers"], response) if route.is_conditional else response
