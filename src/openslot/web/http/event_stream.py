"""A response that goes on: server-sent events, each sent as soon as it is there.

Source: HTML Living Standard §9.2, Server-sent events.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import Receive, Scope, Send

from openslot.web.http.transport import ClientGone

OPEN_ENDED = "openslot.open_ended"  # in the scope: this response ends with the server's stop
_STUCK_SECONDS = 30  # a listener who takes nothing for so long is gone
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # What nginx and others understand: nothing is held back until a buffer is full.
    "X-Accel-Buffering": "no",
}


class EventSource(Protocol):
    """Where the events of one stream come from."""

    async def next(self) -> bytes | None:
        """The next events as they are sent, as soon as there are any; None: there are no more."""

    def end(self) -> None:
        """Nobody listens any more: `next` returns None from now on."""


@dataclass(frozen=True, slots=True)
class EventStream:
    """Status and headers of a response whose body are the events of a source."""

    source: EventSource
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends events until the source or the listener ends it; HEAD gets the headers alone.

        Raises:
            ClientGone: the listener takes nothing any more.
        """
        scope[OPEN_ENDED] = True
        scope["state"].lift_limit()
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in {**_HEADERS, **self.headers}.items()
        ]
        listening = asyncio.create_task(self._wait_for_end(receive))
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            while scope["method"] != "HEAD" and (events := await self.source.next()) is not None:
                async with asyncio.timeout(_STUCK_SECONDS):
                    await send({"type": "http.response.body", "body": events, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            raise ClientGone from None
        finally:
            self.source.end()
            listening.cancel()

    async def _wait_for_end(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.source.end()


def event(data: Mapping[str, object], kind: str = "") -> bytes:
    """One event as it is sent; without a kind it is a message."""
    name = f"event: {kind}\n" if kind else ""
    return f"{name}data: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
