"""Marks of single appointments: looked at again where a place was taken or given back.

What a change of the catalogue marks is found in `stranding`.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts.placement_check import is_offered, that_fit
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, IN_SERVICE, Appointment
from openslot.scheduling.model.day_sheet import APPOINTMENT, Claim, Sheet, booking_id
from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import AccountTx

# A visit that is over, or that nobody came to, cannot be stranded any more.
_STILL_TO_COME = (CONFIRMED, ARRIVED, IN_SERVICE)


def not_over(tx: AccountTx, ids: Collection[str]) -> list[Appointment]:
    """Those of some ids that are appointments whose visit is not over."""
    found = store.by_ids(tx, ids) if ids else []
    return [appointment for appointment in found if appointment.status in _STILL_TO_COME]


def given_back(tx: AccountTx, claim: Claim, sheets: Iterable[Sheet]) -> None:
    """Un-marks those beside a claim that is gone who fit again; `sheets` are those it was in."""
    marked = [a for a in not_over(tx, _beside(claim, sheets)) if a.conflicted]
    if marked:
        again = that_fit(tx, current_catalogue(tx), marked)
        store.set_conflicted(tx, sorted(again), conflicted=False)


def taken(tx: AccountTx, appointment: Appointment, sheets: Iterable[Sheet]) -> Appointment:
    """Marks an appointment that its hold kept a place for which the catalogue no longer has.

    Hours and blocks have been looked at before. Where a capacity was lowered, all who meet are
    marked, as if it had been lowered now. `sheets` are those that hold the appointment, which is
    returned as it then is.
    """
    of_account = current_catalogue(tx)
    placement = appointment.placement
    beside = _beside(placement.booked_as(appointment.id), sheets)
    if not beside and is_offered(of_account, placement):
        smallest = min(of_account.resources[i].capacity for i in placement.resource_ids)
        if placement.places <= smallest:
            return appointment  # nearly always
    asking = not_over(tx, {appointment.id, *beside})
    fits = that_fit(tx, of_account, asking)
    misfits = [a.id for a in asking if a.id not in fits and not a.conflicted]
    if misfits:
        store.set_conflicted(tx, misfits, conflicted=True)
    return replace(appointment, conflicted=appointment.id not in fits)


def _beside(claim: Claim, sheets: Iterable[Sheet]) -> set[str]:
    """The ids of the other appointments that a claim meets, buffers included."""
    first, last = claim.start - claim.before, claim.end + claim.after
    return {
        booking_id(other.id)
        for sheet in sheets
        for other in sheet.within(first, last)
        if other.kind == APPOINTMENT and other.id != claim.id
    }
