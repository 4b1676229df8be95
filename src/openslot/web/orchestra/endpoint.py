"""The interface as one ASGI application: finds the call of a path and runs it."""

from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.web.http.call_reader import check_media_type
from openslot.web.http.call_runner import CallRunner
from openslot.web.http.limits import CallLimits, Limit
from openslot.web.http.problems import BodyTooLarge, MethodNotAllowed, UnsupportedMediaType
from openslot.web.http.response import Response
from openslot.web.http.route import AnyRoute
from openslot.web.http.transport import header, read_body
from openslot.web.orchestra.call_reader import OrchestraCallReader, RequestForm
from openslot.web.orchestra.callers import ApiKeyCallers
from openslot.web.orchestra.matrix_parameters import UnreadablePath, parse_path
from openslot.web.orchestra.paths import CallTable

_WHY = "an API key says which account"
_NOT_HERE = "There is no such call"


class OrchestraEndpoint:
    """Every path below the bases. Errors are left to the server around it."""

    def __init__(
        self, app: App, limits: CallLimits, wrong_secrets: Limit, routes: Sequence[AnyRoute]
    ) -> None:
        """`wrong_secrets` counts by address, for all who compare secrets."""
        callers = ApiKeyCallers(app, wrong_secrets)
        self._app = app
        self._table = CallTable(routes)
        self._reader = OrchestraCallReader(app, callers, limits)
        self._runner = CallRunner(app, callers, limits, self._reader, routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        response = await self._respond(scope, receive)
        await response.send(send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        try:
            path = parse_path(scope["raw_path"].decode("latin-1"))
        except UnreadablePath as unreadable:
            return await self._refuse(scope, unreadable)
        found = self._table.find(path.segments)
        if found is None:
            return await self._refuse(scope, NotFound(_NOT_HERE))
        route = found.routes.get(scope["method"])
        if route is None:
            return await self._refuse(scope, MethodNotAllowed(", ".join(sorted(found.routes))))
        scope["route"] = route
        body, refusal = await self._body(scope, receive, route)
        scope["openslot.form"] = RequestForm(path, found.parameters, refusal)
        return await self._runner.run(scope, route, body)

    async def _refuse(self, scope: Scope, refusal: OpenslotError) -> Response:
        """Raises a refusal to those alone whose account has the interface."""
        await self._app.database.read_system(_WHY, self._reader.admitted, scope)
        raise refusal

    async def _body(
        self, scope: Scope, receive: Receive, route: AnyRoute
    ) -> tuple[bytes, OpenslotError | None]:
        """The body, or what is wrong with its form."""
        try:
            body = await read_body(scope, receive, self._app.settings.max_body_bytes)
        except BodyTooLarge as too_large:
            return b"", too_large if route.accepts.body is not None else None
        if route.accepts.body is not None and body.strip():
            try:
                if header(scope["headers"], b"content-type") is not None:
                    check_media_type(scope["headers"], route.body_types)
            except UnsupportedMediaType as unsupported:
                return b"", unsupported
        return body, None
