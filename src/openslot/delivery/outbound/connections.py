"""Connections to addresses that were judged at that very moment.

A name is resolved once, every address that it has must pass, and the connection goes to one of
exactly these: a name that points elsewhere a moment later gains nothing.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import httpcore

from openslot.delivery.outbound.addresses import Address, Reach, address_of

Resolve = Callable[[str, int], Awaitable[list[Address]]]

_RESOLVERS = 32  # a name whose servers hang holds one of them for long

_NEXT_ADDRESS_SECONDS = 2.0  # of a name that has several: one may lie behind a dead network


class NotReached(Exception):
    """There is no connection; `reason` is the code that says why."""

    def __init__(self, reason: str) -> None:
        """`reason` is one of address_not_allowed, https_required, dns, connection, tls."""
        super().__init__(reason)
        self.reason = reason


class Resolver:
    """Asks the system for the addresses of names."""

    def __init__(self) -> None:
        """Threads are made when they are needed."""
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> list[Address]:
        """Every address of a name. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        addresses = (str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found)
        return list(dict.fromkeys(map(ip_address, addresses)))

    def close(self) -> None:
        """Waits for nobody: a name whose servers hang may take long."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class JudgingBackend(httpcore.AsyncNetworkBackend):
    """Makes the connections of a pool, by `https` or by `http`."""

    def __init__(self, reach: Reach, resolve: Resolve, *, encrypted: bool) -> None:
        """`encrypted`: they are for https. Others go to networks that are named alone."""
        self._reach = reach
        self._resolve = resolve
        self._encrypted = encrypted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that answers. Raises NotReached."""
        written = address_of(host)
        addresses = [written] if written is not None else await self._addresses(host, port)
        if not self._encrypted and not all(map(self._reach.is_named, addresses)):
            raise NotReached("https_required")
        if not all(map(self._reach.permits, addresses)):
            raise NotReached("address_not_allowed")
        for number, address in enumerate(addresses, 1):
            seconds = None if number == len(addresses) else _NEXT_ADDRESS_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    return _JudgedStream(*await asyncio.open_connection(str(address), port))
            except OSError:  # TimeoutError too
                continue
        raise NotReached("connection")

    async def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotReached("dns") from error
        if not addresses:
            raise NotReached("dns")
        return addresses

    async def sleep(self, seconds: float) -> None:
        """Pauses."""
        await asyncio.sleep(seconds)


class _JudgedStream(httpcore.AsyncNetworkStream):
    """A connection of asyncio, as httpcore uses one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._reader.read(max_bytes)
        except OSError as error:
            raise httpcore.ReadError from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as error:
            raise httpcore.WriteError from error

    async def aclose(self) -> None:
        self._writer.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except OSError as error:  # those of TLS too
            self._writer.close()
            raise NotReached("tls") from error
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # nothing is asked for, so it can only be the end
            return self._reader.at_eof() or self._writer.is_closing()
        return self._writer.get_extra_info(info)
