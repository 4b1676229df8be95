"""What a change of the catalogue leaves without a place: appointments to come that do not fit.

They stay as they are and are marked, until they fit again; `placement_check` has the rule.

Of a million appointments a change touches few, and the day sheets find them: masks of the
minutes that are lost meet masks of the minutes that are taken, and only where they do are single
appointments read. Source: the contract's section on changes to the catalogue.
"""

from collections.abc import Collection, Mapping

from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Minute
from openslot.scheduling.conflicts.lost_open_time import lost_open_time
from openslot.scheduling.conflicts.placement_check import (
    booked,
    is_in_time,
    without_room,
)
from openslot.scheduling.model.appointment import AppointmentToCome
from openslot.scheduling.model.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.model.claim import APPOINTMENT, Claim, booking_id, peak
from openslot.scheduling.store import appointments
from openslot.scheduling.store import future_appointments as store
from openslot.storage.transactions import AccountTx


def mark(
    tx: AccountTx, before: Catalogue, after: Catalogue, moved: Collection[str] = ()
) -> list[str]:
    """Marks what `after` has no place for, un-marks what fits it; returns the new ones by start.

    `moved` are the ids of appointments that the change itself has put elsewhere.
    """
    first = first_to_come(tx)
    crowded = _crowded_out(tx, before, after, first) | set(moved)
    squeezed = _squeezed_out(tx, before, after, first)
    suspects = {
        appointment.id: appointment
        for found in (
            store.conflicted(tx, first),
            _no_longer_offered(tx, before, after, first),
            store.named(tx, first, crowded | squeezed),
        )
        for appointment in found
    }
    in_time = [a for a in suspects.values() if is_in_time(after, a)]
    # Who had room, and whose resource is as large as it was, has room.
    judged = [a for a in in_time if a.conflicted or a.id in crowded]
    fits = {a.id for a in in_time} - without_room(tx, after, judged)
    without_place = [a for a in suspects.values() if a.id not in fits and not a.conflicted]
    relieved = [a.id for a in suspects.values() if a.id in fits and a.conflicted]
    if without_place:
        appointments.set_conflicted(tx, [a.id for a in without_place], conflicted=True)
    if relieved:
        appointments.set_conflicted(tx, relieved, conflicted=False)
    return [a.id for a in sorted(without_place, key=lambda a: (a.placement.start, a.id))]


def first_to_come(tx: AccountTx) -> Minute:
    """The first minute at which an appointment that begins is still to come."""
    return -(-tx.now // MINUTE_MS)


def _no_longer_offered(
    tx: AccountTx, before: Catalogue, after: Catalogue, first: Minute
) -> list[AppointmentToCome]:
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
    lost = lost_open_time(before, after, _days(tx, before, first))
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
    return set(map(booking_id, found))


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
        capacity, there = capacities[resource_id], booked(sheet)
        if sum(c.places for c in there) > capacity:
            found.update(c.id for c in there if peak(there, c) > capacity)
    return set(map(booking_id, found))


def _days(tx: AccountTx, of_account: Catalogue, first: Minute) -> range:
    """The UTC days that hold what is to come; buffers may reach into the day before."""
    last = store.last_day(tx, of_account.branches.keys())
    return range(first // MINUTES_PER_DAY - 1, (-1 if last is None else last) + 1)
