"""What a change of the catalogue strands: appointments to come that no longer fit.

They are kept as they are and marked, until they fit again. An appointment fits when its branch,
services and resources are still there for each other, it lies in open time, and each resource
has the places that it takes beside the other appointments. Holds have no say, and blocks only
where one had stranded it. What staff booked against the rules need only be offered still, and
takes nobody's place.

Of a million appointments a change touches few, and the day sheets find them: masks of the
minutes that are lost meet masks of the minutes that are taken, and only where they do are single
appointments read. Source: the contract's section on changes to the catalogue.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Minute
from openslot.scheduling.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.closings import closings
from openslot.scheduling.day_sheets import APPOINTMENT, Claim, Sheet, claim_id
from openslot.scheduling.placements import Placement
from openslot.scheduling.questions import qualifies
from openslot.scheduling.store import appointments
from openslot.scheduling.store import future_appointments as store
from openslot.scheduling.store.future_appointments import Future, Place
from openslot.storage.database import AccountTx


def mark(
    tx: AccountTx, before: Catalogue, after: Catalogue, moved: Collection[str] = ()
) -> list[str]:
    """Marks what `after` strands, un-marks what fits it; returns the newly stranded by start.

    `moved` are the ids of appointments that the change itself has put elsewhere.
    """
    first = first_to_come(tx)
    crowded = _crowded_out(tx, before, after, first) | set(moved)
    squeezed = _squeezed_out(tx, before, after, first)
    suspects = {
        appointment.id: appointment
        for found in (
            store.marked(tx, first),
            _no_longer_offered(tx, before, after, first),
            store.named(tx, first, crowded | squeezed),
        )
        for appointment in found
    }
    fitting = [a for a in suspects.values() if _is_offered(after, a.placement)]
    fitting = [a for a in fitting if a.override or _is_open(after, a.placement)]
    # Who had room, and whose resource is as large as it was, has room.
    without_room = _without_room(tx, after, [a for a in fitting if a.stranded or a.id in crowded])
    fits = {a.id for a in fitting} - without_room
    stranded = [a for a in suspects.values() if a.id not in fits and not a.stranded]
    relieved = [a.id for a in suspects.values() if a.id in fits and a.stranded]
    if stranded:
        appointments.set_stranded(tx, [a.id for a in stranded], stranded=True)
    if relieved:
        appointments.set_stranded(tx, relieved, stranded=False)
    return [a.id for a in sorted(stranded, key=lambda a: (a.placement.start, a.id))]


def first_to_come(tx: AccountTx) -> Minute:
    """The first minute at which an appointment that begins is still to come."""
    return -(-tx.now // MINUTE_MS)


def _no_longer_offered(
    tx: AccountTx, before: Catalogue, after: Catalogue, first: Minute
) -> list[Future]:
    """Those for whom a branch, service or resource may be there no more."""
    parts = [b.id for b in before.branches.values() if b.active and _is_gone(after.branches, b)]
    parts += [s.id for s in before.services.values() if s.active and _offers_less(after, s)]
    parts += [r.id for r in before.resources.values() if r.active and _serves_less(after, r)]
    return store.under(tx, first, parts) if parts else []


def _is_gone(branches: Mapping[str, Branch], branch: Branch) -> bool:
    now = branches.get(branch.id)
    return now is None or not now.active


def _offers_less(after: Catalogue, service: Service) -> bool:
    now = after.services.get(service.id)
    return (
        now is None
        or not now.active
        or not now.branch_keys >= service.branch_keys
        or set(now.resource_types) != set(service.resource_types)
    )


def _serves_less(after: Catalogue, resource: Resource) -> bool:
    now = after.resources.get(resource.id)
    return (
        now is None
        or not now.active
        or (now.branch_key, now.type) != (resource.branch_key, resource.type)
        or not now.service_keys >= resource.service_keys
    )


def _squeezed_out(tx: AccountTx, before: Catalogue, after: Catalogue, first: Minute) -> set[str]:
    """Those that lie in minutes which were open and no longer are."""
    lost = closings(before, after, _days(tx, before, first))
    found: set[bytes] = set()
    whole = {branch_id for branch_id, _ in lost.of_branch}
    sheets = []
    if whole:
        days = {day for _, day in lost.of_branch}
        days |= {day for branch_id, _, day in lost.of_resource if branch_id in whole}
        sheets = store.sheets(tx, whole, days)
    single = [place for place in lost.of_resource if place[0] not in whole]
    if single:
        branch_ids, resource_ids, of_days = map(set, zip(*single, strict=True))
        sheets += store.sheets(tx, branch_ids, of_days, resource_ids)
    for branch_id, resource_id, sheet in sheets:
        mask = lost.at(branch_id, resource_id, sheet.day)
        # For one place, full is whatever anything takes.
        if mask and mask & int.from_bytes(sheet.full(1, 1, tx.now), "little"):
            origin = sheet.day * MINUTES_PER_DAY
            low, high = origin + (mask & -mask).bit_length() - 1, origin + mask.bit_length()
            found.update(
                c.id
                for c in sheet.claims
                if low < c.end and c.start < high and mask & _minutes(c, sheet.day)
            )
    return set(map(_text, found))


def _minutes(claim: Claim, day: int) -> int:
    """The minutes of a day that an appointment takes, without its buffers; 0 for others."""
    origin = day * MINUTES_PER_DAY
    start, end = max(claim.start - origin, 0), min(claim.end - origin, MINUTES_PER_DAY)
    return ((1 << end) - (1 << start)) if claim.kind == APPOINTMENT and start < end else 0


def _crowded_out(tx: AccountTx, before: Catalogue, after: Catalogue, first: Minute) -> set[str]:
    """Those that meet others, where a resource has fewer places than it had."""
    capacities = {
        r.id: after.resources[r.id].capacity
        for r in before.resources.values()
        if r.id in after.resources and after.resources[r.id].capacity < r.capacity
    }
    if not capacities:
        return set()
    keys = {before.resources[i].branch_key for i in capacities}
    branch_ids = [b.id for b in before.branches.values() if b.key in keys]
    found: set[bytes] = set()
    days = _days(tx, before, first)
    for _, resource_id, sheet in store.sheets(tx, branch_ids, days, capacities):
        capacity, booked = capacities[resource_id], _booked(sheet)
        if sum(c.places for c in booked) > capacity:
            found.update(c.id for c in booked if _peak(booked, c) > capacity)
    return set(map(_text, found))


def _days(tx: AccountTx, of_account: Catalogue, first: Minute) -> range:
    """The UTC days that hold what is to come; buffers may reach into the day before."""
    last = store.last_day(tx, of_account.branches.keys())
    return range(first // MINUTES_PER_DAY - 1, (-1 if last is None else last) + 1)


def _booked(sheet: Sheet) -> list[Claim]:
    return [claim for claim in sheet.claims if claim.kind == APPOINTMENT]


def _peak(claims: Collection[Claim], mine: Claim) -> int:
    """The most places that some claims take at any instant of one of them."""
    begin, end = mine.start - mine.before, mine.end + mine.after
    starts = {c.start - c.before for c in claims if begin < c.start - c.before < end}
    return max(
        sum(c.places for c in claims if c.start - c.before <= instant < c.end + c.after)
        for instant in (begin, *starts)
    )


def _is_offered(of_account: Catalogue, placement: Placement) -> bool:
    """Whether branch, services and resources are all active, and there for each other."""
    branch = of_account.branches.get(placement.branch_id)
    services = [of_account.services.get(i) for i in placement.service_ids]
    resources = [of_account.resources.get(i) for i in placement.resource_ids]
    if branch is None or not branch.active:
        return False
    here = [s for s in services if s is not None and s.active and branch.key in s.branch_keys]
    able = [r for r in resources if r is not None and r.active and r.branch_key == branch.key]
    return (
        len(here) == len(services)
        and len(able) == len(resources)
        and all(
            any(qualifies(resource, kind, here) for resource in able)
            for service in here
            for kind in service.resource_types
        )
    )


def _is_open(of_account: Catalogue, placement: Placement) -> bool:
    """Whether branch, services and resources, which are all there, are open all the time."""
    branch = of_account.branches[placement.branch_id]
    services = (of_account.services[i].timetable for i in placement.service_ids)
    resources = (of_account.resources[i].timetable for i in placement.resource_ids)
    start, duration = placement.start, placement.end - placement.start
    return not any(
        timetable.closed_starts(start, start + 1, duration, branch.zone)
        for timetable in (branch.timetable, *services, *resources)
        if timetable is not None
    )


def _without_room(tx: AccountTx, of_account: Catalogue, asking: Collection[Future]) -> set[str]:
    """Which of some appointments stand under a block, or find too few places beside the others."""
    places = {a.id: list(_places(a)) for a in asking}
    wanted = {place for of_one in places.values() for place in of_one}
    if not wanted:
        return set()
    branch_ids, resource_ids, days = map(set, zip(*wanted, strict=True))
    sheets = {
        (branch_id, resource_id, sheet.day): sheet
        for branch_id, resource_id, sheet in store.sheets(tx, branch_ids, days, resource_ids)
        if (branch_id, resource_id, sheet.day) in wanted
    }
    claims = {place: _booked(sheet) for place, sheet in sheets.items()}
    ids = {_text(c.id) for of_sheet in claims.values() for c in of_sheet}
    exempt = {claim_id(i) for i in store.overridden(tx, ids)}
    counted = {
        place: [c for c in of_sheet if c.id not in exempt] for place, of_sheet in claims.items()
    }

    def has_room(appointment: Future, place: Place) -> bool:
        sheet, claim = sheets.get(place), appointment.placement.booked_as(appointment.id)
        if sheet is None:
            return True
        if sheet.has_block(claim.start - claim.before, claim.end + claim.after):
            return False
        capacity = of_account.resources[place[1]].capacity
        return appointment.override or _peak(counted[place], claim) <= capacity

    return {a.id for a in asking if not all(has_room(a, place) for place in places[a.id])}


def _places(appointment: Future) -> Iterable[Place]:
    placement = appointment.placement
    for day in placement.booked_as(appointment.id).days:
        for resource_id in placement.resource_ids:
            yield placement.branch_id, resource_id, day


def _text(claim: bytes) -> str:
    return str(UUID(bytes=claim))
