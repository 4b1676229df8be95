"""Requests that no server should take: refused before the application sees them, on raw sockets."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openslot.settings import Settings

from .running import Running, read_all, running
from .world import World

pytestmark = pytest.mark.slow

LINE = b"GET /health/live HTTP/1.1\r\n"
HOST = b"Host: x\r\n"
POST = b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

HEADS = {
    "no host": (LINE, b"400"),
    "two hosts": (LINE + HOST + HOST, b"400"),
    "an empty host": (LINE + b"Host:\r\n", b"400"),
    "a space in the host": (LINE + b"Host: a b\r\n", b"400"),
    "user info in the host": (LINE + b"Host: ann@x\r\n", b"400"),
    "a port that is none": (LINE + b"Host: x:y\r\n", b"400"),
    "too large a port": (LINE + b"Host: x:65536\r\n", b"400"),
    "an IPv6 address that is none": (LINE + b"Host: [::g]\r\n", b"400"),
    "an IPv6 address without brackets": (LINE + b"Host: ::1\r\n", b"400"),
    "a path in the host": (LINE + b"Host: x/y\r\n", b"400"),
    "two hosts in one": (LINE + b"Host: x, y\r\n", b"400"),
    "a host that is no ASCII": (LINE + b"Host: \xc3\xa9\r\n", b"400"),
    "a host on two lines": (LINE + b"Host: x\r\n\ty\r\n", b"400"),
    "a space before the colon": (LINE + b"Host : x\r\n", b"400"),
    "a folded header": (LINE + HOST + b"X-A: b\r\n c\r\n", b"400"),
    "a line feed alone": (LINE + b"Host: x\nX-A: b\r\n", b"400"),
    "a carriage return alone": (LINE + HOST + b"X-A: b\rc\r\n", b"400"),
    "NUL in a value": (LINE + HOST + b"X-A: b\0c\r\n", b"400"),
    "NUL in a name": (LINE + HOST + b"X\0A: b\r\n", b"400"),
    "a header without a name": (LINE + HOST + b": b\r\n", b"400"),
    "a header without a colon": (LINE + HOST + b"X-A\r\n", b"400"),
    "a fragment": (b"GET /health/live#a HTTP/1.1\r\n" + HOST, b"400"),
    "a fragment after a query": (b"GET /health/live?a#b HTTP/1.1\r\n" + HOST, b"400"),
    "a fragment of an address": (b"GET http://x/health/live#a HTTP/1.1\r\n" + HOST, b"400"),
    "user info in an address": (b"GET http://ann@x/health/live HTTP/1.1\r\n" + HOST, b"400"),
    "an address of another scheme": (b"GET ftp://x/health/live HTTP/1.1\r\n" + HOST, b"400"),
    "an asterisk": (b"GET * HTTP/1.1\r\n" + HOST, b"400"),
    "no slash": (b"GET health/live HTTP/1.1\r\n" + HOST, b"400"),
    "a tunnel": (b"CONNECT x:80 HTTP/1.1\r\n" + HOST, b"400"),
    "HTTP/0.9": (b"GET /health/live HTTP/0.9\r\n" + HOST, b"505"),
    "HTTP/1.2": (b"GET /health/live HTTP/1.2\r\n" + HOST, b"400"),
    "HTTP/2.0": (b"GET /health/live HTTP/2.0\r\n" + HOST, b"505"),
    "HTTP/3.0": (b"GET /health/live HTTP/3.0\r\n" + HOST, b"400"),
    "http/1.1": (b"GET /health/live http/1.1\r\n" + HOST, b"400"),
    "RTSP": (b"GET /health/live RTSP/1.0\r\n" + HOST, b"400"),
    "two spaces": (b"GET  /health/live HTTP/1.1\r\n" + HOST, b"400"),
    "a tab": (b"GET\t/health/live HTTP/1.1\r\n" + HOST, b"400"),
    "a signed length": (POST + b"Content-Length: +2\r\n", b"400"),
    "a list of lengths": (POST + b"Content-Length: 2, 2\r\n", b"400"),
    "two lengths that are equal": (POST + b"Content-Length: 2\r\nContent-Length: 2\r\n", b"400"),
    "an empty length": (POST + b"Content-Length:\r\n", b"400"),
    "a length of sixteens": (POST + b"Content-Length: 0x2\r\n", b"400"),
    "a length beyond counting": (POST + b"Content-Length: 99999999999999999999999\r\n", b"400"),
    "a length and chunks": (POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"400"),
    "chunks and a length": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", b"400"),
    "an unknown coding": (POST + b"Transfer-Encoding: foo\r\n", b"501"),
    "an unknown coding first": (POST + b"Transfer-Encoding: foo, chunked\r\n", b"501"),
    "an unknown coding last": (POST + b"Transfer-Encoding: chunked, foo\r\n", b"400"),
    "an unknown coding on another line": (
        POST + b"Transfer-Encoding: foo\r\nTransfer-Encoding: chunked\r\n",
        b"501",
    ),
    "chunked with a parameter": (POST + b"Transfer-Encoding: chunked;a=b\r\n", b"501"),
    "gzip": (POST + b"Transfer-Encoding: gzip, chunked\r\n", b"501"),
    "identity": (POST + b"Transfer-Encoding: identity\r\n", b"501"),
    "chunked twice": (POST + b"Transfer-Encoding: chunked, chunked\r\n", b"400"),
    "chunked on two lines": (
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"400",
    ),
    "an empty coding": (POST + b"Transfer-Encoding:\r\n", b"400"),
    "chunks before HTTP/1.1": (
        b"POST /oauth2/token HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
        b"400",
    ),
    "an offer beside an unknown coding": (
        POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: foo, chunked\r\n",
        b"501",
    ),
}
BODIES = {
    "a negative chunk": b"-1\r\nx\r\n0\r\n\r\n",
    "a signed chunk": b"+1\r\nx\r\n0\r\n\r\n",
    "a prefixed chunk": b"0x1\r\nx\r\n0\r\n\r\n",
    "a chunk beyond counting": b"fffffffffffffffff\r\nx",
    "a chunk that is longer": b"1\r\nxyz\r\n0\r\n\r\n",
    "a line feed after a chunk": b"1\r\nx\n0\r\n\r\n",
    "a line feed after a size": b"1\nx\r\n0\r\n\r\n",
    "a length in the trailer": b"0\r\nContent-Length: 3\r\n\r\n",
}
TAKEN = {
    "the usual": LINE + HOST,
    "an address and a port": LINE + b"Host: [::1]:8000\r\n",
    "a name inside a network": LINE + b"Host: my_service\r\n",
    "an http address": b"GET http://x/health/live HTTP/1.1\r\n" + HOST,
    "HTTP/1.0 without a host": b"GET /health/live HTTP/1.0\r\n",
    "empty lines before": b"\r\n\r\n" + LINE + HOST,
}


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def server(
    request: pytest.FixtureRequest,
    settings: Settings,
    peopled: tuple[Path, World],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    """A server; what it logs is looked at too."""
    folder = tmp_path_factory.mktemp("strict")
    with running(settings, peopled, folder, workers=request.param) as made:
        yield made
        made.stop()


@pytest.mark.parametrize("shape", HEADS)
def test_a_head_that_leaves_doubt_is_refused(server: Running, shape: str) -> None:
    head, status = HEADS[shape]
    answer = whole(server, head + b"\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 " + status), answer
    assert answer.count(b"HTTP/1.1 ") == 1
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    if "error" in body:
        assert body["error"] == "invalid_request"
    else:
        assert body["status"] == int(status)
    assert b"connection: close" in answer


@pytest.mark.parametrize("shape", BODIES)
def test_chunks_that_leave_doubt_are_refused(server: Running, shape: str) -> None:
    answer = whole(server, CHUNKED + BODIES[shape])
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("shape", TAKEN)
def test_what_is_right_is_taken(server: Running, shape: str) -> None:
    answer = whole(server, TAKEN[shape] + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 "), answer


def test_a_head_may_come_letter_by_letter(server: Running) -> None:
    with server.connect() as connection:
        for letter in LINE + HOST + b"Connection: close\r\n\r\n":
            connection.sendall(bytes([letter]))
        assert read_all(connection).startswith(b"HTTP/1.1 200 ")


def test_one_that_is_refused_waits_for_those_before(server: Running) -> None:
    """Answers come in the order of the requests, and nothing follows the refusal."""
    good = LINE + HOST + b"\r\n"
    answer = whole(server, good + good + LINE + b"Host: a b\r\n\r\n" + good)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200", b"400"]


def test_the_refusal_arrives_though_more_is_sent(server: Running) -> None:
    """A connection that is closed with unread bytes would take it along."""
    with server.connect() as connection:
        connection.sendall(POST + b"Transfer-Encoding: foo\r\n\r\n")
        time.sleep(0.2)
        connection.sendall(b"x" * 100_000)
        assert read_all(connection).startswith(b"HTTP/1.1 501 ")


def whole(server: Running, sent: bytes) -> bytes:
    """Everything that comes until the server closes the connection, which it has to."""
    with server.connect() as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received
