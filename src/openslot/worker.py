"""The background loop. A server on the embedded database runs it beside its requests."""

import asyncio

import structlog

from openslot.app import App
from openslot.identity import accounts
from openslot.kernel.errors import OpenslotError
from openslot.scheduling import upkeep

_PAUSE_SECONDS = 60.0


async def run(app: App) -> None:
    """Does what has to be done now and then, until it is cancelled."""
    log = structlog.get_logger("openslot.worker")
    while True:
        try:
            await once(app)
        except OpenslotError as error:
            log.warning("upkeep failed; it is tried again", code=error.code)
        await asyncio.sleep(_PAUSE_SECONDS)


async def once(app: App) -> int:
    """Forgets what is past its time, in small transactions; returns how many rows."""
    forgotten = 0
    for account in await app.database.read_system("upkeep of all", accounts.all_accounts):
        while count := await app.database.write(account.id, upkeep.forget_old):
            forgotten += count
    return forgotten
