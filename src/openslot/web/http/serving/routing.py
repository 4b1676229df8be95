"""Finding what serves a request, while some of it may not be loaded yet."""

import asyncio
from collections.abc import Iterable

from starlette.routing import BaseRoute, Match, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from openslot.web.http.serving.route_table import RouteTable


class Routing:
    """The routes of a server. An ASGI application.

    Before it is asked for something, `ready_for` waits for what is not loaded yet.
    """

    def __init__(self) -> None:
        """Without a route."""
        self._router = Router(redirect_slashes=False, default=self._unknown)
        # Looked up instead of tried one after the other.
        self._table = RouteTable()
        self._loading: asyncio.Future[None] | None = None
        self._nowhere: ASGIApp | None = None
        self._waiting = 0  # requests, for what is loaded

    def add(self, routes: Iterable[BaseRoute]) -> None:
        """Adds routes behind those that are there."""
        added = list(routes)
        self._router.routes.extend(added)
        self._table.add(added)

    def wait_for(self, loading: "asyncio.Future[None]") -> None:
        """Says what adds the other routes, and `nowhere`."""
        self._loading = loading

    async def ready_for(self, scope: Scope) -> None:
        """Waits until whatever serves a request is loaded. That is no time of the request's own."""
        if self._nowhere is None and not self._takes(scope):
            await self.loaded()

    def _takes(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is not Match.NONE for route in self._router.routes)

    async def loaded(self) -> bool:
        """Waits until nothing more is loaded; whether every route is there now."""
        if self._nowhere is None and self._loading is not None:
            self._waiting += 1
            try:
                await asyncio.wait([self._loading])
            finally:
                self._waiting -= 1
        return self._nowhere is not None

    @property
    def is_awaited(self) -> bool:
        """Whether a request waits for what is loaded."""
        return self._waiting > 0

    def complete(self, nowhere: ASGIApp) -> None:
        """Every route is there; `nowhere` serves what none of them takes."""
        self._nowhere = nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        found = self._table.find(scope["path"])
        if found is None:
            await self._router(scope, receive, send)
            return
        route, scope["path_params"] = found
        scope["route"] = route
        await route.app(scope, receive, send)

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._nowhere is None:
            raise RuntimeError("the route may be one that could not be loaded") from self._fault()
        await self._nowhere(scope, receive, send)

    def _fault(self) -> BaseException | None:
        """Why not every route is there."""
        loading = self._loading
        return None if loading is None or loading.cancelled() else loading.exception()
