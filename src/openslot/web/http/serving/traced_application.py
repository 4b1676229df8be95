"""A server whose requests are spans of a trace."""

from starlette.types import ASGIApp, Receive, Scope, Send

from openslot.observability.traces import Traces


class TracedApplication:
    """An ASGI application around that of a process; without traces it is left out."""

    def __init__(self, application: ASGIApp, traces: Traces) -> None:
        """`application` leaves in the scope what it knows of a request: `state` and `route`."""
        self._application = application
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the lifespan or one request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        parents = [v.decode("latin-1") for name, v in scope["headers"] if name == b"traceparent"]
        with self._traces.request(parents) as span:
            try:
                await self._application(scope, receive, send)
            finally:
                state, route = scope["state"], getattr(scope.get("route"), "path", "none")
                span.describe(scope["method"], route, state.status, state.account)
