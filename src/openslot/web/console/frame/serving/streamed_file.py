"""A file that is as long as it gets: its parts are sent as they are made, none is held."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from openslot.web.http.transport import ClientGone

_STUCK_SECONDS = 30  # a client who takes nothing for so long is gone


@dataclass(frozen=True, slots=True)
class StreamedFile:
    """Headers and parts of a response with status 200."""

    parts: AsyncIterator[bytes]
    headers: Mapping[str, str]

    async def run(self, scope: Scope, _: Receive, send: Send) -> None:
        """Sends part after part; HEAD gets the headers alone.

        Raises:
            ClientGone: the client takes nothing any more.
        """
        scope["state"].lift_limit()
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self.headers.items()
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["method"] != "HEAD":
            async for part in self.parts:
                try:
                    async with asyncio.timeout(_STUCK_SECONDS):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                except TimeoutError:
                    raise ClientGone from None
        await send({"type": "http.response.body", "body": b""})
