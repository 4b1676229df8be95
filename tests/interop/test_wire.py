"""What no library sends: requests to the token endpoint that only a socket can make."""

import socket

import httpx
import pytest

from .site import Site

pytestmark = pytest.mark.slow


def test_what_only_a_socket_can_say(site: Site) -> None:
    """A length and chunks at once, or two lengths, end the connection and give no token."""
    host, port = site.url.removeprefix("http://").split(":")
    for framing in (
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            head = f"POST /oauth2/token HTTP/1.1\r\nHost: {host}\r\n{framing}\r\n\r\n"
            connection.sendall(head.encode() + b"0\r\n\r\n")
            answer = b""
            while received := connection.recv(65_536):
                answer += received
        assert b" 400 " in answer.split(b"\r\n", 1)[0]
        assert b"access_token" not in answer


def test_a_body_that_is_too_large_is_answered(site: Site) -> None:
    """While it is still being sent; the connection serves the next request."""
    with httpx.Client(base_url=site.url) as client:
        answer = client.post("/oauth2/token", content=b"x" * 1_000_000)
        assert (answer.status_code, answer.headers["cache-control"]) == (413, "no-store")
        assert client.get("/oauth2/token").status_code == 405
