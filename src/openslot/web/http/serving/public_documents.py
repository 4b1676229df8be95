"""Public documents, readable by apps in browsers too (the Fetch standard's CORS protocol)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from openslot.web.http.callers.cors import TRACING
from openslot.web.http.conditional import unless_known
from openslot.web.http.response import Response

# A browser never sends credentials along with `*`, and these documents ask for none.
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}

_PREFLIGHT = {
    **_ANY_ORIGIN,
    "Access-Control-Allow-Methods": "GET, HEAD",
    # `*` is every header but one; named too for who looks for the names
    "Access-Control-Allow-Headers": f"*, {TRACING}",
    "Access-Control-Max-Age": "86400",  # seconds
}


class PublicDocument:
    """A document at one path. An ASGI application for GET, HEAD and OPTIONS."""

    def __init__(self, make: Callable[..., Awaitable[Response]]) -> None:
        """`make` is given the path's parameters."""
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the document, 304 to those who have it, or what a preflight asks for."""
        if scope["method"] == "OPTIONS":
            await Response(204, b"", _PREFLIGHT).send(send)
            return
        response = await self._make(**scope["path_params"])
        headers = {**response.headers, **_ANY_ORIGIN}
        await unless_known(scope["headers"], replace(response, headers=headers)).send(send)
