"""Where the requests to webhooks go, and how much of an answer is read."""

import asyncio
import ipaddress
import socket
import ssl

import pytest
import trustme

from openslot.delivery.model.webhook_delivery import (
    ADDRESS_NOT_ALLOWED,
    DELIVERED,
    DNS,
    FAILED,
    HTTPS_REQUIRED,
    TIMEOUT,
    TLS,
)
from openslot.delivery.outbound.addresses import Address

from ..installation import Outside
from ..receivers import Request, receiving, status

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_an_endless_answer_is_cut_and_its_status_decides(out: Outside) -> None:
    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)

    async with receiving(endless) as receiver:
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, DELIVERED)
    [delivery] = await out.deliveries(hook)
    assert delivery.attempts[0]["body"] == "x" * 1024


async def test_an_answer_that_trickles_is_over_in_time(out: Outside) -> None:
    async def trickle(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with receiving(trickle) as receiver:
        out.process(timeout_seconds=0.5)
        hook = await out.hook(receiver.url())
        await out.happens()
        await out.until(hook, FAILED)
    [delivery] = await out.deliveries(hook)
    assert {a["error"] for a in delivery.attempts} == {TIMEOUT}
    assert all(a["milliseconds"] < 3000 for a in delivery.attempts)


@pytest.mark.parametrize(
    ("networks", "host", "addresses", "error"),
    [
        ("", "inner.example", ["127.0.0.1"], HTTPS_REQUIRED),
        ("10.0.0.0/8", "inner.example", ["127.0.0.1"], HTTPS_REQUIRED),
        ("127.0.0.0/8", "mixed.example", ["127.0.0.1", "8.8.8.8"], HTTPS_REQUIRED),
        ("127.0.0.0/8", "nowhere.example", [], DNS),
    ],
)
async def test_a_name_is_judged_when_it_is_connected_to(
    out: Outside, networks: str, host: str, addresses: list[str], error: str
) -> None:
    async def resolve(name: str, _: int) -> list[Address]:
        assert name == host
        return [ipaddress.ip_address(text) for text in addresses]

    async with receiving() as receiver:
        out.process(networks=networks, resolve=resolve)
        hook = await out.hook(receiver.url(host))
        await out.happens()
        await out.until(hook, FAILED)
        assert receiver.requests == []
    [delivery] = await out.deliveries(hook)
    assert {a["error"] for a in delivery.attempts} == {error}


async def test_a_name_that_points_elsewhere_a_moment_later_gains_nothing(out: Outside) -> None:
    """The connection goes to what was judged; the next one is judged again."""
    given = [["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]]
    asked = 0

    async def resolve(_: str, __: int) -> list[Address]:
        nonlocal asked
        asked += 1
        return [ipaddress.ip_address(t) for t in given[min(asked, len(given)) - 1]]

    closing = status(500, "connection: close")

    async def close(request: Request, writer: asyncio.StreamWriter) -> None:
        await closing(request, writer)
        await writer.drain()
        writer.close()

    async with receiving(close) as receiver:
        out.process(resolve=resolve)
        hook = await out.hook(receiver.url("rebinding.example"))
        await out.happens()
        await out.until(hook, FAILED)
        assert len(receiver.requests) == 2
    [delivery] = await out.deliveries(hook)
    assert [a["error"] for a in delivery.attempts] == ["status", "status", HTTPS_REQUIRED]


@pytest.mark.parametrize(
    ("host", "trusted", "networks", "error"),
    [
        ("crm.example", True, "127.0.0.0/8", None),
        ("crm.example", False, "127.0.0.0/8", TLS),
        ("other.example", True, "127.0.0.0/8", TLS),
        ("crm.example", True, "", ADDRESS_NOT_ALLOWED),
    ],
)
async def test_certificates_are_verified(
    out: Outside, host: str, trusted: bool, networks: str, error: str | None
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("crm.example").configure_cert(serving)
    (authority if trusted else stranger).configure_trust(trusting)

    async def resolve(_: str, __: int) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.1")]

    async with receiving(tls=serving) as receiver:
        out.process(resolve=resolve, tls=trusting, networks=networks)
        hook = await out.hook(receiver.url(host))
        await out.happens()
        await out.until(hook, FAILED if error else DELIVERED)
        assert len(receiver.requests) == (0 if error else 1)
    [delivery] = await out.deliveries(hook)
    assert {attempt["error"] for attempt in delivery.attempts} == {error}


async def test_an_address_that_is_dead_leaves_time_for_the_next_one(out: Outside) -> None:
    async def resolve(_: str, __: int) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.9"), ipaddress.ip_address("127.0.0.1")]

    async with receiving() as receiver:
        # Nobody accepts, and its queue is full: to the next one it does not answer.
        with (
            socket.create_server(("127.0.0.9", receiver.port), backlog=0) as dead,
            socket.create_connection(dead.getsockname()),
        ):
            out.process(resolve=resolve)
            hook = await out.hook(receiver.url("two.example"))
            await out.happens()
            await out.until(hook, DELIVERED)
    assert len((await out.deliveries(hook))[0].attempts) == 1
