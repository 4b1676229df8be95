"""Whether an appointment fits: the one rule, for single bookings and for the whole catalogue.

It fits when its branch, services and resources are still there for each other, it lies in open
time, no block stands over it, and each resource has the places that it takes beside the other
appointments. Holds have no say. What staff booked against the rules need only be offered still
and not blocked, and takes nobody's place. Source: the contract's section on changes to the
catalogue.
"""

from collections.abc import Collection, Iterable

from openslot.scheduling.model.appointment import Placed
from openslot.scheduling.model.catalogue import Catalogue
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK, Claim, booking_id, claim_id, peak
from openslot.scheduling.model.day_sheet import Sheet, SheetKey
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.store import future_appointments as store
from openslot.storage.transactions import AccountTx


def that_fit(tx: AccountTx, of_account: Catalogue, judged: Collection[Placed]) -> set[str]:
    """The ids of those that fit."""
    in_time = [a for a in judged if is_in_time(of_account, a)]
    return {a.id for a in in_time} - without_room(tx, of_account, in_time)


def is_in_time(of_account: Catalogue, appointment: Placed) -> bool:
    """Whether it is offered and lies in open time, as far as it must."""
    placement = appointment.placement
    return is_offered(of_account, placement) and (
        appointment.override or is_open(of_account, placement)
    )


def is_offered(of_account: Catalogue, placement: Placement) -> bool:
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
            any(resource.can_serve(kind, here) for resource in able)
            for service in here
            for kind in service.resource_types
        )
    )


def is_open(of_account: Catalogue, placement: Placement) -> bool:
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


def without_room(tx: AccountTx, of_account: Catalogue, judged: Collection[Placed]) -> set[str]:
    """Which of some appointments stand under a block, or find too few places beside the others."""
    places = {a.id: list(_places(a)) for a in judged}
    needed = {place for of_one in places.values() for place in of_one}
    if not needed:
        return set()
    branch_ids, resource_ids, days = map(set, zip(*needed, strict=True))
    sheets = {
        (branch_id, resource_id, sheet.day): sheet
        for branch_id, resource_id, sheet in store.sheets(tx, branch_ids, days, resource_ids)
        if (branch_id, resource_id, sheet.day) in needed
    }
    claims = {a.id: a.placement.booked_as(a.id) for a in judged}
    found: set[str] = set()
    meetings: list[tuple[str, SheetKey, list[Claim]]] = []
    for appointment in judged:
        for place in places[appointment.id]:
            there = _meeting(sheets.get(place), claims[appointment.id])
            if any(claim.kind == BLOCK for claim in there):
                found.add(appointment.id)
            elif not appointment.override:
                meetings.append((appointment.id, place, there))
    # Nearly all meet nobody, so few must be looked up.
    met = {booking_id(claim.id) for _, _, there in meetings if len(there) > 1 for claim in there}
    exempt = {claim_id(i) for i in store.overridden(tx, met)} if met else set()
    for id_, place, there in meetings:
        counted = [claim for claim in there if claim.id not in exempt]
        if peak(counted, claims[id_]) > of_account.resources[place[1]].capacity:
            found.add(id_)
    return found


def _meeting(sheet: Sheet | None, claim: Claim) -> list[Claim]:
    """The appointments and blocks in the time of a claim, which is one of them."""
    if sheet is None:
        return []
    return sheet.within(claim.start - claim.before, claim.end + claim.after)


def booked(sheet: Sheet) -> list[Claim]:
    """The appointments of a sheet."""
    return [claim for claim in sheet.claims if claim.kind == APPOINTMENT]


def _places(appointment: Placed) -> Iterable[SheetKey]:
    placement = appointment.placement
    for day in placement.booked_as(appointment.id).days:
        for resource_id in placement.resource_ids:
            yield placement.branch_id, resource_id, day
