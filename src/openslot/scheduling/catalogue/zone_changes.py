"""Another time zone for a branch that has appointments to come: which of their times is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.errors import Conflict
from openslot.scheduling.conflicts.catalogue_conflicts import first_to_come
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.catalogue import Branch, Catalogue
from openslot.scheduling.model.events import AppointmentMoved
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.rebasing.shifts import (
    KEEP_INSTANT,
    KEEP_WALL_TIME,
    AppointmentShift,
    BlockShift,
    Choice,
    Shift,
    instant_of_wall,
    rebased_block,
)
from openslot.scheduling.rebasing.together import claims_around, move_together
from openslot.scheduling.store import blocks as block_store
from openslot.scheduling.store import future_appointments as store
from openslot.scheduling.store import wall_times
from openslot.storage.transactions import AccountTx


class ZoneChangeNeedsChoice(Conflict):
    """Say which time of the branch's appointments is kept: the instant, or the one on its wall."""

    code = "zone_change_needs_choice"
    title = "The branch has appointments: say appointments=keep-instant or keep-wall-time"


def follow(
    tx: AccountTx, actor: Actor, before: Catalogue, after: Catalogue, choice: Choice | None
) -> list[str]:
    """Lets what is to come follow branches into their new zones; returns the appointments moved.

    Blocks go where the appointments go. With `keep-instant` nothing of them changes but the wall
    time that is stored beside it.

    Raises:
        ZoneChangeNeedsChoice: there are appointments, and nothing was chosen.
    """
    changed = {
        branch_id: branch
        for branch_id, branch in after.branches.items()
        if branch_id in before.branches and before.branches[branch_id].time_zone != branch.time_zone
    }
    if not changed:
        return []
    first = first_to_come(tx)
    busy = store.busy(tx, first, changed)
    if busy and choice is None:
        raise ZoneChangeNeedsChoice
    ids = [future.id for future in store.under(tx, first, busy)] if busy else []
    old = wall_times.appointments(tx, ids)
    blocks = [b for b in wall_times.blocks_to_come(tx, first) if b.branch_id in changed]
    if choice != KEEP_WALL_TIME:
        _stay(tx, old, blocks, changed)
        return []
    shifts: list[Shift] = [
        *(_moved(a, before.branches, changed, tx.now) for a in old),
        *(_moved_block(b, before.branches, changed, first) for b in blocks),
    ]
    move_together(tx, actor, shifts, claims_around(tx, shifts), _event_of)
    return [appointment.id for appointment in old]


def _event_of(shift: AppointmentShift) -> AppointmentMoved:
    return AppointmentMoved(appointment=shift.after, before=shift.before)


def _moved(
    appointment: Appointment, before: Mapping[str, Branch], after: Mapping[str, Branch], now: int
) -> AppointmentShift:
    """The same wall time in the new zone, for as long as it was."""
    place = appointment.placement
    branch = after[place.branch_id]
    wall = wall_time(place.start, before[place.branch_id].zone)
    start = instant_of_wall(wall, branch.zone)
    there = replace(place, start=start, end=start + place.end - place.start)
    return AppointmentShift(
        appointment, appointment.moved_to(there, branch, now, override=appointment.override)
    )


def _moved_block(
    block: Block, before: Mapping[str, Branch], after: Mapping[str, Branch], first: int
) -> BlockShift:
    """The same wall times in the new zone, as far as they are to come."""
    was = block.at(block.start, block.end, before[block.branch_id].zone)
    shift = rebased_block(was, after[block.branch_id].zone, KEEP_WALL_TIME, first)
    return BlockShift(block, shift.after)


def _stay(
    tx: AccountTx,
    appointments: Sequence[Appointment],
    blocks: Sequence[Block],
    after: Mapping[str, Branch],
) -> None:
    """Stores how instants that stay read in the new zone: no version of it, since nobody sees it.

    Else the next change of zone data would be looked for in a zone that the branch has left.
    """
    rows = []
    for appointment in appointments:
        place = appointment.placement
        zone = after[place.branch_id].zone
        rows.append((appointment.id, wall_time(place.start, zone), zone.key))
    wall_times.set_zones(tx, rows)
    zones = {branch_id: branch.zone for branch_id, branch in after.items()}
    walls = [rebased_block(b, zones[b.branch_id], KEEP_INSTANT, 0).after for b in blocks]
    block_store.update_each(tx, walls)
