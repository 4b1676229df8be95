"""Rows that have expired are deleted, of every account."""

import asyncio
import contextlib
from collections.abc import Callable

from openslot.app import App
from openslot.delivery import upkeep as delivery_upkeep
from openslot.identity import accounts
from openslot.identity import upkeep as identity_upkeep
from openslot.kernel.errors import NotFound
from openslot.scheduling import upkeep as scheduling_upkeep
from openslot.storage.transactions import AccountTx, SystemTx

_ACCOUNTS_AT_ONCE = 100


async def delete_expired(app: App) -> int:
    """Deletes what has expired; returns how many rows.

    All of it in small transactions, and only in accounts that have something to delete: a write
    in an account locks it for others.
    """
    deleted = 0
    after: str | None = ""
    while after is not None:
        due, after = await app.database.read_system("upkeep of all", _due, after)
        for account_id, delete in due:
            with contextlib.suppress(NotFound):  # it was deleted since
                while count := await app.database.write(account_id, delete):
                    deleted += count
        await asyncio.sleep(0)  # a page takes some milliseconds; waiting requests run in between
    return deleted


def _due(
    tx: SystemTx, after: str
) -> tuple[list[tuple[str, Callable[[AccountTx], int]]], str | None]:
    """What there is to do in the next accounts after an id, and the last id; None: no more."""
    page = accounts.page(tx, after, _ACCOUNTS_AT_ONCE)
    due = [
        (account_id, part.delete_expired)
        for part in (scheduling_upkeep, identity_upkeep, delivery_upkeep)
        for account_id in sorted(part.due(tx, page))
    ]
    return due, page[-1].id if len(page) == _ACCOUNTS_AT_ONCE else None
