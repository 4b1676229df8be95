"""Receivers of webhooks on this machine, which answer as a test wants them to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What came."""

    target: str
    headers: dict[str, str]  # lowercase names
    body: bytes


Answer = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """Where it is, and what has come so far."""

    port: int = 0
    scheme: str = "http"
    requests: list[Request] = field(default_factory=list)
    at_a_time: int = 0
    most_at_a_time: int = 0

    def url(self, host: str = "127.0.0.1", path: str = "/hook") -> str:
        """Its address."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def has(self, count: int, seconds: float = 10.0) -> list[Request]:
        """What came, when so many have."""
        async with asyncio.timeout(seconds):
            while len(self.requests) < count:  # noqa: ASYNC110  (an event each would be more)
                await asyncio.sleep(0.01)
        return self.requests


def status(code: int, *headers: str, body: bytes = b"") -> Answer:
    """Answers each request alike."""

    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} X", f"content-length: {len(body)}", *headers]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    return answer


async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
    """Never answers; ends when the other side has closed."""
    await writer.wait_closed()


@asynccontextmanager
async def receiving(
    answer: Answer | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver; 204 by default."""
    receiver = Receiver(scheme="https" if tls else "http")
    respond = answer or status(204)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None
        running.add(this)
        try:
            while request := await _read(reader):
                receiver.requests.append(request)
                receiver.at_a_time += 1
                receiver.most_at_a_time = max(receiver.most_at_a_time, receiver.at_a_time)
                try:
                    await respond(request, writer)
                    await writer.drain()
                finally:
                    receiver.at_a_time -= 1
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            running.discard(this)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    yield receiver
    server.close()
    for task in list(running):
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Request(first.split()[1], headers, body)


def in_turn(*answers: Answer) -> Answer:
    """One after another; the last one repeats."""
    left = list(answers)

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(request, writer)

    return answer
