"""Zone data that changes: which appointments and blocks no longer agree with it, and rebasing them.

Each has its wall time and zone stored beside its instant. Another edition of the zone data may read
the instant as another wall time; then what people were told and when they are expected differ.
Source: the contract's section on time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts.catalogue_conflicts import first_to_come
from openslot.scheduling.conflicts.placement_check import that_fit
from openslot.scheduling.model import zones
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.catalogue import Catalogue
from openslot.scheduling.model.events import AppointmentRebased
from openslot.scheduling.rebasing.room import without_room
from openslot.scheduling.rebasing.shifts import (
    KEEP_INSTANT,
    AppointmentShift,
    Choice,
    Shift,
    agrees,
    rebased,
    rebased_block,
)
from openslot.scheduling.rebasing.together import ClaimsBySheet, claims_around, move_together
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import blocks as block_store
from openslot.scheduling.store import future_appointments, wall_times
from openslot.scheduling.store import zone_data as store
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx

APPOINTMENT, BLOCK = "appointment", "block"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An appointment or a block to come whose wall time and instant differ now."""

    kind: str
    id: str
    branch_id: str
    time_zone: str
    start: Minute
    end: Minute | None  # of a block
    wall_start: str  # as it was agreed on
    wall_end: str | None
    reads_start: str  # the wall time of its instant by the zone data in force
    reads_end: str | None


@dataclass(frozen=True, slots=True)
class Rebasing:
    """What is to become of a branch: `made` agree again, `left` stay since they lack room."""

    made: Sequence[Shift]
    left: Sequence[Shift]
    present: ClaimsBySheet


def check(tx: AccountTx) -> list[Disagreement]:
    """What of an account no longer agrees with the zone data in force, by start."""
    of_account, first = current_catalogue(tx), first_to_come(tx)
    found = []
    for one in wall_times.of_appointments(tx, first):
        reads = zones.wall_time(one.start, _zone(of_account, one.branch_id, one.time_zone))
        if reads != one.wall_start:
            id_, branch_id, start, wall, zone = one
            told = (APPOINTMENT, id_, branch_id, zone, start, None, wall, None, reads, None)
            found.append(Disagreement(*told))
    for block in wall_times.blocks_to_come(tx, first):
        if not _agrees(of_account, block):
            zone_now = _zone(of_account, block.branch_id, block.time_zone)
            found.append(
                Disagreement(
                    kind=BLOCK,
                    id=block.id,
                    branch_id=block.branch_id,
                    time_zone=block.time_zone,
                    start=block.start,
                    end=block.end,
                    wall_start=block.wall_start,
                    wall_end=block.wall_end,
                    reads_start=zones.wall_time(block.start, zone_now),
                    reads_end=zones.wall_time(block.end, zone_now),
                )
            )
    return sorted(found, key=lambda one: (one.start, one.kind, one.id))


def plan(tx: AccountTx, branch_id: str, choice: Choice) -> Rebasing:
    """What rebasing a branch would do; nothing is written."""
    of_account, first = current_catalogue(tx), first_to_come(tx)
    ids = [
        one.id
        for one in wall_times.of_appointments(tx, first, branch_id)
        if not agrees(one.start, one.wall_start, _zone(of_account, branch_id, one.time_zone))
    ]
    shifts: list[Shift] = [
        rebased(a, _zone(of_account, branch_id, a.time_zone), choice, tx.now)
        for a in wall_times.appointments(tx, ids)
    ]
    shifts += [
        rebased_block(b, _zone(of_account, branch_id, b.time_zone), choice, first)
        for b in wall_times.blocks_to_come(tx, first)
        if b.branch_id == branch_id and not _agrees(of_account, b)
    ]
    moved = [shift for shift in shifts if shift.old != shift.new]
    present = claims_around(tx, moved) if moved else {}
    capacities = {r.id: r.capacity for r in of_account.resources.values()}
    left = without_room(moved, present, capacities)
    left_ids = {shift.old.id for shift in left}
    made = [shift for shift in shifts if shift.old.id not in left_ids]
    return Rebasing(made, left, present)


def rebase(tx: AccountTx, actor: Actor, branch_id: str, choice: Choice) -> Rebasing:
    """Makes what is to come at a branch agree with the zone data in force, as far as it has room.

    Nothing is ever booked twice: what has no room stays as it is. A second time nothing changes.
    """
    planned = plan(tx, branch_id, choice)
    if not planned.made:
        return planned
    move_together(tx, actor, planned.made, planned.present, _event_of)
    if choice != KEEP_INSTANT:
        _unmark(tx, branch_id)
    counts = Counter(isinstance(shift, AppointmentShift) for shift in planned.made)
    audit.record(
        tx,
        "branch.rebased",
        actor,
        branchId=branch_id,
        choice=choice,
        appointments=counts[True],
        blocks=counts[False],
        left=len(planned.left),
    )
    return planned


def fill_blocks(tx: AccountTx) -> int:
    """Gives blocks of before the wall times that the zone data in force reads; returns how many."""
    of_account = current_catalogue(tx)
    every = block_store.every(tx)
    bare = [b for b in every if not b.time_zone and b.branch_id in of_account.branches]
    filled = [b.at(b.start, b.end, of_account.branches[b.branch_id].zone) for b in bare]
    if filled:
        block_store.update_each(tx, filled)
    return len(filled)


def noted(tx: SystemTx) -> str | None:
    """The digest of the zone data that a server started under last; None: none has yet."""
    return store.last_digest(tx)


def note(tx: SystemTx) -> None:
    """Stores that a server starts under the zone data in force."""
    store.put(tx, *zones.zone_data())


def _event_of(shift: AppointmentShift) -> AppointmentRebased:
    return AppointmentRebased(appointment=shift.after, before=shift.before)


def _unmark(tx: AccountTx, branch_id: str) -> None:
    """Takes the mark from appointments of the branch that fit again, now that others have moved."""
    first = first_to_come(tx)
    marked = [
        a for a in future_appointments.conflicted(tx, first) if a.placement.branch_id == branch_id
    ]
    if fits := that_fit(tx, current_catalogue(tx), marked):
        appointment_store.set_conflicted(tx, sorted(fits), conflicted=False)


def _agrees(of_account: Catalogue, block: Block) -> bool:
    if not block.time_zone:
        return True  # nobody knows its wall time
    zone = _zone(of_account, block.branch_id, block.time_zone)
    return agrees(block.start, block.wall_start, zone) and agrees(block.end, block.wall_end, zone)


def _zone(of_account: Catalogue, branch_id: str, name: str) -> ZoneInfo:
    """The stored zone; the branch's where the zone data in force has no zone of that name."""
    return zones.zone_named(name) or of_account.branches[branch_id].zone
