"""HTTP/1.1 on one connection: uvicorn's, with what it lacks where nobody stands before it.

A head that never ends is given up, in bytes and in seconds, as is a body that nobody reads any
more; trailers are no headers (RFC 9110 §6.5.1); and who offers another protocol, as Java's client
does with every request, keeps the body of the request (RFC 9110 §7.8).
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_SECONDS = 10.0
_MOST_HEAD_BYTES = 262_144  # the limit of the settings is far below, and has a better response
_MOST_UNREAD_BYTES = 1_048_576  # of a body whose request has been answered: 413, mostly
_OFFERS = frozenset({b"upgrade", b"http2-settings"})
_NOTHING: Any = deque(maxlen=0)  # as a list that holds nothing
_UNREADABLE = "Invalid HTTP request received."


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    _in_head = True  # or before it, on a new connection
    _in_message = True
    _received = 0  # bytes of the message that is not complete
    _offer_withdrawn: bytes | None = None  # the head of a request, without its offer
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override]  # as uvicorn's own
        self, transport: asyncio.Transport
    ) -> None:
        """The first head is awaited from now on."""
        super().connection_made(transport)
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._end_limit()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads on; what cannot be read closes the connection."""
        self._unset_keepalive_if_required()
        received = len(data)
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                # The parser takes a body for the other protocol, and then what follows for a
                # request: whoever writes the body would write that request.
                (read,) = offer.args
                data = (self._offer_withdrawn or b"") + data[read:]
                self._offer_withdrawn = None
                continue
            except httptools.HttpParserError:
                self.logger.warning(_UNREADABLE)
                self.send_400_response(_UNREADABLE)
                return
            break
        if self._in_message:
            self._bound(received)
        elif self.cycle.response_complete:
            # Empty lines, or the end of a body that nobody waited for: with them the time has
            # ended that a connection is kept open without a request.
            self._limit_time()
        elif self._deadline is not None:
            self._end_limit()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = self._in_message = True
        self._received = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        offers = self.parser.should_upgrade()
        if offers and self.parser.get_method() != b"CONNECT":
            self._offer_withdrawn = b"".join(self._head_without_offer())
            return
        super().on_headers_complete()
        if offers:  # what follows CONNECT is no HTTP
            self.cycle.keep_alive = False
        # Trailers would be added to the list that the request has.
        self.headers = _NOTHING

    def on_message_complete(self) -> None:
        """All of it is there."""
        if self._offer_withdrawn is None:
            self._in_message = False
            super().on_message_complete()

    def _head_without_offer(self) -> Iterator[bytes]:
        yield self.parser.get_method() + b" " + self.url
        yield b" HTTP/" + self.parser.get_http_version().encode() + b"\r\n"
        for name, value in self.headers:
            if name == b"connection":
                options = (option.strip() for option in value.split(b","))
                value = b", ".join(o for o in options if o.lower() not in _OFFERS)  # noqa: PLW2901
            if name not in _OFFERS:
                yield name + b": " + value + b"\r\n"
        yield b"\r\n"

    def _bound(self, received: int) -> None:
        """Of a message that is not complete: how much there may be of it, and for how long."""
        self._received += received
        if self._in_head:
            if self._received > _MOST_HEAD_BYTES:
                self._give_up(b"431 Request Header Fields Too Large")
        elif self.cycle.response_complete:
            if self._received > _MOST_UNREAD_BYTES:
                self.transport.close()
        else:  # the server that answers measures its time
            self._end_limit()
            return
        self._limit_time()

    def _limit_time(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(_SECONDS, self._give_up, b"408 Request Timeout")

    def _end_limit(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self, status: bytes) -> None:
        """Hangs up; says why where no other response is expected."""
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            # Another request of this connection is being answered: nothing more after that.
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if self._in_head:
            head = b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head)
        self.transport.close()
