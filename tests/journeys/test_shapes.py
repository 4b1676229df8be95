"""Requests that are not quite HTTP, by sockets: none gets what it is after, and none does harm.

Each is made of a good request for a token and of a good call of the API, and is to be refused for
its own fault: the good ones are sent as well.
"""

import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .serving import Server, installed
from .town import API, account_file, token

pytestmark = pytest.mark.slow

CHUNKED = "Transfer-Encoding: chunked"
CRLF = "\r\n"


@dataclass(frozen=True)
class Target:
    """A good request, in parts."""

    path: str
    credentials: str  # the header
    media_type: str
    body: bytes

    def head(
        self,
        *lines: str,
        line: str = "POST {path} HTTP/1.1",
        host: str = "Host: x",
        length: int | None = -1,
        credentials: bool = True,
        end: str = CRLF,
    ) -> bytes:
        """The head, with more lines at its end; `length` None leaves the length out."""
        all_lines = [line.format(path=self.path)]
        all_lines += [host] if host else []
        all_lines += [self.credentials] if credentials else []
        all_lines += [f"Content-Type: {self.media_type}", *lines]
        if length is not None:
            all_lines += [f"Content-Length: {len(self.body) if length < 0 else length}"]
        return (end.join(all_lines) + end + end).encode("latin-1")

    def good(self, *lines: str, **parts: str) -> bytes:
        """The whole request."""
        return self.head(*lines, **parts) + self.body  # type: ignore[arg-type]

    def chunks(self, *lines: str, body: bytes | None = None, **parts: str) -> bytes:
        """The whole request, its body in one chunk unless it is given."""
        head = self.head(CHUNKED, *lines, length=None, **parts)  # type: ignore[arg-type]
        return head + (self.chunk() if body is None else body)

    def chunk(self, size: str = "{:x}", end: str = "0\r\n\r\n", crlf: str = CRLF) -> bytes:
        """The body as a chunk."""
        before = size.format(len(self.body)) + crlf
        return before.encode() + self.body + (crlf + end).encode("latin-1")


