"""The background loop. A server on the embedded database runs it beside its requests."""

import asyncio

import structlog

from openslot.app import App
from openslot.identity import accounts, key_rotation
from openslot.identity import upkeep as identity_upkeep
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
        except Exception as error:  # a fault of ours: what else there is to do goes on all the same
            log.error("upkeep failed; it is tried again", exc_info=error)
        await asyncio.sleep(_PAUSE_SECONDS)


async def once(app: App) -> int:
    """Tends the signing keys, and forgets what is past its time; returns how many rows.

    All of it in small transactions.
    """
    await key_rotation.tend(app.database, app.keys)
    forgotten = 0
    for account in await app.database.read_system("upkeep of all", accounts.all_accounts):
        for forget_old in (upkeep.forget_old, identity_upkeep.forget_old):
            while count := await app.database.write(account.id, forget_old):
                forgotten += count
    return forgotten
