"""The APIs for programs in browsers (the Fetch standard's CORS protocol).

Pages of registered public clients may call them, as they may use the OAuth endpoints. A call needs
an access token, and a browser adds none by itself, so no page can act in somebody else's name.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from openslot.web.http.callers.client_origins import ClientOrigins, origin_in
from openslot.web.http.response import Response
from openslot.web.http.transport import header

TRACING = "traceparent, tracestate"  # W3C Trace Context §2: telemetry of apps in browsers adds them
_SENT = (
    "accept-language, authorization, content-type, dpop, idempotency-key, if-match, "
    f"if-none-match, {TRACING}, x-tenant-id"
)
_READ = "ETag, Idempotency-Replayed, Link, Location, Retry-After, WWW-Authenticate, X-Request-Id"
_CACHED_SECONDS = "600"


class Cors:
    """An API's path, which also answers browsers that ask whether they may call it."""

    def __init__(self, path: ASGIApp, methods: str, origins: ClientOrigins) -> None:
        """`methods` are the path's, separated by commas."""
        self._path = path
        self._methods = methods
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if header(scope["headers"], b"origin") is None:
            await self._path(scope, receive, send)
            return
        origin = origin_in([v for name, v in scope["headers"] if name == b"origin"])
        # A preflight carries no token, so of no account: the page of any will do.
        allowed = await self._origins.is_allowed(None, origin)
        shown = [(b"vary", b"Origin")]
        if allowed:
            shown += [
                (b"access-control-allow-origin", origin.encode()),
                (b"access-control-expose-headers", _READ.encode()),
            ]
        # Of every answer, refusals too, which are made further out.
        scope["state"].headers = shown
        asks = header(scope["headers"], b"access-control-request-method") is not None
        if allowed and asks and scope["method"] == "OPTIONS":
            headers = {
                "Access-Control-Allow-Methods": self._methods,
                "Access-Control-Allow-Headers": _SENT,
                "Access-Control-Max-Age": _CACHED_SECONDS,
            }
            await Response(204, b"", headers).send(send)
            return
        await self._path(scope, receive, send)
