"""Free starts of one offer: those of a date, the next ones, and those nearest to a wished time.

They are the starts that a listing has: what is in it can be booked or moved to at this instant.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.scheduling.availability.availability import (
    earliest_start,
    grid,
    horizon_end,
    judge,
    run,
    with_room,
)
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store import day_sheets
from openslot.storage.transactions import AccountTx

_FIRST_DAYS = 7  # looked at at once; then twice as many, until enough is found
_MOST_DAYS = 366


def of_date(tx: AccountTx, query: SlotQuery, day: date) -> Sequence[Minute]:
    """The free starts of a local date, in order."""
    return _free(tx, query, *day_bounds(day, query.branch.zone))


def next_after(tx: AccountTx, query: SlotQuery, day: date, count: int) -> Sequence[Minute]:
    """The first free starts after a local date, in order; fewer where there are no more."""
    found: list[Minute] = []
    first = day_bounds(day, query.branch.zone)[1]
    for begin, end in _stretches_after(tx, query, first):
        found.extend(_free(tx, query, begin, end))
        if len(found) >= count:
            break
    return found[:count]


def nearest(tx: AccountTx, query: SlotQuery, wished: Minute, count: int) -> Sequence[Minute]:
    """The free starts nearest to a wished one, in order of time; of two as near the later."""
    days = _FIRST_DAYS
    while True:
        reach = days * MINUTES_PER_DAY
        found = _free(tx, query, wished - reach, wished + reach)
        if len(found) >= count or days >= _MOST_DAYS:
            by_distance = sorted(found, key=lambda start: (abs(start - wished), -start))
            return sorted(by_distance[:count])
        days *= 4


def _stretches_after(
    tx: AccountTx, query: SlotQuery, first: Minute
) -> Iterator[tuple[Minute, Minute]]:
    """The time from a start to the horizon, in longer and longer parts."""
    begin = max(first, earliest_start(query, tx.now))
    end = min(horizon_end(query, tx.now), begin + _MOST_DAYS * MINUTES_PER_DAY)
    days = _FIRST_DAYS
    while begin < end:
        until = min(begin + days * MINUTES_PER_DAY, end)
        yield begin, until
        begin, days = until, 2 * days


def _free(tx: AccountTx, query: SlotQuery, first: Minute, last: Minute) -> Sequence[Minute]:
    first = max(first, earliest_start(query, tx.now))
    last = min(last, horizon_end(query, tx.now))
    if first >= last or not query.offered:
        return []
    days = query.days(first, last)
    ids = query.resource_ids
    sheets = day_sheets.of_resources(tx, query.branch.id, ids, days[0], days[-1])
    judgement = run(judge(StartWindow(query, sheets, tx.now, first, last)))
    return with_room(judgement, grid(query, first, last))
