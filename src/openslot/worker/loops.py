"""The background loops. A server on the embedded database runs them beside its requests."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from openslot.app import App
from openslot.kernel.errors import OpenslotError
from openslot.worker.events import dispatch_events
from openslot.worker.replays import replay_events
from openslot.worker.signing_keys import tend_signing_keys
from openslot.worker.upkeep import delete_expired


@dataclass(frozen=True, slots=True)
class Loop:
    """Something that is done again and again."""

    name: str
    action: Callable[[App], Awaitable[object]]
    pause_seconds: float

    async def run(self, app: App) -> None:
        """Does it until it is cancelled. A failure is logged, and does not end the loop."""
        log = structlog.get_logger("openslot.worker")
        while True:
            try:
                await self.action(app)
            except OpenslotError as error:
                log.warning("a background loop failed; it goes on", loop=self.name, code=error.code)
            except Exception as error:  # a fault of ours: the other rounds go on anyway
                log.error("a background loop failed; it goes on", loop=self.name, exc_info=error)
            await asyncio.sleep(self.pause_seconds)


LOOPS = (
    Loop("signing keys", tend_signing_keys, 60.0),
    Loop("upkeep", delete_expired, 60.0),
    # What was committed is on its way within a second, the first attempt included.
    Loop("events", lambda app: dispatch_events(app.database, app.dispatch), 0.4),
    Loop("replays", lambda app: replay_events(app.database, app.replay), 0.4),
)
DELIVERY = (
    Loop("webhooks", lambda app: app.webhook_lanes.look(), 0.4),
    Loop("messages", lambda app: app.look_for_messages(), 0.4),
)


async def run(app: App, *, delivers: bool) -> None:
    """Runs every loop until this is cancelled; what leaves is sent if `delivers`."""
    loops = (*LOOPS, *DELIVERY) if delivers else LOOPS
    await asyncio.gather(*(loop.run(app) for loop in loops))
