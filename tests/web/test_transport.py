"""HTTP itself, against a real server: what is too large, too slow, or in doubt."""

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openslot.settings import Settings

from .running import Running, read_all, running
from .site import at
from .world import World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(
    settings: Settings, peopled: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """One server for all of them."""
    folder = tmp_path_factory.mktemp("transport")
    with running(settings, peopled, folder, request_seconds=2) as made:
        yield made


def request(
    server: Running, method: str, path: str, body: bytes | None = None, *lines: str
) -> bytes:
    """A request as bytes; `Connection: close` unless the lines say otherwise."""
    head = [
        f"{method} /external/v1{path} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {server.token}",
        *lines,
    ]
    if body is not None:
        head += ["Content-Type: application/json"]
        if not any(line.startswith(("Content-Length", "Transfer-Encoding")) for line in lines):
            head += [f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + (body or b"")


def statuses(received: bytes) -> list[int]:
    """Of every answer in a stream."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", received)]


def test_two_lengths_close_the_connection(server: Running) -> None:
    """RFC 9112 §6.3: Content-Length with Transfer-Encoding may be smuggling."""
    smuggled = request(
        server, "POST", "/reservations", b"0\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n",
        "Content-Length: 5", "Transfer-Encoding: chunked",
    )  # fmt: skip
    received = server.exchange(smuggled)
    assert statuses(received) == [400]
    for lengths in (("Content-Length: 2", "Content-Length: 3"), ("Content-Length: +2",),
                    ("Content-Length: 2, 3",), ("Content-Length: -1",)):  # fmt: skip
        received = server.exchange(request(server, "POST", "/reservations", b"{}", *lengths))
        assert statuses(received) == [400], lengths


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_large_headers(server: Running, size: int) -> None:
    """431, whether it is one large header or many."""
    one = server.exchange(request(server, "GET", "/services", None, "X-Large: " + "x" * size))
    assert statuses(one) == [431]
    lines = [f"X-{n}: {'x' * 90}" for n in range(size // 100)]
    assert statuses(server.exchange(request(server, "GET", "/services", None, *lines))) == [431]


def test_a_long_address(server: Running) -> None:
    """It is refused, and cheaply."""
    for size in (20_000, 60_000, 300_000):
        received = server.exchange(request(server, "GET", "/services?" + "x" * size))
        assert statuses(received) in ([400], [422], [431])


def test_a_large_body_is_refused_before_it_is_read(server: Running) -> None:
    """Announced: at once. Chunked: as soon as it is too large."""
    with server.connect() as connection:
        began = time.monotonic()
        connection.sendall(
            request(server, "POST", "/reservations", b"", "Content-Length: 1000000000")
        )
        assert b"413" in connection.recv(65536)
        assert time.monotonic() - began < 5  # a body has longer
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    received = server.exchange(
        request(server, "POST", "/reservations", b"", "Transfer-Encoding: chunked"), *[chunk] * 5
    )
    assert statuses(received)[:1] == [413]


def test_a_slow_body(server: Running) -> None:
    """503 when the time of a request is over."""
    received = server.exchange(
        request(server, "POST", "/reservations", b"{", "Content-Length: 2"), pause=2.5
    )
    assert statuses(received) == [503]
    assert b"request_timeout" in received


def test_a_client_that_goes_away(server: Running) -> None:
    """In the middle of its body: nothing is logged as a fault of ours."""
    with server.connect() as connection:
        connection.sendall(request(server, "POST", "/reservations", b"{", "Content-Length: 20"))
    time.sleep(0.3)
    assert statuses(server.exchange(request(server, "GET", "/branches"))) == [200]
    log = server.log.read_text()
    assert "Traceback" not in log
    assert '"level": "error"' not in log


def test_pipelining(server: Running) -> None:
    """Answers come in the order of the requests, on one connection."""
    three = [request(server, "GET", path) for path in ("/branches", "/nothing", "/services")]
    received = server.exchange(b"".join(three))
    assert statuses(received) == [200, 404, 200]


def test_head_has_no_body(server: Running) -> None:
    """Though Content-Length says what GET would send."""
    received = server.exchange(request(server, "HEAD", "/services"))
    head, _, body = received.partition(b"\r\n\r\n")
    assert statuses(received) == [200]
    assert b"content-length: 0" not in head.lower()
    assert body == b""
    failed = server.exchange(request(server, "HEAD", "/nothing"))
    assert statuses(failed) == [404]
    assert failed.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "line",
    [b"GET /external/v1/services/\xff HTTP/1.1", b"GET  / HTTP/1.1", b"GET / HTTP/9.9",
     b"\x16\x03\x01", b"GET /external/v1/\x00 HTTP/1.1", b"get /external/v1/services HTTP/1.1"],
)  # fmt: skip
def test_what_is_no_request(server: Running, line: bytes) -> None:
    """It is refused, and the server lives on."""
    received = server.exchange(line + b"\r\nHost: x\r\n\r\n")
    assert [status // 100 for status in statuses(received)] == [4], received
    assert statuses(server.exchange(request(server, "GET", "/branches"))) == [200]


def test_expecting_to_continue(server: Running) -> None:
    """RFC 9110 §10.1.1."""
    head = request(
        server, "POST", "/appointments/search", b"", "Content-Length: 2", "Expect: 100-continue"
    )
    with server.connect() as connection:
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert b" 422 " in read_all(connection)


def test_sigterm_finishes_what_runs(
    settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> None:
    """A request whose body is still on its way is answered; then the server ends by itself."""
    with running(settings, peopled, tmp_path) as server:
        body = json.dumps(
            {
                "serviceId": server.world.acme.ids["service", "passport"],
                "branchId": server.world.acme.ids["branch", "centre"],
                "timeSlot": {"startTime": at(3)},
            }
        ).encode()
        with server.connect() as connection:
            connection.sendall(request(server, "POST", "/reservations", body)[:-10])
            time.sleep(0.3)
            server.process.terminate()
            time.sleep(0.5)
            connection.sendall(body[-10:])
            assert b" 201 " in read_all(connection)
        assert server.process.wait(20) in (0, -signal.SIGTERM)
