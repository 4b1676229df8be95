"""A branch's day as staff see it: for each resource what is open, what is taken, what is free."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openslot.kernel import intervals
from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.intervals import Interval
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Resource
from openslot.scheduling.model.claim import BLOCK, Claim, booking_id, is_live
from openslot.scheduling.model.day_sheet import EMPTY_MASK, Sheet
from openslot.scheduling.model.masks import Mask
from openslot.scheduling.model.zones import day_bounds
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class CalendarClaim:
    """A claim that touches the day; its time is without buffers."""

    start: Minute
    end: Minute
    places: int
    kind: int  # APPOINTMENT, RESERVATION or BLOCK
    id: str


@dataclass(frozen=True, slots=True)
class ResourceDay:
    """One resource's day."""

    resource: Resource
    open_time: list[Interval]
    claims: list[CalendarClaim]
    free_time: list[Interval]  # open, and with room for one place, the neighbours' buffers kept


@dataclass(frozen=True, slots=True)
class Day:
    """What has been read of a branch's day; `days` computes the rest."""

    branch: Branch
    first: Minute
    last: Minute
    now: Millis
    resources: tuple[Resource, ...]
    sheets: Mapping[tuple[str, int], Sheet]


def read(tx: AccountTx, branch_id: str, day: date) -> Day:
    """A local date of a branch.

    Raises:
        NotFound: there is no such branch.
    """
    (found,) = read_dates(tx, branch_id, [day])
    return found


def read_dates(
    tx: AccountTx, branch_id: str, dates: Sequence[date], resource_id: str | None = None
) -> list[Day]:
    """Local dates of a branch in their order, of all of its resources or of one.

    Raises:
        NotFound: there is no such branch, or no such resource there.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branches.get(branch_id)
    if branch is None:
        raise NotFound("There is no such branch")
    resources = of_account.resources_at(branch)
    if resource_id is not None:
        resources = tuple(one for one in resources if one.id == resource_id)
        if not resources:
            raise NotFound("There is no such resource")
    bounds = [day_bounds(day, branch.zone) for day in dates]
    first, last = min(bounds)[0], max(bounds)[1]
    ids = tuple(resource.id for resource in resources)
    utc_days = first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY
    sheets = sheet_store.of_resources(tx, branch.id, ids, *utc_days)
    return [Day(branch, begin, end, tx.now, resources, sheets) for begin, end in bounds]


def days(read_: Day) -> Generator[ResourceDay, None, None]:
    """Each resource's day, in sort order; an inactive one only where something still takes it."""
    first, last, zone = read_.first, read_.last, read_.branch.zone
    branch_open = read_.branch.timetable.open_time(first, last, zone) if last > first else []
    utc_days = range(first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY + 1)
    for resource in read_.resources:
        sheets = [read_.sheets.get((resource.id, day)) for day in utc_days]
        claims = _claims(resource, sheets, first, last, read_.now)
        if not resource.active:
            if claims:
                yield ResourceDay(resource, [], claims, [])
            continue
        open_time = branch_open
        if resource.timetable is not None:
            own = resource.timetable.open_time(first, last, zone)
            open_time = intervals.intersect(branch_open, own)
        full = b"".join(
            EMPTY_MASK if sheet is None else sheet.full(resource.capacity, 1, read_.now)
            for sheet in sheets
        )
        taken = _stretches(int.from_bytes(full, "little"), first - first % MINUTES_PER_DAY)
        yield ResourceDay(resource, open_time, claims, intervals.subtract(open_time, taken))


def _claims(
    resource: Resource, sheets: list[Sheet | None], first: Minute, last: Minute, now: Millis
) -> list[CalendarClaim]:
    """The live claims that touch the day, once each, by start."""
    found: set[Claim] = set()
    for sheet in sheets:
        if sheet is not None:
            found.update(
                claim
                for claim in sheet.claims
                if claim.start < last and first < claim.end and is_live(claim, now)
            )
    return [
        CalendarClaim(
            claim.start,
            claim.end,
            resource.capacity if claim.kind == BLOCK else claim.places,
            claim.kind,
            booking_id(claim.id),
        )
        for claim in sorted(found)
    ]


def _stretches(mask: Mask, origin: Minute) -> list[Interval]:
    """The runs of set bits, as intervals; bit 0 is `origin`."""
    found: list[Interval] = []
    at = origin
    while mask:
        skipped = (mask & -mask).bit_length() - 1
        mask >>= skipped
        length = (~mask & (mask + 1)).bit_length() - 1
        mask >>= length
        found.append((at + skipped, at + skipped + length))
        at += skipped + length
    return found
