"""The server: every route, and what surrounds each request."""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openslot.app import App, open_app
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.kernel.errors import NotFound, OpenslotError, Unavailable
from openslot.kernel.ids import new_id
from openslot.observability.logs import LogLines, logs
from openslot.observability.traces import Traces
from openslot.settings import Settings
from openslot.web.admin_api import routes as admin_api
from openslot.web.booking_api import routes as booking_api
from openslot.web.booking_page.nowhere import server_refusal
from openslot.web.booking_page.routes import booking_page_routes
from openslot.web.console.routes import console_refusal, console_routes
from openslot.web.docs import routes as pages
from openslot.web.docs.openapi import routes as openapi
from openslot.web.feeds.routes import feed_routes
from openslot.web.front_page.routes import Nowhere, front_page_routes
from openslot.web.http.callers.authentication import Authentication
from openslot.web.http.callers.bearer import BearerAuthentication
from openslot.web.http.callers.client_origins import ClientOrigins
from openslot.web.http.callers.cors import Cors
from openslot.web.http.endpoint import Endpoint
from openslot.web.http.interface import Interface
from openslot.web.http.limits import CallLimits
from openslot.web.http.problems import InternalError, RequestTimeout, problem
from openslot.web.http.serving import health
from openslot.web.http.serving.deadlines import Deadline, Deadlines
from openslot.web.http.serving.metrics import Metrics
from openslot.web.http.serving.request_log import RequestLog
from openslot.web.http.serving.route_table import RouteTable
from openslot.web.http.transport import ClientGone, check_headers
from openslot.web.oauth.authorize.endpoint import authorize_route
from openslot.web.oauth.routes import oauth_routes
from openslot.web.oauth.server_refusals import oauth_refusal
from openslot.web.oauth.throttles import Throttles
from openslot.web.orchestra import routes as orchestra
from openslot.web.orchestra.endpoint import OrchestraEndpoint
from openslot.web.orchestra.errors import orchestra_refusal
from openslot.web.orchestra.paths import BASES
from openslot.web.orchestra.responses import CalendarProblem
from openslot.web.page_kit.session_pages import session_pages
from openslot.web.sign_in.routes import sign_in_routes
from openslot.worker import loops

_SWITCH_SECONDS = 0.0002

BOOKING_API = booking_api.API
# It has always taken the other spellings of the booking API too.
ADMIN_API = Interface(admin_api.PREFIX, admin_api.ROUTES, booking_api.SPELLINGS)
CALENDAR_DOCUMENT = openapi.DocumentedCalendar(orchestra.API, CalendarProblem)


@dataclass(slots=True)
class RequestState:
    """What is known of a request while it runs."""

    id: str
    account: str | None = None
    status: int = 0
    headers: Sequence[tuple[bytes, bytes]] = ()  # that every response to it has
    limit: Deadline | None = None
    lifted_at: float = 0.0  # by the performance counter; 0: the limit holds

    def lift_limit(self) -> None:
        """The response goes on for as long as somebody listens: it is measured until now."""
        self.lifted_at = time.perf_counter()
        if self.limit is not None:
            self.limit.lift()


