"""What was booked and what became of it, and how much of the open time was taken."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from openslot.kernel import intervals
from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.intervals import Interval
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Resource
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store import statistics as store
from openslot.scheduling.store.statistics import ServiceCount
from openslot.storage.transactions import AccountTx

MOST_DAYS = 366
MOST_BRANCH_DAYS = 5_000  # of all branches together


@dataclass(frozen=True, slots=True)
class BranchCounts:
    """What has been read of a branch; `open_minutes` computes the rest."""

    branch: Branch
    resources: tuple[Resource, ...]  # the active ones
    services: list[ServiceCount]
    taken_minutes: Mapping[str, int]  # by date, each place of a resource by itself


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
        found.append(BranchCounts(branch, active, services, taken))
    return found


def open_minutes(
    counts: BranchCounts, first: date, last: date
) -> Generator[None, None, dict[date, int]]:
    """The minutes that a branch's resources are open by date, each place of one by itself.

    Computed in steps, one per date.
    """
    found: dict[date, int] = {}
    branch = counts.branch
    for day in dates(first, last):
        begin, end = day_bounds(day, branch.zone)
        branch_open = branch.timetable.open_time(begin, end, branch.zone) if end > begin else []
        total = 0
        for resource in counts.resources:
            open_time = branch_open
            if resource.timetable is not None and branch_open:
                own = resource.timetable.open_time(begin, end, branch.zone)
                open_time = intervals.intersect(branch_open, own)
            total += _length(open_time) * resource.capacity
        found[day] = total
        yield
    return found


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
