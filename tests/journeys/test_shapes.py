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
from .shapes import CLOSED, REFUSED, TAKEN, Target
from .town import API, account_file, token

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Heard:
    """What a server said, and whether it hung up."""

    text: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        """Of every answer."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.text)]


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


def exchange(server: Server, *parts: bytes, seconds: float = 1.0, pause: float = 0.0) -> Heard:
    """Sends bytes, and listens until the server hangs up or says nothing more for so long."""
    text = b""
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        for part in parts:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(part)
            time.sleep(pause)
        connection.settimeout(10)  # the first answer of a busy machine may come late
        try:
            while chunk := connection.recv(65_536):
                text += chunk
                connection.settimeout(seconds)
        except TimeoutError:
            return Heard(text, closed=False)
        except ConnectionResetError:
            pass
    return Heard(text, closed=True)


def test_what_could_be_read_in_two_ways(target: tuple[Server, Target]) -> None:
    """A 400 and the end of the connection, whatever part of it was a good request.

    501 where it is a transfer coding; two 400 where the body is read as a request.
    """
    server, good = target
    wrong = {}
    for name, shape in CLOSED.items():
        heard = exchange(server, shape(good))
        if not heard.closed or set(heard.statuses) not in ({400}, {501}):
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
    with server.wire() as wire:
        wire.send(good.good() + begun)
        assert wire.answer().status == 200, "a good request lost its answer to the one behind it"
        with contextlib.suppress(ConnectionError):  # the answer may be lost with the connection
            wire.send(b"x: y\r\n" * 44_000)
            assert wire.answer().status == 431
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
