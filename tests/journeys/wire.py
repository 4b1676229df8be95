"""HTTP/1.1 on a plain socket: requests are bytes made beforehand, answers are read in order.

A client library would spend more time on a request than the server does, and would not let many
requests leave at the same instant.
"""

import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

_TIMEOUT_SECONDS = 20
_IDLE_SECONDS = 3  # the server hangs up after five


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    head: bytes  # status line and headers, without the empty line
    body: bytes

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """A header's value; the name in any case."""
        for line in self.head.split(b"\r\n")[1:]:
            field, _, value = line.partition(b":")
            if field.strip().lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


def request(
    method: str,
    path: str,
    *,
    token: str | None = None,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A request as bytes; a body that is not bytes becomes JSON."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    content = b""
    if body is not None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if not isinstance(body, bytes):
            lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(content)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Wire:
    """One connection that is kept open while it is used."""

    def __init__(self, port: int) -> None:
        """Connects.

        Raises:
            OSError: nobody listens.
        """
        self._port = port
        self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def send(self, content: bytes) -> None:
        """Sends a request without waiting for its answer; connects anew after a long pause."""
        now = time.monotonic()
        if now - self._used_at > _IDLE_SECONDS:
            self.close()
            self._connect()
        self._used_at = now
        self._socket.sendall(content)

    def answer(self) -> Answer:
        """The next answer.

        Raises:
            ConnectionError: the server hung up before the whole answer was there.
            TimeoutError: there is none in time.
        """
        while (end := self._unread.find(b"\r\n\r\n")) < 0:
            self._receive()
        head = self._unread[:end]
        length = 0
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if at >= 0:
            length = int(lower[at + 17 :].split(b"\r\n", 1)[0])
        whole = end + 4 + length
        while len(self._unread) < whole:
            self._receive()
        body, self._unread = self._unread[end + 4 : whole], self._unread[whole:]
        return Answer(int(head[9:12]), head, body)

    def ask(self, content: bytes) -> Answer:
        """Sends a request and reads its answer."""
        self.send(content)
        return self.answer()

    def get(self, path: str, token: str | None = None) -> Answer:
        """GET."""
        return self.ask(request("GET", path, token=token))

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), _TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""
        self._used_at = time.monotonic()

    def _receive(self) -> None:
        received = self._socket.recv(262_144)
        if not received:
            raise ConnectionResetError("the server hung up")
        self._unread += received


def all_at_once(wires: Sequence[Wire], contents: Sequence[bytes]) -> list[Answer]:
    """Sends one request on each connection before any answer is read."""
    for wire, content in zip(wires, contents, strict=True):
        wire.send(content)
    return [wire.answer() for wire in wires[: len(contents)]]
