"""The addresses that a server listens on, the same whatever the number of its workers."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from openslot.web.http.serving.listening import AddressInUse, listening
from ports import free_port

ANY_IPV4 = "0.0.0.0"  # noqa: S104  (what is tested)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", {"127.0.0.1"}),
        ("::1", {"::1"}),
        ("::", {"::", ANY_IPV4}),
        ("0:0::0", {"::", ANY_IPV4}),
        (ANY_IPV4, {ANY_IPV4}),
        ("localhost", {info[4][0] for info in socket.getaddrinfo("localhost", 0)}),
    ],
)
def test_every_address_of_the_host_is_bound(host: str, expected: set[str]) -> None:
    with bound(host, free_port()) as sockets:
        assert {made.getsockname()[0] for made in sockets} == expected


def test_any_address_is_reached_by_both_and_both_come_as_they_are() -> None:
    """No caller is `::ffff:127.0.0.1`, which no list of proxies would hold."""
    port = free_port()
    with bound("::", port) as sockets:
        for host in ("127.0.0.1", "::1"):
            (listener,) = [s for s in sockets if (s.family == socket.AF_INET6) == (":" in host)]
            listener.listen()
            with socket.create_connection((host, port), 5):
                accepted, caller = listener.accept()
                accepted.close()
            assert caller[0] == host


@pytest.mark.parametrize("busy", ["127.0.0.1", "::1"])
def test_one_address_that_is_taken_refuses_all(busy: str) -> None:
    family = socket.AF_INET6 if ":" in busy else socket.AF_INET
    with closing(socket.socket(family)) as other:
        other.bind((busy, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressInUse, match="cannot be listened on: Address already in use"):
            listening("::", port)


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 8000), ("no.such.host.invalid", 8000), ("127.0.0.1", 65_536),
                       ("[::]", 8000), ("a" * 300, 8000), ("127.0.0.1:80", 8000)]
)  # fmt: skip
def test_what_is_no_address_of_this_machine_is_named(host: str, port: int) -> None:
    with pytest.raises(AddressInUse, match="cannot be listened on"):
        listening(host, port)


@contextmanager
def bound(host: str, port: int) -> Iterator[list[socket.socket]]:
    """The sockets, until the block ends."""
    sockets = listening(host, port)
    try:
        yield sockets
    finally:
        for made in sockets:
            made.close()
