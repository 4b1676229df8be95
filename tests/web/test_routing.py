"""A request for something that is loaded later waits for it; nothing else does."""

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openslot.web.http.serving.routing import Routing

pytestmark = pytest.mark.anyio


def saying(path: str) -> Route:
    """A route that says its own path."""
    return Route(path, lambda _: PlainTextResponse(path))


def client(routing: Routing) -> httpx.AsyncClient:
    """Asks it, as the server does."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await routing.ready_for(scope)
        await routing(scope, receive, send)

    transport = httpx.ASGITransport(app=served, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_what_comes_later_is_waited_for() -> None:
    routing, may_load = Routing(), asyncio.Event()
    routing.add([saying("/first")])

    async def load() -> None:
        await may_load.wait()
        routing.add([saying("/later")])
        routing.complete(PlainTextResponse("nowhere", 404))

    loading = asyncio.create_task(load())
    routing.wait_for(loading)
    async with client(routing) as http:
        later, unknown = (asyncio.create_task(http.get(path)) for path in ("/later", "/unknown"))
        assert (await http.get("/first")).text == "/first"
        await asyncio.sleep(0.01)
        assert not later.done()
        assert not unknown.done()
        may_load.set()
        assert (await later).text == "/later"
        assert (await unknown).status_code == 404
        assert (await http.get("/first")).text == "/first"


async def test_what_cannot_be_loaded_is_refused_and_the_first_routes_serve_on() -> None:
    routing = Routing()
    routing.add([saying("/first")])

    async def load() -> None:
        raise ImportError("a file is missing")

    routing.wait_for(asyncio.create_task(load()))
    async with client(routing) as http:
        with pytest.raises(RuntimeError, match="could not be loaded") as raised:
            await http.get("/later")
        assert isinstance(raised.value.__cause__, ImportError)
        assert (await http.get("/first")).text == "/first"
    assert not await routing.loaded()
