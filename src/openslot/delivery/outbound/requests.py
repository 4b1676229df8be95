"""One POST to an address outside: bounded in time, in what is read, and in where it goes."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from openslot.delivery.libraries import tls_context
from openslot.delivery.outbound.addresses import Reach
from openslot.delivery.outbound.connections import JudgingBackend, NotReached, Resolve, Resolver

_MOST_READ_BYTES = 65_536
_SHOWN_CHARACTERS = 1024
_IDLE_CONNECTIONS = 200
_IDLE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of a request."""

    status: int | None  # of the answer; None: there is none
    error: str | None  # timeout, connection, dns, tls, …; None: there is an answer
    milliseconds: int
    body: str | None = None  # the begin of the answer
    retry_after: str | None = None  # as the header has it


class OutboundClient:
    """Sends requests for as long as a process lives; connections are used again."""

    def __init__(
        self,
        reach: Reach,
        timeout_seconds: float,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`resolve` and `tls` are the system's by default. The environment's proxies are not used.

        `timeout_seconds` is from connecting to the end of the answer; 0 is without end.
        """
        self._resolver = Resolver() if resolve is None else None
        self._timeout = timeout_seconds or None
        resolving = resolve or self._resolver
        assert resolving is not None  # noqa: S101  (one of them is)
        self._pools = {
            scheme: httpcore.AsyncConnectionPool(
                ssl_context=tls or tls_context(),
                # Whoever sends bounds how much is under way. A bound here would let those that
                # hang use up the time of others, who would count as failing.
                max_connections=None,
                max_keepalive_connections=_IDLE_CONNECTIONS,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=JudgingBackend(reach, resolving, encrypted=scheme == "https"),
            )
            for scheme in ("https", "http")
        }

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        """Sends a body. Redirects are not followed: they are an answer like any other."""
        began = time.monotonic()

        def failed(reason: str) -> Exchange:
            return Exchange(None, reason, round((time.monotonic() - began) * 1000))

        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(url, headers, body, began)
        except (TimeoutError, httpcore.TimeoutException):
            return failed("timeout")
        except NotReached as error:
            return failed(error.reason)
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError):
            return failed("connection")

    async def _post(
        self, url: str, headers: Mapping[str, str], body: bytes, began: float
    ) -> Exchange:
        pool, sent = self._pools[urlsplit(url).scheme], list(headers.items())
        async with pool.stream("POST", url, headers=sent, content=body) as response:
            read = bytearray()
            async for chunk in response.aiter_stream():
                read += chunk
                if len(read) >= _MOST_READ_BYTES:
                    break  # the connection is closed, and the status decides
        found = {name.lower(): value for name, value in response.headers}
        return Exchange(
            status=response.status,
            error=None,
            milliseconds=round((time.monotonic() - began) * 1000),
            body=bytes(read).decode("utf-8", "replace").replace("\0", "\ufffd")[:_SHOWN_CHARACTERS],
            retry_after=found.get(b"retry-after", b"").decode("latin-1") or None,
        )

    async def close(self) -> None:
        """Closes every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        if self._resolver is not None:
            self._resolver.close()
