"""What was booked and what became of it, and how much of the open time was taken."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openslot.kernel import intervals
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.intervals import Interval
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Resource
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store import statistics as store
from openslot.scheduling.store.statistics import ServiceCount
from openslot.scheduling.views.local_hours import HourKey, LocalHours
from openslot.storage.transactions import AccountTx

MOST_DAYS = 366
_SPANS_PER_STEP = 50
MOST_BRANCH_DAYS = 5_000  # of all branches together


@dataclass(frozen=True, slots=True)
class BranchCounts:
    """What has been read of a branch; `usage` computes the rest."""

    branch: Branch
    resources: tuple[Resource, ...]  # the active ones
    services: list[ServiceCount]
    taken: Mapping[str, Mapping[str, int]]  # minutes by date and resource, each place by itself
    spans: Sequence[tuple[Minute, Minute, int]]  # start, end, and places taken meanwhile


@dataclass(frozen=True, slots=True)
class Usage:
    """How many minutes are open and taken, each place of a resource by itself."""

    open_by_resource: Mapping[date, Mapping[str, int]]
    open_by_hour: Mapping[HourKey, int]
    taken_by_hour: Mapping[HourKey, int]


def read(
    tx: AccountTx, first: date, last: date, branch_id: str | None, service_id: str | None
) -> list[BranchCounts]:
    """Counts of the local dates from `first` to `last`, both included, by branch.

    Raises:
        NotFound: there is no such branch or service.
        Invalid: the dates are in the wrong order or too many.
    """
    of_account = current_catalogue(tx)
    if branch_id is not None and branch_id not in of_account.branches:
        raise NotFound("There is no such branch")
    if service_id is not None and service_id not in of_account.services:
        raise NotFound("There is no such service")
    branches = [branch for branch in of_account.branches.values() if branch_id in (None, branch.id)]
    _check_size(first, last, len(branches))
    found = []
    for branch in branches:
        # A day more on both sides: the zone of a branch may have been another one.
        days = store.Days(
            branch_id=branch.id,
            first=day_bounds(first, branch.zone)[0] - MINUTES_PER_DAY,
            last=day_bounds(last, branch.zone)[1] + MINUTES_PER_DAY,
            from_date=first.isoformat(),
            to_date=last.isoformat(),
        )
        active = tuple(r for r in of_account.resources_at(branch) if r.active)
        services = store.by_service(tx, days, service_id)
        taken = store.minutes(tx, days, service_id)
        spans = store.spans(tx, days, service_id)
        found.append(BranchCounts(branch, active, services, taken, spans))
    return found


def usage(counts: BranchCounts, first: date, last: date) -> Generator[None, None, Usage]:
    """How much of a branch is open and taken, by resource and by local hour.

    Computed in steps, one per date or some appointments. What begins on the last date and goes on
    past midnight counts to its end.
    """
    branch, hours = counts.branch, LocalHours(counts.branch.zone)
    open_by_resource: dict[date, dict[str, int]] = {}
    open_by_hour: Counter[HourKey] = Counter()
    for day in dates(first, last):
        hours.add_date(day)
        begin, end = day_bounds(day, branch.zone)
        branch_open = branch.timetable.open_time(begin, end, branch.zone) if end > begin else []
        of_day = open_by_resource[day] = {}
        shared = 0  # the places of resources that are open whenever the branch is
        for resource in counts.resources:
            open_time = branch_open
            if resource.timetable is not None and branch_open:
                own = resource.timetable.open_time(begin, end, branch.zone)
                open_time = intervals.intersect(branch_open, own)
                hours.count(open_time, resource.capacity, open_by_hour)
            else:
                shared += resource.capacity
            of_day[resource.id] = _length(open_time) * resource.capacity
        hours.count(branch_open, shared, open_by_hour)
        yield
    hours.add_date(last + timedelta(days=1))
    taken_by_hour: Counter[HourKey] = Counter()
    for number, (begin, end, places) in enumerate(counts.spans):
        hours.count([(begin, end)], places, taken_by_hour)
        if number % _SPANS_PER_STEP == 0:
            yield
    return Usage(open_by_resource, open_by_hour, taken_by_hour)


def dates(first: date, last: date) -> list[date]:
    """The dates from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _check_size(first: date, last: date, branches: int) -> None:
    days = (last - first).days + 1
    if days < 1:
        raise Invalid(Fault("to", "invalid_value", "must be no earlier than from"))
    if days > MOST_DAYS:
        raise Invalid(Fault("to", "out_of_range", f"must be within {MOST_DAYS} days"))
    if days * branches > MOST_BRANCH_DAYS:
        detail = f"must be within {MOST_BRANCH_DAYS // branches} days, or name one branch"
        raise Invalid(Fault("to", "out_of_range", detail))


def _length(spans: Iterable[Interval]) -> int:
    return sum(end - begin for begin, end in spans)
