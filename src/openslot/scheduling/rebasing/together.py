"""Many appointments and blocks moved in one transaction: all leave, then all arrive."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from openslot.kernel.actor import Actor
from openslot.scheduling.model.claim import Claim, is_live
from openslot.scheduling.model.day_sheet import Sheet, SheetKey
from openslot.scheduling.model.events import AppointmentEvent
from openslot.scheduling.rebasing.shifts import AppointmentShift, BlockShift, Shift, keys_of
from openslot.scheduling.record import record_each
from openslot.scheduling.store import blocks as block_store
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.scheduling.store import future_appointments, wall_times
from openslot.storage.transactions import AccountTx

_AT_ONCE = 2000  # rows that one statement is given

ClaimsBySheet = dict[SheetKey, list[Claim]]


def claims_around(tx: AccountTx, shifts: Iterable[Shift]) -> ClaimsBySheet:
    """What takes the resources on the days that shifts leave or come to, by sheet."""
    branch_ids: set[str] = set()
    days: set[int] = set()
    for shift in shifts:
        branch_ids.add(shift.branch_id)
        days.update(shift.old.days, shift.new.days)
    return {
        (branch_id, resource_id, sheet.day): [c for c in sheet.claims if is_live(c, tx.now)]
        for branch_id, resource_id, sheet in future_appointments.sheets(tx, branch_ids, days)
    }


def move_together(
    tx: AccountTx,
    actor: Actor,
    shifts: Sequence[Shift],
    present: ClaimsBySheet,
    event_of: Callable[[AppointmentShift], AppointmentEvent],
) -> None:
    """Makes shifts, without asking whether there is room; `present` is of `claims_around`."""
    _rewrite_sheets(tx, [shift for shift in shifts if shift.old != shift.new], present)
    of_appointments = [shift for shift in shifts if isinstance(shift, AppointmentShift)]
    for begin in range(0, len(of_appointments), _AT_ONCE):
        some = of_appointments[begin : begin + _AT_ONCE]
        wall_times.move_each(tx, [(shift.before, shift.after) for shift in some])
        record_each(tx, actor, [event_of(shift) for shift in some])
    of_blocks = [shift.after for shift in shifts if isinstance(shift, BlockShift)]
    if of_blocks:
        block_store.update_each(tx, of_blocks)


def _rewrite_sheets(tx: AccountTx, shifts: Collection[Shift], present: ClaimsBySheet) -> None:
    gone = {shift.old.id for shift in shifts}
    coming: ClaimsBySheet = defaultdict(list)
    touched: set[SheetKey] = set()
    for shift in shifts:
        touched.update(keys_of(shift, shift.old))
        for key in keys_of(shift, shift.new):
            coming[key].append(shift.new)
    for branch_id, resource_id, day in sorted(touched | coming.keys()):
        key = branch_id, resource_id, day
        claims = [claim for claim in present.get(key, ()) if claim.id not in gone]
        sheet = Sheet.of(day, [*claims, *coming.get(key, ())])
        sheet_store.put(tx, branch_id, resource_id, sheet)
