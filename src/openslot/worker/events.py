"""The outbox is emptied: events get their place in the list, and go out to who wants them."""

import contextlib
from collections.abc import Callable

from openslot.kernel.errors import NotFound
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx, Database

_ACCOUNTS_AT_ONCE = 100


async def dispatch_events(database: Database, dispatch: Callable[[AccountTx], int]) -> int:
    """Dispatches what lies in the outbox, of every account; returns how many events.

    `dispatch` is one step of it in one account. Goes on only while more is waiting than one step
    takes. What is booked meanwhile waits for the next round: under a steady stream of bookings each
    would otherwise get a transaction more.
    """
    dispatched, most, after = 0, 0, ""
    while True:
        account_ids = await database.read_system(
            "the outbox of all", events.waiting, after, _ACCOUNTS_AT_ONCE
        )
        for account_id in account_ids:
            with contextlib.suppress(NotFound):  # it was deleted since
                count = await database.write_concurrently(account_id, dispatch)
                dispatched, most = dispatched + count, max(most, count)
        if len(account_ids) == _ACCOUNTS_AT_ONCE:
            after = account_ids[-1]  # those behind have their turn, however busy these are
        elif most < events.MOST_DISPATCHED:
            return dispatched
        else:
            most, after = 0, ""