class Server:
    """The ASGI application of one process."""

    def __init__(
        self,
        settings: Settings,
        log_lines: LogLines | None = None,
        traces: Traces | None = None,
    ) -> None:
        """Nothing is opened before the lifespan begins.

        `log_lines` and `traces` are those of this process; what they hold is sent before the
        lifespan ends.
        """
        self._settings = settings
        self._traces = traces
        senders = (log_lines, traces.spans if traces else None)
        self._senders = [sender for sender in senders if sender is not None]
        self._router = Router(redirect_slashes=False, default=Nowhere(settings.public_url))
        # Looked up instead of tried one after the other.
        self._table = RouteTable()
        self._metrics = Metrics(settings.metrics_token, self._senders)
        self._log = structlog.get_logger("openslot.web")
        self._request_log = RequestLog(log_lines if logs(settings.log_level, "info") else None)
        self._deadlines = Deadlines(settings.request_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the lifespan or one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Opens the app, and closes it when the server stops."""
        await receive()
        try:
            app = await open_app(self._settings, serves=True, traces=self._traces)
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        routes = [*routes_of(app), *self._metrics.routes(app)]
        self._router.routes.extend(routes)
        self._table.add(routes)
        # What is there now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        # The thread that commits needs the interpreter for an instant before and after the disk;
        # beside a busy loop it would wait for the usual 5 ms each time.
        sys.setswitchinterval(_SWITCH_SECONDS)
        upkeep = asyncio.create_task(loops.run(app, delivers=self._settings.serve_delivers))
        following = asyncio.create_task(app.keys.follow(app.database))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        upkeep.cancel()
        following.cancel()
        await asyncio.wait([upkeep, following])
        try:
            await app.close()
        except Exception as error:
            self._log.error("the stop failed", exc_info=error)
            raise
        finally:
            # The signal that asked for the stop ends the process next.
            for sender in self._senders:
                sender.flush()
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = RequestState(new_id())
        scope["state"] = state
        began = time.perf_counter()
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                state.status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *state.headers,
                    (b"x-request-id", state.id.encode()),
                ]
            await send(message)

        try:
            if "openslot.refused" in scope:  # by the protocol: nothing of it is looked at
                raise scope["openslot.refused"]
            check_headers(scope["headers"], self._settings.max_header_bytes)
            scope["path"] = BOOKING_API.canonical_path(scope["path"])
            if scope["path"].endswith("\n"):  # the end of a route's pattern matches before it
                raise NotFound("There is nothing at this address")
            with self._deadlines.limited() as state.limit:
                await self._route(scope, receive, sending)
        except ClientGone:
            return
        except Exception as error:
            if started:
                raise
            known = self._known(error)
            response = (
                oauth_refusal(scope["path"], known)
                or server_refusal(scope, known)
                or console_refusal(scope, known, self._settings.public_url)
                or orchestra_refusal(scope["path"], known)
                or problem(known, self._settings.public_url, state.id, state.account)
            )
            await response.send(sending)
        finally:
            self._record(scope, state, (state.lifted_at or time.perf_counter()) - began)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._table.find(scope["path"])
        if found is None:
            await self._router(scope, receive, send)
            return
        route, scope["path_params"] = found
        scope["route"] = route
        await route.app(scope, receive, send)

    def _known(self, error: Exception) -> OpenslotError:
        """An error the client may see; anything else is ours, and goes into the log."""
        if isinstance(error, OpenslotError):
            if isinstance(error, Unavailable):
                self._log.warning("unavailable", code=error.code, cause=repr(error.__cause__))
            return error
        if isinstance(error, TimeoutError):
            return RequestTimeout()
        self._log.error("request failed", exc_info=error)
        return InternalError()

    def _record(self, scope: Scope, state: RequestState, seconds: float) -> None:
        # The route, not the path: ids in paths are nobody's business in a log.
        route = getattr(scope.get("route"), "path", "none")
        key = (route, scope["method"], state.status)
        self._metrics.count(key, seconds)
        self._request_log.write(state.id, state.account, key, round(seconds * 1000, 3))


def routes_of(app: App) -> list[BaseRoute]:
    """Every route of the server."""
    public_url = app.settings.public_url
    reader = TokenReader(app.keys, public_url)
    callers, limits = BearerAuthentication(reader), CallLimits(app.settings)
    origins = ClientOrigins(app.database)
    shared_pages = session_pages(app)
    throttles = Throttles(app.settings, app.token_refusals)
    calendar = OrchestraEndpoint(app, limits, throttles.by_address, orchestra.ROUTES)
    documented = (openapi.booking_api(BOOKING_API), openapi.admin_api(ADMIN_API))
    return [
        # The token endpoint first: routes are tried in order, half a microsecond each.
        *oauth_routes(app, reader, origins, throttles),
        *_api_routes(app, callers, limits, origins),
        *(_for_any_method(f"{base}/{{below:path}}", calendar) for base in BASES),
        authorize_route(shared_pages),
        *sign_in_routes(shared_pages),
        *booking_page_routes(app),
        *console_routes(app, shared_pages),
        *feed_routes(app),
        *front_page_routes(app),
        *health.routes(app),
        *openapi.routes(public_url, (*documented, CALENDAR_DOCUMENT)),
        *pages.routes(public_url, *documented, CALENDAR_DOCUMENT),
    ]


def _api_routes(
    app: App, callers: Authentication, limits: CallLimits, origins: ClientOrigins
) -> list[BaseRoute]:
    return [
        _for_any_method(
            interface.prefix + path,
            Cors(
                Endpoint(app, callers, limits, routes, interface.spellings),
                ", ".join(sorted(routes)),
                origins,
            ),
        )
        for interface in (BOOKING_API, ADMIN_API)
        for path, routes in interface.by_path().items()
    ]


def _for_any_method(path: str, endpoint: ASGIApp) -> Route:
    route = Route(path, endpoint)
    route.methods = None  # the endpoint refuses a method itself, as a problem
    return route
