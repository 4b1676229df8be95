"""Connections of one process to PostgreSQL: opened when needed, reused, closed when broken.

Our own and not `psycopg_pool`, because that waits for a server that is gone where we answer 503 at
once, and looks for it in growing steps where the next request should find it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psycopg

from openslot.storage.postgresql.connection import PostgresqlConnection


class Pool:
    """At most so many connections; those that write leave some for those that read."""

    def __init__(self, url: str, most: int) -> None:
        """Nothing is opened until it is needed."""
        self._url = url
        self._room = asyncio.Semaphore(most)
        self._room_to_write = asyncio.Semaphore(max(1, most - most // 4))
        self._idle: list[PostgresqlConnection] = []

    @contextlib.asynccontextmanager
    async def connection(self, *, writes: bool) -> AsyncIterator[PostgresqlConnection]:
        """A connection without a transaction; afterwards reused if it is still so.

        Raises:
            psycopg.Error: there is none, and the server lets us have none.
        """
        async with self._room_to_write if writes else contextlib.nullcontext(), self._room:
            connection = await self._take()
            try:
                yield connection
            finally:
                if connection.usable:
                    self._idle.append(connection)
                else:
                    await connection.close()

    async def _take(self) -> PostgresqlConnection:
        while self._idle:
            connection = self._idle.pop()  # the one used last: the others may rest
            if connection.usable:
                return connection
            await connection.close()
        return await PostgresqlConnection.open(self._url)

    async def forget_idle(self) -> None:
        """Closes the idle ones: the server that they led to may be gone."""
        idle, self._idle = self._idle, []
        for connection in idle:
            with contextlib.suppress(psycopg.Error):
                await connection.close()
