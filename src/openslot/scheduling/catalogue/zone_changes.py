"""Another time zone for a branch that has appointments to come: which of their times is kept."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Conflict
from openslot.scheduling.conflicts.catalogue_conflicts import first_to_come
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Branch, Catalogue
from openslot.scheduling.model.claim import Claim, claim_id
from openslot.scheduling.model.day_sheet import Sheet, SheetKey
from openslot.scheduling.model.events import AppointmentMoved
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import instant_at, wall_time
from openslot.scheduling.record import record
from openslot.scheduling.store import appointments
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.scheduling.store import future_appointments as store
from openslot.storage.transactions import AccountTx

Choice = Literal["keep-instant", "keep-wall-time"]


class ZoneChangeNeedsChoice(Conflict):
    """Say which time of the branch's appointments is kept: the instant, or the one on its wall."""

    code = "zone_change_needs_choice"
    title = "The branch has appointments: say appointments=keep-instant or keep-wall-time"


def follow(
    tx: AccountTx, actor: Actor, before: Catalogue, after: Catalogue, choice: Choice | None
) -> list[str]:
    """Lets the appointments to come follow branches into their new zones; returns those moved.

    With `keep-instant` nothing of them changes.

    Raises:
        ZoneChangeNeedsChoice: there are some, and nothing was chosen.
    """
    changed = [
        branch_id
        for branch_id, branch in after.branches.items()
        if branch_id in before.branches and before.branches[branch_id].time_zone != branch.time_zone
    ]
    if not changed:
        return []
    first = first_to_come(tx)
    busy = store.busy(tx, first, changed)
    if busy and choice is None:
        raise ZoneChangeNeedsChoice
    if not busy or choice == "keep-instant":
        return []
    old = appointments.by_ids(tx, [future.id for future in store.under(tx, first, busy)])
    new = [_moved(a.placement, before.branches, after.branches) for a in old]
    _rewrite_sheets(tx, first, busy, old, new)
    # A branch changes its zone once in its life, so that some statements an appointment will do.
    for appointment, placement in zip(old, new, strict=True):
        branch, override = after.branches[placement.branch_id], appointment.override
        moved = appointment.moved_to(placement, branch, tx.now, override=override)
        appointments.move(tx, appointment, moved)
        record(tx, actor, AppointmentMoved(appointment=moved, before=appointment))
    return [appointment.id for appointment in old]


def _moved(
    place: Placement, before: Mapping[str, Branch], after: Mapping[str, Branch]
) -> Placement:
    """The same wall time in the new zone, for as long as it was."""
    wall = datetime.fromisoformat(wall_time(place.start, before[place.branch_id].zone))
    minutes = wall.hour * 60 + wall.minute
    start = instant_at(wall.date(), minutes, after[place.branch_id].zone, ends=False)
    return replace(place, start=start, end=start + place.end - place.start)


def _rewrite_sheets(
    tx: AccountTx,
    first: Minute,
    branch_ids: Collection[str],
    old: Sequence[Appointment],
    new: Sequence[Placement],
) -> None:
    last = store.last_day(tx, branch_ids) or 0
    days = range(first // MINUTES_PER_DAY - 2, last + 3)  # zones lie up to 26 hours apart
    held: dict[SheetKey, list[Claim]] = defaultdict(list)
    for branch_id, resource_id, sheet in store.sheets(tx, branch_ids, days):
        held[branch_id, resource_id, sheet.day] = list(sheet.claims)
    touched = set()
    gone = {claim_id(a.id) for a in old}
    for place, claims in held.items():
        if any(c.id in gone for c in claims):
            touched.add(place)
            held[place] = [c for c in claims if c.id not in gone]
    for appointment, placement in zip(old, new, strict=True):
        claim = placement.booked_as(appointment.id)
        for resource_id in placement.resource_ids:
            for day in claim.days:
                place = placement.branch_id, resource_id, day
                touched.add(place)
                held[place].append(claim)
    for branch_id, resource_id, day in sorted(touched):
        sheet_store.put(
            tx, branch_id, resource_id, Sheet.of(day, held[branch_id, resource_id, day])
        )
