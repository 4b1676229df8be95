"""The form of HTTP requests before anything is read into them: sizes, ids, paths."""

from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from openslot.kernel.errors import Unreadable
from openslot.web.http.problems import BodyTooLarge, HeadersTooLarge

Headers = Sequence[tuple[bytes, bytes]]

MOST_FILE_BYTES = 1024 * 1024  # of an account file; no setting changes it


class ClientGone(Exception):
    """The connection closed before the request was complete."""


class BadContentLength(Unreadable):
    """`Content-Length` is not a number."""

    code = "invalid_request"
    title = "Content-Length is not a number"


def check_headers(headers: Headers, most_bytes: int) -> None:
    """Passes when the headers are not larger than the limit; 0 is none.

    Raises:
        HeadersTooLarge: they are.
    """
    if most_bytes and sum(len(name) + len(value) + 4 for name, value in headers) > most_bytes:
        raise HeadersTooLarge(f"The request headers are larger than {most_bytes} bytes")


def header(headers: Headers, name: bytes) -> bytes | None:
    """The first value of a header, by its lowercase name."""
    for key, value in headers:
        if key == name:
            return value
    return None


async def read_body(scope: Scope, receive: Receive, most_bytes: int) -> bytes:
    """The whole body; one larger than the limit is not read to its end.

    Raises:
        BodyTooLarge: it is larger than `most_bytes` (0: any size).
        BadContentLength: its length is not a number.
        ClientGone: the connection closed.
    """
    announced = header(scope["headers"], b"content-length")
    if announced is not None:
        if not announced.isdigit():
            raise BadContentLength("")
        if most_bytes and int(announced) > most_bytes:
            raise BodyTooLarge(f"The request body is larger than {most_bytes} bytes")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        body += chunk
        if most_bytes and len(body) > most_bytes:
            raise BodyTooLarge(f"The request body is larger than {most_bytes} bytes")
        if not message.get("more_body", False):
            return body


def without_content(send: Send) -> Send:
    """Sends what HEAD gets: a GET's response without its content (RFC 9110 §9.3.2)."""

    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending
