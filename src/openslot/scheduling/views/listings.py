"""Listing slots and dates: what `availability` judges, over a range of starts."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.errors import Fault, Invalid, InvalidValue
from openslot.scheduling.availability.availability import (
    earliest_start,
    grid,
    horizon_end,
    judge,
    remaining,
)
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.booking import appointments, reservations
from openslot.scheduling.booking.allocation import check_request
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED
from openslot.scheduling.model.catalogue import Branch
from openslot.scheduling.model.claim import NOBODY, claim_id
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.model.zones import (
    day_bounds,
    days_later,
    local_date,
    today_at,
)
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.scheduling.store.day_sheets import DayVersion
from openslot.storage.transactions import AccountTx

DEFAULT_DAYS = 31
MOST_DAYS = 366

Bound = Minute | date  # an instant, or a date of the branch


class RangeTooLong(InvalidValue):
    """More than 366 days at once. Ask for less."""

    code = "range_too_long"
    title = "At most 366 days can be listed at once"


@dataclass(frozen=True)
class SlotListingQuery:
    """A listing as the caller wants it; equal queries have equal results at one instant."""

    branch_id: str
    service_ids: tuple[str, ...]
    party: int = 1
    first: Bound | None = None  # None: from now on
    last: Bound | None = None  # exclusive; None: 31 days after `first`
    resource_id: str | None = None
    rescheduled_appointment_id: str | None = None
    reservation_id: str | None = None
    limit: int | None = None
    unavailable: bool = False  # the refused grid starts too, with their reasons
    remaining: bool = False  # how many more requests of this size would fit

    @property
    def is_detailed(self) -> bool:
        """Whether more than the bookable starts is to be shown."""
        return self.unavailable or self.remaining


@dataclass(frozen=True)
class Slot:
    """A start and end; `reason` is None where it is bookable."""

    start: Minute
    end: Minute
    reason: str | None = None
    remaining: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """Everything a listing is computed from, read in one transaction."""

    listing: SlotListingQuery
    query: SlotQuery
    now: Millis
    first: Minute
    last: Minute
    sheet_versions: tuple[DayVersion, ...]  # of all UTC days that decide about the dates touched
    catalogue_version: int

    @property
    def version(self) -> tuple[int, tuple[DayVersion, ...], int, bool]:
        """What the result depends on, beside the time."""
        query = self.query
        duration = query.policy.duration_minutes
        return self.catalogue_version, self.sheet_versions, duration, query.offered

    @property
    def judged(self) -> tuple[Minute, Minute]:
        """The range that must be judged, at least a minute."""
        if self.listing.unavailable:
            first, last = self.first, self.last
        else:
            first, last = self.in_time
        return first, max(first + 1, last)

    @property
    def in_time(self) -> tuple[Minute, Minute]:
        """The starts of the range that keep notice and horizon; there may be none."""
        first = max(self.first, earliest_start(self.query, self.now))
        return first, min(self.last, horizon_end(self.query, self.now))


def snapshot(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    """The query, its range, and the versions of the sheets that decide about it.

    Raises:
        NotFound: an id is unknown, foreign or inactive.
        Invalid: resource not qualified, services not combined, the range reversed or too long.
    """
    of_account = current_catalogue(tx)
    branch = of_account.branch(listing.branch_id)
    services = tuple(of_account.service(i) for i in listing.service_ids)
    resource = of_account.resource(listing.resource_id) if listing.resource_id else None
    moving = listing.rescheduled_appointment_id
    replaced = appointments.get(tx, moving) if moving else None
    ignoring = _own_hold(tx, actor, listing.reservation_id)
    if resource is not None or len(services) > 1:
        # A party above the maximum is no fault here: its list is empty.
        check_request(of_account, branch, services, 1, resource)
    query = slot_query(
        of_account,
        branch,
        services,
        listing.party,
        resource=resource,
        replaces=_id_or_nobody(listing.rescheduled_appointment_id),
        ignoring=ignoring,
        own_minutes=replaced.own_minutes if replaced else None,
    )
    if replaced is not None and replaced.status != CONFIRMED:
        query = replace(query, offered=False)  # nobody can reserve for what cannot be moved
    first, last = _range(listing, branch, tx.now)
    days = query.days(*_of_whole_dates(first, last, branch.zone))
    return Snapshot(
        listing=listing,
        query=query,
        now=tx.now,
        first=first,
        last=last,
        sheet_versions=sheet_store.versions(tx, branch.id, days[0], days[-1]),
        catalogue_version=of_account.version,
    )


def horizon_snapshot(tx: AccountTx, actor: Actor, listing: SlotListingQuery) -> Snapshot:
    """As `snapshot`, from today to the last date that can be booked, at most 366 days."""
    of_account = current_catalogue(tx)
    branch = of_account.branch(listing.branch_id)
    horizons = [of_account.service(i).horizon_days for i in listing.service_ids]
    today = today_at(tx.now, branch.zone)
    days = min(min(horizons) + 1, MOST_DAYS)
    return snapshot(tx, actor, replace(listing, first=today, last=today + timedelta(days=days)))


def read_sheets(tx: AccountTx, taken: Snapshot) -> Sheets:
    """The sheets behind a snapshot, in the same transaction."""
    first, last = taken.judged
    days = taken.query.days(first, last)
    ids = taken.query.resource_ids
    return sheet_store.of_resources(tx, taken.query.branch.id, ids, days[0], days[-1])


def slots(taken: Snapshot, sheets: Sheets) -> Generator[None, None, list[Slot]]:
    """The slots of a range in order, with reasons and places left where they were asked for.

    Yields between steps, so that a loop can take turns.
    """
    listing, query = taken.listing, taken.query
    if not query.offered or taken.first >= taken.last:
        return []
    first, last = taken.judged
    judgement = yield from judge(StartWindow(query, sheets, taken.now, first, last))
    starts = grid(query, first, min(last, taken.last))
    yield
    duration = query.policy.duration_minutes
    found: list[Slot] = []
    left = (yield from remaining(judgement)) if listing.remaining else None
    for count, start in enumerate(starts):
        reason = judgement.reason(start)
        if reason is None or listing.unavailable:
            rest = None
            if left is not None:
                rest = left(start) if reason is None else 0
            found.append(Slot(start, start + duration, reason, rest))
            if len(found) == listing.limit:
                break
        if count % 100 == 0:
            yield
    return found


def _of_whole_dates(first: Minute, last: Minute, zone: ZoneInfo) -> tuple[Minute, Minute]:
    """The range of all local dates that a range touches; an empty one touches its date."""
    end = local_date(max(first, last - 1), zone)
    return day_bounds(local_date(first, zone), zone)[0], day_bounds(end, zone)[1]


def _range(listing: SlotListingQuery, branch: Branch, now: Millis) -> tuple[Minute, Minute]:
    zone = branch.zone
    first = listing.first
    if first is None:
        begin = -(-now // MINUTE_MS)
    else:
        begin = day_bounds(first, zone)[0] if isinstance(first, date) else first
    if listing.last is not None:
        last = listing.last
        end = day_bounds(last, zone)[0] if isinstance(last, date) else last
    elif isinstance(first, date):
        end = day_bounds(first + timedelta(days=DEFAULT_DAYS), zone)[0]
    else:
        end = begin + DEFAULT_DAYS * MINUTES_PER_DAY
    if begin > end:
        raise Invalid(Fault("to", "invalid_value", "must be no earlier than from"))
    if end > days_later(begin, MOST_DAYS, zone):
        raise RangeTooLong("to")
    return begin, end


def _own_hold(tx: AccountTx, actor: Actor, reservation_id: str | None) -> bytes:
    """The claim of the caller's own reservation; the appointment that it became keeps its time."""
    if reservation_id is None:
        return NOBODY
    found = reservations.find(tx, actor, reservation_id)
    return claim_id(found.id) if isinstance(found, Reservation) else NOBODY


def _id_or_nobody(text: str | None) -> bytes:
    return claim_id(text) if text else NOBODY
