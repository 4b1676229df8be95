"""Conflicts of single appointments: looked at again where a booking came or went beside them.

What a change of the catalogue leaves without a place is found in `catalogue_conflicts`.
"""

from collections.abc import Collection
from dataclasses import replace

from openslot.scheduling.conflicts.placement_check import is_offered, that_fit
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, IN_SERVICE, Appointment
from openslot.scheduling.model.catalogue import Catalogue
from openslot.scheduling.model.claim import APPOINTMENT, Claim, booking_id
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.store import appointments as store
from openslot.storage.transactions import AccountTx

# A visit that is over, or that nobody came to, is in no conflict any more.
_NOT_OVER = (CONFIRMED, ARRIVED, IN_SERVICE)


def not_over(tx: AccountTx, ids: Collection[str]) -> list[Appointment]:
    """Those of some ids that are appointments whose visit is not over."""
    found = store.by_ids(tx, ids) if ids else []
    return [appointment for appointment in found if appointment.status in _NOT_OVER]


def unmark_beside(tx: AccountTx, of_account: Catalogue, claim: Claim, sheets: Sheets) -> None:
    """Takes the mark from those beside a claim that is gone who fit again.

    `sheets` are those that it was in.
    """
    marked = [a for a in not_over(tx, _neighbours(claim, sheets)) if a.conflicted]
    if marked:
        store.set_conflicted(tx, sorted(that_fit(tx, of_account, marked)), conflicted=False)


def mark_beside(
    tx: AccountTx, of_account: Catalogue, appointment: Appointment, sheets: Sheets
) -> Appointment:
    """Marks an appointment whose hold had a place that the catalogue no longer has.

    Hours and blocks have been looked at before. Where a capacity was lowered, all who meet are
    marked, as if it had been lowered now. `sheets` are those that hold the appointment, which is
    returned as it then is.
    """
    placement = appointment.placement
    neighbours = _neighbours(placement.booked_as(appointment.id), sheets)
    if not neighbours and is_offered(of_account, placement):
        smallest = min(of_account.resources[i].capacity for i in placement.resource_ids)
        if placement.places <= smallest:
            return appointment  # nearly always
    judged = not_over(tx, {appointment.id, *neighbours})
    fits = that_fit(tx, of_account, judged)
    misfits = [a.id for a in judged if a.id not in fits and not a.conflicted]
    if misfits:
        store.set_conflicted(tx, misfits, conflicted=True)
    return replace(appointment, conflicted=appointment.id not in fits)


def mark_again(tx: AccountTx, of_account: Catalogue, appointment: Appointment) -> Appointment:
    """Marks one whose visit is no longer over, or takes its mark; returns it as it then is."""
    conflicted = appointment.id not in that_fit(tx, of_account, [appointment])
    if conflicted != appointment.conflicted:
        store.set_conflicted(tx, [appointment.id], conflicted=conflicted)
    return replace(appointment, conflicted=conflicted)


def _neighbours(claim: Claim, sheets: Sheets) -> set[str]:
    """The ids of the other appointments that a claim meets, buffers included."""
    first, last = claim.start - claim.before, claim.end + claim.after
    return {
        booking_id(other.id)
        for sheet in sheets.values()
        for other in sheet.within(first, last)
        if other.kind == APPOINTMENT and other.id != claim.id
    }
