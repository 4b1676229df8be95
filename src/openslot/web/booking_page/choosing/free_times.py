"""Every bookable start up to the horizon, from memory while nothing has changed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, Minute
from openslot.scheduling import actions
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.policies import policy_of
from openslot.scheduling.model.zones import day_bounds, local_date, today_at
from openslot.scheduling.views import bookable_starts
from openslot.scheduling.views.bookable_starts import StartsSource
from openslot.scheduling.views.listings import MOST_DAYS, SlotListingQuery
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.storage.version_cache import VersionCache

_BYTES_PER_START = 40  # of memory
_AROUND_STARTS = 2000


@dataclass(frozen=True)
class FreeTimes:
    """The starts that reserving would take, in order."""

    starts: Sequence[Minute]
    zone: ZoneInfo

    @cached_property
    def by_date(self) -> Mapping[date, Sequence[Minute]]:
        """The starts of each local date that has some, in order."""
        found: dict[date, list[Minute]] = {}
        end, on_day = -1, []
        for start in self.starts:
            if start >= end:
                day = local_date(start, self.zone)
                end = day_bounds(day, self.zone)[1]
                on_day = found.setdefault(day, [])
            on_day.append(start)
        return found

    def first_from(self, day: date) -> date | None:
        """The first date from `day` on that has a free time."""
        return next((one for one in self.by_date if one >= day), None)

    def last_before(self, day: date) -> date | None:
        """The last date before `day` that has a free time."""
        return next((one for one in reversed([*self.by_date]) if one < day), None)


@dataclass(frozen=True, slots=True)
class _Cached:
    """Free times, and the time in which they hold."""

    since: Millis
    until: Millis
    times: FreeTimes


@dataclass(frozen=True, slots=True)
class FreeTimesSource:
    """What free times are computed from, read in one transaction."""

    key: tuple[object, ...]
    parts: Sequence[StartsSource]  # a part for each year of the horizon
    cached: FreeTimes | None
    zone: ZoneInfo


def read_source(tx: AccountTx, actor: Actor, wanted: SlotListingQuery) -> FreeTimesSource:
    """Reads what decides about the starts of a query from today to the horizon.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        Invalid: as a listing does.
    """
    catalogue = current_catalogue(tx)
    branch = catalogue.branch(wanted.branch_id)
    services = [catalogue.service(i) for i in wanted.service_ids]
    today = today_at(tx.now, branch.zone)
    end = today + timedelta(days=policy_of(services, wanted.party).horizon_days + 1)
    snapshots = [
        actions.LIST_SLOTS.run(tx, actor, replace(wanted, first=first, last=last))
        for first, last in _years(today, end)
    ]
    key = (tx.account.id, "free times", wanted)
    version = tuple(one.version for one in snapshots)
    held = tx.version_cache.find(key, (today, version))
    if isinstance(held, _Cached) and held.since <= tx.now < held.until:
        return FreeTimesSource(key, (), held.times, branch.zone)
    parts = [bookable_starts.read(tx, one) for one in snapshots]
    return FreeTimesSource(key, parts, None, branch.zone)


def free_times(cache: VersionCache, source: FreeTimesSource) -> Steps[FreeTimes]:
    """Computes the free times, with pauses, and leaves them in memory."""
    if source.cached is not None:
        return source.cached
    starts: list[Minute] = []
    until = []
    for part in source.parts:
        starts.extend((yield from bookable_starts.bookable_starts(part)))
        until.append(bookable_starts.holds_until(part))
        yield
    times = FreeTimes(starts, source.zone)
    first = source.parts[0].taken
    version = tuple(part.taken.version for part in source.parts)
    cached = _Cached(first.now, min(until), times)
    size = _AROUND_STARTS + _BYTES_PER_START * len(starts)
    cache.put(source.key, (first.listing.first, version), cached, size)
    return times


def _years(first: date, end: date) -> list[tuple[date, date]]:
    """A range in parts that one listing may have."""
    parts = []
    while first < end:
        last = min(end, first + timedelta(days=MOST_DAYS))
        parts.append((first, last))
        first = last
    return parts
