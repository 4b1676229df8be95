"""A listener of the stream of a day, in process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from ...site import Site
from ..clerk import Clerk

WITHIN_SECONDS = 2.0


@dataclass
class Listener:
    """What a page hears."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    events: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def changed(self, seconds: float = WITHIN_SECONDS) -> str | None:
        """The id of the next appointment that changed; None: the stream has ended.

        Raises:
            TimeoutError: neither, within the seconds.
        """
        async with asyncio.timeout(seconds):
            while True:
                event = await self.events.get()
                if event is None:
                    return None
                if not event.startswith("event: heartbeat"):
                    return str(json.loads(event.removeprefix("data: "))["appointmentId"])

    async def silent(self, seconds: float = 1.5) -> bool:
        """Whether nothing changes for a while."""
        try:
            await self.changed(seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def listening(site: Site, who: Clerk, query: str) -> AsyncIterator[Listener]:
    """Opens the stream as somebody's page does."""
    listener, started = Listener(), asyncio.Event()
    request = who.http.build_request("GET", f"/console/events?{query}")
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/console/events",
        "raw_path": b"/console/events",
        "query_string": query.encode(),
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
    }
    body = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await listener.gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            listener.status = message["status"]
            listener.headers = {n.decode(): v.decode() for n, v in message["headers"]}
            return
        for event in message.get("body", b"").decode().split("\n\n"):
            if event:
                listener.events.put_nowait(event)
        started.set()
        if not message.get("more_body", False):
            listener.events.put_nowait(None)

    task = asyncio.create_task(site.http._transport.app(scope, receive, send))  # type: ignore[attr-defined]
    try:
        async with asyncio.timeout(5):
            await started.wait()
        yield listener
    finally:
        listener.gone.set()
        async with asyncio.timeout(5):
            await task
