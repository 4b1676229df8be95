"""The outbox is emptied: events get their place in the list of their account."""

import contextlib

from openslot.app import App
from openslot.kernel.errors import NotFound
from openslot.storage.journal import events

_ACCOUNTS_AT_ONCE = 100


async def dispatch_events(app: App) -> int:
    """Dispatches what lies in the outbox, of every account; returns how many events."""
    dispatched = 0
    while account_ids := await app.database.read_system(
        "the outbox of all", events.waiting, _ACCOUNTS_AT_ONCE
    ):
        before = dispatched
        for account_id in account_ids:
            with contextlib.suppress(NotFound):  # it was deleted since
                dispatched += await app.database.write_concurrently(account_id, events.dispatch)
        if dispatched == before:  # another process was faster
            break
    return dispatched
