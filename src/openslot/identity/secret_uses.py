"""When each client secret was last used: in memory first, in the database up to 10 s later.

A token request must not wait for a write, so its use is noted here and written with all others.
"""

import asyncio
import contextlib

from openslot.identity.store import client_secrets
from openslot.identity.store.client_secrets import Use
from openslot.kernel.clock import Millis
from openslot.storage.database import Database, DatabaseUnavailable

_FLUSH_SECONDS = 10.0


class SecretUses:
    """Notes uses and writes them every 10 s while there are any."""

    def __init__(self, database: Database, *, flush_seconds: float = _FLUSH_SECONDS) -> None:
        """Nothing runs until the first use."""
        self._database = database
        self._flush_seconds = flush_seconds
        self._uses: dict[str, Use] = {}
        self._flushing: asyncio.Task[None] | None = None

    def note(self, account_id: str, client_id: str, secret_id: str, at: Millis) -> None:
        """A secret has let a client in. Called on the event loop; never waits."""
        self._uses[secret_id] = Use(account_id, client_id, secret_id, at)
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush_later())

    async def flush(self) -> None:
        """Writes what has been noted; keeps it when the database does not answer."""
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            await self._database.write_system(
                "uses of every account's secrets at once",
                client_secrets.mark_used,
                list(uses.values()),
            )
        except BaseException as error:
            self._uses = {**uses, **self._uses}
            if not isinstance(error, DatabaseUnavailable):
                raise

    async def close(self) -> None:
        """Writes what is left. Call it before the database is closed."""
        if self._flushing is not None:
            self._flushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flushing
        await self.flush()

    async def _flush_later(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._flush_seconds)
                await self.flush()
                if not self._uses:
                    break
        finally:
            self._flushing = None
