"""The server: every route, and what surrounds each request."""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openslot.app import App, open_app
from openslot.kernel.errors import NotFound, OpenslotError, Unavailable
from openslot.kernel.ids import new_id
from openslot.kernel.loading import GivesWay, in_thread
from openslot.observability.logs import LogLines, logs
from openslot.observability.traces import Traces
from openslot.settings import Settings
from openslot.web.booking_api.routes import API as BOOKING_API
from openslot.web.first_routes import first_routes
from openslot.web.http.problems import InternalError, RequestTimeout, problem
from openslot.web.http.response import Response
from openslot.web.http.serving.deadlines import Deadline, Deadlines
from openslot.web.http.serving.metrics import Metrics
from openslot.web.http.serving.request_log import RequestLog
from openslot.web.http.serving.routing import Routing
from openslot.web.http.transport import ClientGone, check_headers
from openslot.web.oauth.server_refusals import oauth_refusal
from openslot.web.request_rules import RequestRules
from openslot.worker import loops

_SWITCH_SECONDS = 0.0002


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
        self._routing = Routing()
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
        rules = RequestRules.of(app)
        self._routing.add([*first_routes(app, rules), *self._metrics.routes(app)])
        loading = asyncio.create_task(self._load_the_rest(app, rules))
        self._routing.wait_for(loading)
        # The thread that commits needs the interpreter for an instant before and after the disk;
        # beside a busy loop it would wait for the usual 5 ms each time.
        sys.setswitchinterval(_SWITCH_SECONDS)
        upkeep = asyncio.create_task(loops.run(app, delivers=self._settings.serve_delivers))
        following = asyncio.create_task(app.keys.follow(app.database))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        tasks = [upkeep, following, loading]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
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

    async def _load_the_rest(self, app: App, rules: RequestRules) -> None:
        """Adds the routes that take long to load, while the first requests are answered."""
        try:
            with GivesWay(self._is_busy):
                routes, nowhere = await in_thread(lambda: _later_routes_of(app, rules))
            self._routing.add(routes)
            self._routing.complete(nowhere)
            # What is there now stays: the collector need not look at it again. It does not look
            # once more either: requests would wait for it.
            gc.freeze()
        except Exception as error:
            self._log.error("most interfaces could not be loaded", exc_info=error)
            raise

    def _is_busy(self) -> bool:
        """Whether a request is being answered, and none waits for what is being loaded."""
        return self._deadlines.any_running and not self._routing.is_awaited

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
            await self._routing.ready_for(scope)
            with self._deadlines.limited() as state.limit:
                await self._routing(scope, receive, sending)
        except ClientGone:
            return
        except Exception as error:
            if started:
                raise
            known = self._known(error)
            response = await self._refusal(scope, known, state)
            await response.send(sending)
        finally:
            self._record(scope, state, (state.lifted_at or time.perf_counter()) - began)

    async def _refusal(self, scope: Scope, error: OpenslotError, state: RequestState) -> Response:
        """An error as the interface of its path shows it."""
        public_url, path = self._settings.public_url, scope["path"]
        response = oauth_refusal(path, error)
        is_later = response is None and not path.startswith(BOOKING_API.prefix)
        if is_later and await self._routing.loaded():
            response = _later_routes().refusal(scope, error, public_url)
        return response or problem(error, public_url, state.id, state.account)

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


def _later_routes_of(app: App, rules: RequestRules) -> tuple[list[BaseRoute], ASGIApp]:
    later = _later_routes()
    return later.later_routes(app, rules), later.nowhere(app)


def _later_routes() -> ModuleType:
    from openslot.web import later_routes  # noqa: PLC0415  (as long as all that is imported above)

    return later_routes
