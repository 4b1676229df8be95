"""HTTP/1.1 on one connection: uvicorn's, with what it lacks where nobody stands before it.

A head that leaves doubt is refused before the application sees it, and one that never ends is
given up, in bytes and in seconds, as is a body that nobody reads any more; trailers are no headers
(RFC 9110 §6.5.1); and who offers another protocol, as Java's client does with every request, keeps
the body of the request (RFC 9110 §7.8).
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openslot.kernel.errors import OpenslotError
from openslot.web.http.event_stream import OPEN_ENDED
from openslot.web.http.problems import UnfitRequest
from openslot.web.http.serving.request_head import (
    check_fields,
    check_line,
    origin_form,
    plain_path,
)

_SECONDS = 10.0
_MOST_HEAD_BYTES = 262_144  # the limit of the settings is far below, and has a better response
_MOST_UNREAD_BYTES = 1_048_576  # of a body whose request has been answered: 413, mostly
_OFFERS = frozenset({b"upgrade", b"http2-settings"})
_NOTHING: Any = deque(maxlen=0)  # as a list that holds nothing
_LINGER_SECONDS = 1.0


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    _in_head = True  # or before it, on a new connection
    _in_message = True
    _deaf = False  # nothing of this connection is read any more
    _feeding = b""  # what the parser reads just now
    _head: list[bytes]  # what has been received with a head that is not complete
    _received = 0  # bytes of the message that is not complete
    _offer_withdrawn: bytes | None = None  # the head of a request, without its offer
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override]  # as uvicorn's own
        self, transport: asyncio.Transport
    ) -> None:
        """The first head is awaited from now on."""
        super().connection_made(transport)
        self._head = []
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._end_limit()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: what runs is finished, except for a response that has no end."""
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete and OPEN_ENDED in self.scope:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Reads on; what cannot be read, or should not, closes the connection."""
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        received = len(data)
        while True:
            if self._in_head:
                self._head.append(data)
            self._feeding = data
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                # The parser takes a body for the other protocol, and then what follows for a
                # request: whoever writes the body would write that request.
                (read,) = offer.args
                data = (self._offer_withdrawn or b"") + data[read:]
                self._offer_withdrawn = None
                continue
            except httptools.HttpParserError as error:
                if self._in_head or not self._in_message:
                    cause = error.__context__
                    self._refuse(cause if isinstance(cause, OpenslotError) else UnfitRequest())
                else:
                    self._break_off()
                return
            break
        self._feeding = b""
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
        self._head = [self._feeding]
        self._received = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there.

        Raises:
            UnfitRequest, UnknownHttpVersion, UnknownTransferCoding: nobody should read on.
        """
        method, version = self.parser.get_method(), self.parser.get_http_version()
        check_line(b"".join(self._head), method, self.url, version)
        self.url = origin_form(method, self.url)
        check_fields(self.headers, version)
        offers = self.parser.should_upgrade()
        if offers and method != b"CONNECT":
            self._offer_withdrawn = b"".join(self._head_without_offer())
            return
        super().on_headers_complete()
        self._in_head = False
        self._head.clear()
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
        if self._deadline is None and not self._deaf and not self.transport.is_closing():
            self._deadline = self.loop.call_later(_SECONDS, self._give_up, b"408 Request Timeout")

    def _end_limit(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, error: OpenslotError) -> None:
        """Has the application say in its turn what is wrong with a head, and hangs up then."""
        self._deaf = True
        self._end_limit()
        if self.scope is None or not self._in_message:  # not even a request has begun
            super().on_message_begin()
        self.url = plain_path(self.url)
        self.scope["openslot.refused"] = error  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()
        self.cycle.keep_alive = False
        self.cycle.transport = _SlowlyClosed(  # type: ignore[assignment]  # all that it needs
            self.transport, self.loop
        )

    def _break_off(self) -> None:
        """Hangs up in the middle of a body; says why where no response has begun."""
        self._deaf = True
        if not self.pipeline and not self.cycle.response_started:
            self.transport.write(_closing(b"400 Bad Request"))
        self.transport.close()

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
            self.transport.write(_closing(status))
        self.transport.close()


class _SlowlyClosed:
    """A transport that is read on for a moment after the last response.

    Closed at once, unread bytes would reset the connection, and take the response along.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self.write = transport.write
        self.is_closing = transport.is_closing

    def close(self) -> None:
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(_LINGER_SECONDS, self._transport.close)


def _closing(status: bytes) -> bytes:
    """A response without a body, the last one of a connection."""
    return b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
