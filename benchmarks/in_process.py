"""The product's ASGI application in this process, where its calls can be watched."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from journeys.wire import Answer

Application = Callable[..., Awaitable[None]]


@asynccontextmanager
async def started(application: Application) -> AsyncIterator[None]:
    """Runs its lifespan around the block, as a server does."""
    received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    life = asyncio.ensure_future(application({"type": "lifespan"}, received.get, sent.put))
    await received.put({"type": "lifespan.startup"})
    if (await sent.get())["type"] != "lifespan.startup.complete":
        await life  # raises what went wrong
    yield
    await received.put({"type": "lifespan.shutdown"})
    await life


async def ask(application: Application, request: bytes) -> Answer:
    """The answer to a request that is written as HTTP/1.1."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ")
    path, _, query = target.partition("?")
    fields = (line.partition(b":") for line in lines)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower(), value.strip()) for name, _, value in fields],
        "client": ("127.0.0.1", 0),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    begun, *parts = sent
    headers = [name + b": " + value for name, value in begun["headers"]]
    content = b"".join(part.get("body", b"") for part in parts)
    return Answer(begun["status"], b"\r\n".join([b"", *headers]), content)
