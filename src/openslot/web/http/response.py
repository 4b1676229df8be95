"""A response, ready for the wire: the one type of all interfaces."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json
from starlette.types import Send

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Response:
    """Status, body and headers; `Content-Length` is added when it is sent."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()  # the values of `Set-Cookie`, which may come several times

    async def send(self, send: Send) -> None:
        """Sends it."""
        headers = [(b"content-length", str(len(self.body)).encode())]
        headers.extend(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self.headers.items()
        )
        headers.extend((b"set-cookie", cookie.encode("latin-1")) for cookie in self.cookies)
        # RFC 9110 §8.6: no length of what has no content by its status
        if self.status in (204, 304):
            del headers[0]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def etag_of(body: bytes) -> str:
    """A strong ETag (RFC 9110 §8.8.3): equal exactly when the bodies are."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A response of a pydantic model, or of plain data made of them."""
    return Response(status, to_json(value), {"Content-Type": JSON, **(headers or {})})


def no_content(headers: Mapping[str, str] | None = None) -> Response:
    """204: done, and nothing to say."""
    return Response(204, b"", headers or {})
