"""The background loop. A server on the embedded database runs it beside its requests."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from openslot.app import App
from openslot.identity import accounts
from openslot.identity import upkeep as identity_upkeep
from openslot.identity.keys import rotation
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.scheduling import upkeep
from openslot.storage.transactions import AccountTx, SystemTx

_PAUSE_SECONDS = 60.0
_ACCOUNTS_AT_ONCE = 100


async def run(app: App) -> None:
    """Does what has to be done now and then, until it is cancelled."""
    log = structlog.get_logger("openslot.worker")
    while True:
        try:
            await once(app)
        except OpenslotError as error:
            log.warning("upkeep failed; it is tried again", code=error.code)
        except Exception as error:  # a fault of ours: what else there is to do goes on all the same
            log.error("upkeep failed; it is tried again", exc_info=error)
        await asyncio.sleep(_PAUSE_SECONDS)


async def once(app: App) -> int:
    """Tends the signing keys, and forgets what is past its time; returns how many rows.

    All of it in small transactions, and only in accounts that have something to forget: who
    writes in an account keeps others out of it.
    """
    await rotation.tend(app.database, app.keys)
    forgotten = 0
    after: str | None = ""
    while after is not None:
        due, after = await app.database.read_system("upkeep of all", _due, after)
        for account_id, delete_expired in due:
            with contextlib.suppress(NotFound):  # it was deleted since
                while count := await app.database.write(account_id, delete_expired):
                    forgotten += count
        await asyncio.sleep(0)  # a page takes some milliseconds; whoever waits comes in between
    return forgotten


def _due(
    tx: SystemTx, after: str
) -> tuple[list[tuple[str, Callable[[AccountTx], int]]], str | None]:
    """What there is to do in the next accounts after an id, and the last id; None: no more."""
    page = accounts.page(tx, after, _ACCOUNTS_AT_ONCE)
    due = [
        (account_id, part.delete_expired)
        for part in (upkeep, identity_upkeep)
        for account_id in sorted(part.due(tx, page))
    ]
    return due, page[-1].id if len(page) == _ACCOUNTS_AT_ONCE else None
