"""Replays go on, of every account, so slowly that whoever books does not notice."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from openslot.delivery.webhooks import replaying
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx, Database

_ACCOUNTS_AT_ONCE = 100
_SHORTEST_PAUSE_SECONDS = 0.005


async def replay_events(database: Database, step: Callable[[AccountTx], bool]) -> None:
    """Does what is left of replays; `step` does some of it in one account, and says if more is.

    After each step there is a pause as long as the step: others have the database half of the time.
    """
    while account_ids := await database.read_system(
        "replays of all", replaying.accounts, _ACCOUNTS_AT_ONCE
    ):
        for account_id in account_ids:
            began = time.monotonic()
            with contextlib.suppress(NotFound):  # it was deleted since
                await database.write_concurrently(account_id, step)
            await asyncio.sleep(max(_SHORTEST_PAUSE_SECONDS, time.monotonic() - began))
