"""Which appointments have their place again, once a block is gone."""

from collections.abc import Sequence
from uuid import UUID

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.scheduling import catalogue
from openslot.scheduling.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.day_sheets import APPOINTMENT, Claim, Sheet, claim_id
from openslot.scheduling.masks import ones
from openslot.scheduling.questions import Sheets, qualifies
from openslot.scheduling.store import future_appointments
from openslot.scheduling.store import sheets as sheet_store
from openslot.scheduling.store.appointments import Appointment
from openslot.storage.database import AccountTx


def fitting(tx: AccountTx, branch_id: str, appointments: list[Appointment]) -> list[str]:
    """Those that hours, capacity and blocks leave in place, as things are now."""
    spans = [a.placement.booked_as(a.id).days for a in appointments]
    sheets = sheet_store.of_resources(
        tx,
        branch_id,
        tuple({i for a in appointments for i in a.placement.resource_ids}),
        min(days[0] for days in spans),
        max(days[-1] for days in spans),
    )
    # What was booked against the rules takes nobody's place.
    claimed = {claim.id for sheet in sheets.values() for claim in sheet.claims}
    overridden = set(
        map(claim_id, future_appointments.overridden(tx, [str(UUID(bytes=one)) for one in claimed]))
    )
    of_account = catalogue.current(tx)
    return [a.id for a in appointments if _fits(of_account, a, sheets, overridden)]


def _fits(
    of_account: Catalogue, appointment: Appointment, sheets: Sheets, overridden: set[bytes]
) -> bool:
    place = appointment.placement
    branch = of_account.branches[place.branch_id]
    services = [of_account.services[i] for i in place.service_ids]
    resources = [of_account.resources[i] for i in place.resource_ids]
    duration = place.end - place.start
    narrowing = [*(s.timetable for s in services), *(r.timetable for r in resources)]
    is_open = appointment.override or not any(
        timetable.closed_starts(place.start, place.start + 1, duration, branch.zone)
        for timetable in (branch.timetable, *narrowing)
        if timetable is not None
    )
    if not (is_open and _are_there(branch, services, resources)):
        return False
    claim = place.booked_as(appointment.id)
    return all(
        _has_room(sheets[resource.id, day], resource, claim, overridden)
        for resource in resources
        for day in claim.days
        if (resource.id, day) in sheets
    )


def _are_there(branch: Branch, services: Sequence[Service], resources: Sequence[Resource]) -> bool:
    """Whether all of them are active, and there for each other."""
    return (
        branch.active
        and all(s.active and branch.key in s.branch_keys for s in services)
        and all(r.active and r.branch_key == branch.key for r in resources)
        and all(
            any(qualifies(resource, kind, services) for resource in resources)
            for service in services
            for kind in service.resource_types
        )
    )


def _has_room(sheet: Sheet, resource: Resource, mine: Claim, overridden: set[bytes]) -> bool:
    """Whether a resource is not blocked meanwhile, and its capacity holds for who must keep it."""
    first, last = mine.start - mine.before, mine.end + mine.after
    if sheet.has_block(first, last):
        return False
    if mine.id in overridden:
        return True
    kept = [c for c in sheet.claims if c.kind == APPOINTMENT and c.id not in overridden]
    others = Sheet.of(sheet.day, [c for c in kept if c.id != mine.id])
    full = int.from_bytes(others.full(resource.capacity, mine.places, 0), "little")
    origin = sheet.day * MINUTES_PER_DAY
    begin, end = max(first - origin, 0), min(last - origin, MINUTES_PER_DAY)
    return not full >> begin & ones(end - begin)
