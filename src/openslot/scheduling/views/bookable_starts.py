"""The bookable starts of a listing, from memory for the dates that nothing has changed.

A range is the union of its dates. What was computed for a date holds in every range that has it,
while the sheets that decided about it have the same versions and no reservation in them expires.
So after a booking only the dates that it touches are computed again.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain

from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.validity import ALWAYS, Validity
from openslot.scheduling.availability.availability import (
    earliest_start,
    grid,
    judge,
    with_room,
)
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.zones import (
    day_bounds,
    first_occurrences,
    local_date,
    local_dates,
)
from openslot.scheduling.store import day_sheets
from openslot.scheduling.store.day_sheets import DayVersion
from openslot.scheduling.views.listings import Snapshot, read_sheets
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx

_BYTES_PER_DATE = 1000  # of memory, about


@dataclass(frozen=True, slots=True)
class DateStarts:
    """The starts of one local date that have room, whatever notice and horizon say."""

    starts: Sequence[Minute]
    days: range  # the UTC days whose sheets decide about them
    versions: Sequence[DayVersion | None]  # of those sheets; None: there is none that day
    validity: Validity

    def holds(self, versions: Mapping[int, DayVersion], now: Millis) -> bool:
        """Whether it is still so at `now`, with these versions of all sheets by UTC day."""
        return self.validity.holds_at(now) and self.versions == [
            versions.get(day) for day in self.days
        ]


@dataclass(frozen=True, slots=True)
class StartsSource:
    """What a listing is computed from."""

    taken: Snapshot
    dates: Sequence[date]  # in order
    sheets: Sheets  # of the dates that are not known; of a detailed listing all
    known: Mapping[date, DateStarts] = field(default_factory=dict)
    versions: Mapping[int, DayVersion] = field(default_factory=dict)  # of the sheets, by UTC day
    remember: Callable[[Mapping[date, DateStarts]], None] = lambda _: None


def read(tx: AccountTx, taken: Snapshot) -> StartsSource:
    """Reads what a listing is computed from, in the transaction of its snapshot."""
    dates = dates_of(taken)
    if taken.listing.is_detailed or not dates:
        return StartsSource(taken, dates, read_sheets(tx, taken) if dates else {})
    query, cache = taken.query, tx.version_cache
    key = (tx.account.id, "starts", replace(taken.listing, first=None, last=None, limit=None))
    of_query = (taken.catalogue_version, query.policy.duration_minutes)
    memory: dict[date, DateStarts] = cache.get(key, of_query, dict)
    versions = {version[0]: version for version in taken.sheet_versions}
    known, missing = {}, []
    for day in dates:
        found = memory.get(day)
        if found is None:
            missing.append(query.days(*day_bounds(day, query.branch.zone)))
        elif found.holds(versions, taken.now):
            known[day] = found
        else:
            missing.append(found.days)

    def remember(found: Mapping[date, DateStarts]) -> None:
        memory.update(found)
        cache.put(key, of_query, memory, _BYTES_PER_DATE * len(memory))

    return StartsSource(taken, dates, _sheets(tx, query, missing), known, versions, remember)


def dates_of(taken: Snapshot) -> Sequence[date]:
    """The local dates of the branch that the bookable starts of a listing can lie on."""
    first, last = taken.in_time
    if not taken.query.offered or first >= last:
        return ()
    return local_dates(first, last, taken.query.branch.zone)


def bookable_starts(source: StartsSource) -> Steps[Sequence[Minute]]:
    """The bookable starts of the range, in order.

    Yields between steps, so that a loop can take turns.
    """
    found = dict(source.known)
    validities = _validities(source)
    for dates in _runs([day for day in source.dates if day not in found]):
        found.update((yield from _computed(source, dates, validities)))
        yield
    if len(found) > len(source.known):
        source.remember(found)
    starts = list(chain.from_iterable(found[day].starts for day in source.dates))
    return _between(starts, *source.taken.in_time)


def bookable_times(source: StartsSource) -> Steps[Sequence[Minute]]:
    """The bookable starts that their wall time names: of one that is shown twice the first."""
    starts = yield from bookable_starts(source)
    return first_occurrences(starts, source.taken.query.branch.zone)


def dates(source: StartsSource) -> Steps[list[date]]:
    """The local dates that have at least one bookable start, in order."""
    return _dates_of((yield from bookable_starts(source)), source.taken)


def dates_of_times(source: StartsSource) -> Steps[list[date]]:
    """The local dates that have at least one of `bookable_times`, in order."""
    return _dates_of((yield from bookable_times(source)), source.taken)


def _dates_of(starts: Sequence[Minute], taken: Snapshot) -> list[date]:
    zone = taken.query.branch.zone
    found: list[date] = []
    at = 0
    while at < len(starts) and len(found) != taken.listing.limit:
        found.append(local_date(starts[at], zone))
        at = bisect_left(starts, day_bounds(found[-1], zone)[1], at + 1)
    return found


def holds_until(source: StartsSource) -> Millis:
    """Until when a listing stays as it is, if no sheet and no catalogue changes: exclusive."""
    taken = source.taken
    query, zone = taken.query, taken.query.branch.zone
    # A start drops out when its notice begins; the horizon moves at local midnight.
    earliest = earliest_start(query, taken.now)
    midnight = day_bounds(local_date(taken.now // MINUTE_MS, zone), zone)[1]
    moments = [midnight * MINUTE_MS]
    upcoming = grid(query, earliest, min(taken.last, earliest + 2 * MINUTES_PER_DAY))
    if upcoming:
        moments.append((upcoming[0] - query.policy.notice_minutes) * MINUTE_MS + 1)
    if taken.listing.first is None:
        # The range moves with now, right after every whole minute: a start may come in.
        moments.append(-(-taken.now // MINUTE_MS) * MINUTE_MS + 1)
    moments.extend(date_starts.validity.until for date_starts in source.known.values())
    moments.extend(validity.until for validity in _validities(source).values())
    return min(moments)


def _sheets(tx: AccountTx, query: SlotQuery, missing: Sequence[range]) -> Sheets:
    """The sheets of every candidate for the dates that are not known."""
    days = sorted(set(chain.from_iterable(missing)))
    if not days:
        return {}
    branch_id, ids = query.branch.id, query.resource_ids
    if len(days) == days[-1] - days[0] + 1:
        return day_sheets.of_resources(tx, branch_id, ids, days[0], days[-1])
    return day_sheets.of_days(tx, branch_id, ids, days)


def _runs(days: Sequence[date]) -> Iterator[Sequence[date]]:
    """Dates in order, cut where they do not follow one another."""
    begin = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] - days[at - 1] > timedelta(days=1):
            yield days[begin:at]
            begin = at


def _validities(source: StartsSource) -> Mapping[int, Validity]:
    """Of each UTC day on which reservations may expire, how long its sheets hold."""
    now = source.taken.now
    found: dict[int, Validity] = {}
    for (_, utc_day), sheet in source.sheets.items():
        if not sheet.is_certain:
            found[utc_day] = found.get(utc_day, ALWAYS).and_of(sheet.validity(now))
    return found


def _computed(
    source: StartsSource, dates: Sequence[date], validities: Mapping[int, Validity]
) -> Steps[dict[date, DateStarts]]:
    """The starts of dates that follow one another."""
    query, now = source.taken.query, source.taken.now
    bounds = [day_bounds(day, query.branch.zone) for day in dates]
    starts = grid(query, bounds[0][0], bounds[-1][1])
    free: Sequence[Minute] = ()
    if starts:
        window = StartWindow(query, source.sheets, now, starts[0], starts[-1] + 1)
        free = with_room((yield from judge(window)), starts)
        yield
    found = {}
    for day, (first, last) in zip(dates, bounds, strict=True):
        of_date = _between(starts, first, last)
        days = query.days(of_date[0], of_date[-1] + 1) if of_date else range(0)
        validity = ALWAYS
        for utc_day in days:
            validity = validity.and_of(validities.get(utc_day, ALWAYS))
        versions = [source.versions.get(utc_day) for utc_day in days]
        found[day] = DateStarts(_between(free, first, last), days, versions, validity)
    return found


def _between(starts: Sequence[Minute], first: Minute, last: Minute) -> Sequence[Minute]:
    return starts[bisect_left(starts, first) : bisect_left(starts, last)]
