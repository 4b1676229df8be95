"""Requests that are not quite HTTP, made of a good one."""

from collections.abc import Callable
from dataclasses import dataclass

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


Shape = Callable[[Target], bytes]

# What a proxy might read in another way: refused, and the connection is closed (RFC 9112 §2.2, §5,
# §6.3, §7.1, §11.2).
CLOSED: dict[str, Shape] = {
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
    "no host": lambda t: t.good(host=""),
    "two hosts": lambda t: t.good("Host: y"),
    "a space in the host": lambda t: t.good(host="Host: a b"),
    "a fragment": lambda t: t.good(line="POST {path}#x HTTP/1.1"),
    "a method in lower case": lambda t: t.good(line="post {path} HTTP/1.1"),
    "a method that there is not": lambda t: t.good(line="BOOK {path} HTTP/1.1"),
    "CONNECT": lambda t: t.good(line="CONNECT x:443 HTTP/1.1"),
    "another version": lambda t: t.good(line="POST {path} HTTP/1.2"),
    "the preface of HTTP/2": lambda t: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "TLS": lambda t: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
}
# HTTP, but not what it would have to be: refused, and the connection goes on.
REFUSED: dict[str, tuple[int, Shape]] = {
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
TAKEN: dict[str, Shape] = {
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