@dataclass(frozen=True)
class Heard:
    """What a server said, and whether it hung up."""

    text: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        """Of every answer."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.text)]


# What a proxy might read in another way: refused, and the connection is closed (RFC 9112 §2.2, §5,
# §6.3, §7.1, §11.2).
CLOSED = {
    "a length and chunks": lambda t: t.head(CHUNKED) + t.chunk(),
    "chunks and a length of zero": lambda t: t.head(CHUNKED, length=0) + t.chunk(),
    "the same length twice": lambda t: t.good(f"Content-Length: {len(t.body)}"),
    "two lengths": lambda t: t.good("Content-Length: 5"),
    "two lengths in one line": lambda t: t.head("Content-Length: 29, 29", length=None) + t.body,
    "a length with a plus": lambda t: t.head("Content-Length: +29", length=None) + t.body,
    "a length with a space": lambda t: t.head("Content-Length: 2 9", length=None) + t.body,
    "a length in hexadecimal": lambda t: t.head("Content-Length: 0x1d", length=None) + t.body,
    "a length beyond any number": lambda t: t.head("Content-Length: " + "9" * 20, length=None),
    "an empty length": lambda t: t.head("Content-Length: ", length=None) + t.body,
    "a body without a length": lambda t: t.head(length=None) + t.body,
    "chunks under another name": lambda t: (
        t.head("Transfer-Encoding: xchunked", length=None) + t.chunk()
    ),
    "chunks, not at last": lambda t: (
        t.head("Transfer-Encoding: chunked, identity", length=None) + t.chunk()
    ),
    "a space before the colon of chunks": lambda t: (
        t.head("Transfer-Encoding : chunked", length=None) + t.chunk()
    ),
    "a vertical tab before chunks": lambda t: (
        t.head("Transfer-Encoding:\x0bchunked", length=None) + t.chunk()
    ),
    "chunked twice": lambda t: t.chunks(CHUNKED),
    "identity and a length": lambda t: t.good("Transfer-Encoding: identity"),
    "a chunk of less than nothing": lambda t: t.chunks(body=t.chunk("-{:x}")),
    "a chunk with 0x": lambda t: t.chunks(body=t.chunk("0x{:x}")),
    "a chunk beyond any number": lambda t: t.chunks(body=t.chunk("f" * 20)),
    "a chunk shorter than it is": lambda t: t.chunks(body=t.chunk("5")),
    "a chunk that ends otherwise": lambda t: t.chunks(body=t.chunk(end="XX0\r\n\r\n", crlf=CRLF)),
    "chunks with bare line feeds": lambda t: t.chunks(body=t.chunk(end="0\n\n", crlf="\n")),
    "an extension with a bare line feed": lambda t: t.chunks(body=t.chunk("{:x};\n")),
    "bare line feeds": lambda t: t.head(end="\n") + t.body,
    "bare carriage returns": lambda t: t.head(end="\r") + t.body,
    "a folded header": lambda t: (
        t.head(t.credentials.replace(" ", "\r\n ", 2), credentials=False) + t.body
    ),
    "a header in a fold": lambda t: t.head("X: y\r\n " + t.credentials, credentials=False) + t.body,
    "a header after a carriage return": lambda t: (
        t.head("X: y\r" + t.credentials, credentials=False) + t.body
    ),
    "a header after a line feed": lambda t: t.good("X: y\n" + t.credentials),
    "NUL in a value": lambda t: t.good("X: a\0b"),
    "NUL in a name": lambda t: t.good("X\0: y"),
    "NUL in the path": lambda t: t.good(line="POST {path}\0 HTTP/1.1"),
    "a space before a colon": lambda t: t.good("X : y"),
    "a space before the first header": lambda t: t.good(host=" Host: x"),
    "a header without a colon": lambda t: t.good("X"),
    "a header without a name": lambda t: t.good(": x"),
    "a method in lower case": lambda t: t.good(line="post {path} HTTP/1.1"),
    "a method that there is not": lambda t: t.good(line="BOOK {path} HTTP/1.1"),
    "CONNECT": lambda t: t.good(line="CONNECT x:443 HTTP/1.1"),
    "another version": lambda t: t.good(line="POST {path} HTTP/1.2"),
    "the preface of HTTP/2": lambda t: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "TLS": lambda t: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
}
# HTTP, but not what it would have to be: refused, and the connection goes on.
REFUSED = {
    "no host": (400, lambda t: t.good(host="")),
    "two hosts": (400, lambda t: t.good("Host: y")),
    "credentials twice": (400, lambda t: t.good(t.credentials)),
    "credentials in a trailer": (
        401,
        lambda t: t.chunks(
            body=t.chunk(end=f"0\r\n{t.credentials}\r\n\r\n"), **{"credentials": False}
        ),
    ),
    "10 000 headers": (431, lambda t: t.good(*[f"X-{n}: y" for n in range(10_000)])),
    "20 000 empty headers": (431, lambda t: t.good(*["a:"] * 20_000)),
    "a path with two slashes": (404, lambda t: t.good(line="POST /{path} HTTP/1.1")),
    "a slash at the end": (404, lambda t: t.good(line="POST {path}/ HTTP/1.1")),
    "..;": (404, lambda t: t.good(line="POST /..;{path} HTTP/1.1")),
    "..": (404, lambda t: t.good(line="POST /x/..{path} HTTP/1.1")),
    "a dot": (404, lambda t: t.good(line="POST /.{path} HTTP/1.1")),
    "an escaped dot": (404, lambda t: t.good(line="POST /%2e{path} HTTP/1.1")),
    "a parameter of the path": (404, lambda t: t.good(line="POST {path};x/ HTTP/1.1")),
    "an escaped NUL": (404, lambda t: t.good(line="POST {path}/%00 HTTP/1.1")),
    "an escaped line feed": (404, lambda t: t.good(line="POST {path}%0a HTTP/1.1")),
    "no escape": (404, lambda t: t.good(line="POST {path}/%zz HTTP/1.1")),
    "no UTF-8": (404, lambda t: t.good(line="POST {path}/%ff HTTP/1.1")),
    "PUT": (405, lambda t: t.good(line="PUT {path} HTTP/1.1")),
    "TRACE": (405, lambda t: t.head(line="TRACE {path} HTTP/1.1", length=None)),
    "HEAD": (405, lambda t: t.head(line="HEAD {path} HTTP/1.1", length=None)),
    "another method in a header": (
        405, lambda t: t.good("X-HTTP-Method-Override: POST", line="GET {path} HTTP/1.1"),
    ),
    "a WebSocket": (
        405,
        lambda t: t.head(
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", line="GET {path} HTTP/1.1", length=None,
        ),
    ),
}  # fmt: skip
# Unusual, and meant as it is.
TAKEN = {
    "as clients send it": lambda t: t.good(),
    "chunks": lambda t: t.chunks(),
    "an extension of a chunk": lambda t: t.chunks(body=t.chunk("{:x};a=b")),
    "empty lines before": lambda t: b"\r\n\r\n" + t.good(),
    "another server's address": lambda t: t.good(line="POST http://evil.example{path} HTTP/1.1"),
    "HTTP/1.0": lambda t: t.good(line="POST {path} HTTP/1.0", host=""),
    "an expectation": lambda t: t.good("Expect: 100-continue"),
    "headers that look alike": lambda t: t.good("X_ACCOUNT: globex", "Content_Length: 1"),
    "an offer of HTTP/2": lambda t: t.good(
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAA",
    ),
    "an offer, in chunks": lambda t: t.chunks("Connection: Upgrade", "Upgrade: h2c"),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Target]]]:
    installation = installed(tmp_path_factory.mktemp("shapes"), account_file())
    client = installation.clients["acme", "website"]
    with installation.serving() as server:
        with server.wire() as wire:
            bearer = token(wire, client)
        yield (
            server,
            {
                "token": Target(
                    "/accounts/acme/oauth2/token",
                    f"Authorization: {client.basic}",
                    "application/x-www-form-urlencoded",
                    b"grant_type=client_credentials",
                ),
                "API": Target(
                    f"{API}/appointments/search",
                    f"Authorization: Bearer {bearer}",
                    "application/json",
                    json.dumps({"customer": {"personalIdentifier": "1234567890"}}).encode(),
                ),
            },
        )
        log = server.log.read_text()
        assert "Traceback" not in log
        assert '"level": "error"' not in log


@pytest.fixture(params=["token", "API"])
def target(
    request: pytest.FixtureRequest, served: tuple[Server, dict[str, Target]]
) -> tuple[Server, Target]:
    server, targets = served
    return server, targets[request.param]


# Sent after a request: whether the connection is still good for another one.
LAST = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def exchange(server: Server, *parts: bytes, seconds: float = 0.3, pause: float = 0.0) -> Heard:
    """Sends bytes, and listens until the server hangs up or says nothing for so long."""
    text = b""
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        for part in parts:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(part)
            time.sleep(pause)
        connection.settimeout(seconds)
        try:
            while chunk := connection.recv(65_536):
                text += chunk
        except TimeoutError:
            return Heard(text, closed=False)
        except ConnectionResetError:
            pass
    return Heard(text, closed=True)


def test_what_could_be_read_in_two_ways(target: tuple[Server, Target]) -> None:
    """A 400 and the end of the connection, whatever part of it was a good request."""
    server, good = target
    wrong = {}
    for name, shape in CLOSED.items():
        heard = exchange(server, shape(good))
        if (heard.statuses, heard.closed) != ([400], True):
            wrong[name] = heard
    assert wrong == {}


def test_what_is_not_what_it_would_have_to_be(target: tuple[Server, Target]) -> None:
    """Its own answer; and the connection is good for another request."""
    server, good = target
    wrong = {}
    for name, (status, shape) in REFUSED.items():
        heard = exchange(server, shape(good), LAST)
        if heard.statuses != [status, 200] or b"access_token" in heard.text:
            wrong[name] = heard
    assert wrong == {}


def test_what_is_unusual_and_good(target: tuple[Server, Target]) -> None:
    """Also when its body comes a little later than its head."""
    server, good = target
    wrong = {}
    for name, shape in TAKEN.items():
        sent = shape(good)
        at = sent.index(b"\r\n\r\n", 4) + 4
        expected = [200] if name == "HTTP/1.0" else [200, 200]
        for parts in ((sent, LAST), (sent[:at], sent[at:], LAST)):
            heard = exchange(server, *parts, pause=0.01 * (len(parts) - 2))
            if [status for status in heard.statuses if status != 100] != expected:
                wrong[name] = heard
    assert wrong == {}


def test_a_body_is_never_a_request(target: tuple[Server, Target]) -> None:
    """Nor is what comes after an offer of another protocol taken for one."""
    server, good = target
    inner = LAST
    offer = ("Connection: Upgrade", "Upgrade: h2c")
    head = good.head(*offer, length=len(inner))
    for parts in ((head, inner), (head + inner,)):
        heard = exchange(server, *parts, pause=0.02)
        assert len(heard.statuses) == 1, heard
        assert heard.statuses[0] in (400, 422), heard
    # What follows the body is a request, though.
    heard = exchange(server, good.good(*offer) + inner)
    assert heard.statuses == [200, 200], heard


def test_a_body_of_a_mebibyte(target: tuple[Server, Target]) -> None:
    """413 before it is there; then the connection goes on, or is closed when there is no end."""
    server, good = target
    large = 1 << 20
    heard = exchange(server, good.head(length=large))
    assert heard.statuses == [413], heard
    rest = b"x" * (large - 200_000)
    follows = good.good()
    heard = exchange(server, good.head(length=len(rest)) + rest + follows)
    assert heard.statuses == [413, 200], heard
    heard = exchange(server, good.head(length=1 << 40) + b"x" * (8 * large))
    assert heard.closed
    assert heard.statuses in ([413], []), "the answer may be lost with the connection"
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    heard = exchange(server, good.chunks(body=chunk * 20 + b"0\r\n\r\n") + follows)
    assert heard.statuses == [413, 200], heard


def test_a_head_without_an_end(served: tuple[Server, dict[str, Target]]) -> None:
    """It is given up at a quarter of a mebibyte, and after ten seconds, however it trickles."""
    server, targets = served
    good = targets["token"]
    begun = good.head(length=None)[:-2]
    for filler in (b"x: y\r\n" * 100_000, b"x: " + b"y" * 600_000, b"/" * 600_000):
        sent = begun + filler if filler[:1] == b"x" else b"POST /" + filler
        heard = exchange(server, sent)
        assert heard.closed
        assert heard.statuses in ([431], []), heard
    idle = [server.wire(), server.wire()]
    for wire, more in zip(idle, (b"\r\n", b"\r\n\r\n"), strict=True):
        assert wire.ask(good.good()).status == 200
        wire.send(more)
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
    began = time.monotonic()
    try:
        for number, each in enumerate(slow):
            each.sendall((b"", begun, good.good() + begun)[number % 3])
        while time.monotonic() < began + 9:
            for each in slow[1::3]:
                each.sendall(b"x: y\r\n")
            assert exchange(server, good.good(), LAST).statuses == [200, 200]
            time.sleep(1)
        for number, each in enumerate(slow):
            each.settimeout(5)
            received = b""
            while chunk := each.recv(65_536):
                received += chunk
            assert received.count(b"HTTP/1.1 408 ") == 1, received
            assert received.count(b"HTTP/1.1 200 ") == (number % 3 == 2), received
        for wire in idle:
            with pytest.raises(ConnectionError):
                wire.answer()
    finally:
        for each in [*slow, *idle]:
            each.close()
    assert time.monotonic() < began + 14


def test_what_the_server_refuses_is_said_in_the_words_of_the_endpoint(
    served: tuple[Server, dict[str, Target]],
) -> None:
    """RFC 6749 §5.2 at the OAuth endpoints, also where no endpoint was asked."""
    server, targets = served
    good = targets["token"]
    for endpoint in ("token", "revoke", "introspect"):
        for root in ("", "/accounts/acme"):
            line = f"POST {root}/oauth2/{endpoint} HTTP/1.1"
            for sent in (good.good(line=line, host=""), good.good("X: " + "y" * 20_000, line=line)):
                text = exchange(server, sent, LAST).text
                assert b'{"error": "invalid_request", "error_description": "' in text, text
                assert b"\r\ncontent-type: application/json\r\n" in text
                assert b"\r\ncache-control: no-store\r\n" in text
