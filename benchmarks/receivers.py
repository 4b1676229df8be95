"""`python -m benchmarks.receivers answer|hang`: a receiver of webhooks in a process of its own.

It prints its port. `answer` takes everything with 204 and tells how much at GET; `hang` takes a
connection and says nothing, which a mail server that hangs does as well.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Answering(asyncio.Protocol):
    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to read."""
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        """Answers every request that is complete."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end].lower()
            _, _, length = head.partition(b"content-length: ")
            size = end + 4 + int(length.split(b"\r\n")[0] or b"0")
            if len(self._read) < size:
                return
            self._read = self._read[size:]
            self._transport.write(self._answer_to(head))  # type: ignore[attr-defined]

    def _answer_to(self, head: bytes) -> bytes:
        if head.startswith(b"get"):
            told = str(_Answering.taken).encode()
            return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(told), told)
        _Answering.taken += 1
        return _TAKEN


async def _serve(kind: str) -> None:
    made = _Answering if kind == "answer" else asyncio.Protocol
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def receiver(kind: str) -> Iterator[int]:
    """One in a process of its own: its port."""
    command = [sys.executable, "-m", "benchmarks.receivers", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def taken(port: int) -> int:
    """How much a receiver that answers has taken."""
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        return int(answer.read())


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
