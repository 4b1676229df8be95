"""Responses that are the same for everybody: documents and pages, made once and cached."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.web.http.conditional import unless_known
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response


class FixedResponse:
    """Answers GET and HEAD at one path, with an ETag. An ASGI application."""

    def __init__(self, make: Callable[..., Response]) -> None:
        """`make` is given the path's parameters; it may take long, and should cache its result."""
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the response, or 304 to a client that has it.

        Raises:
            MethodNotAllowed: another method.
        """
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        # Making a document takes a quarter of a second, once in a process: not on the event loop.
        response = await asyncio.to_thread(self._make, **scope["path_params"])
        headers = {"Cache-Control": "no-cache", **response.headers}
        await unless_known(scope["headers"], replace(response, headers=headers)).send(send)


def fixed_route(path: str, make: Callable[..., Response]) -> Route:
    """A route whose 405 is a problem like all others."""
    route = Route(path, FixedResponse(make))
    route.methods = None
    return route
