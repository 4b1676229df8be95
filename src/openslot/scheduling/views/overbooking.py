"""Appointments that share a resource beyond its capacity, after a rule was overridden."""

from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.claim import APPOINTMENT, Claim, booking_id
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.transactions import AccountTx


def overbooked_with(tx: AccountTx, appointment: Appointment) -> list[str]:
    """The ids, sorted, of appointments with which one exceeds the capacity of its resources."""
    placement = appointment.placement
    claim = placement.booked_as(appointment.id)
    found: set[str] = set()
    for resource_id in placement.resource_ids:
        capacity = current_catalogue(tx).resources[resource_id].capacity
        sheets = sheet_store.of_resources(
            tx, placement.branch_id, [resource_id], claim.days[0], claim.days[-1]
        )
        others = {
            other.id: other
            for sheet in sheets.values()
            for other in sheet.within(*_reach(claim))
            if other.id != claim.id and other.kind == APPOINTMENT
        }
        found |= _beyond(capacity - claim.places, claim, list(others.values()))
    return sorted(found)


def _beyond(free_places: int, claim: Claim, others: list[Claim]) -> set[str]:
    """Those of the other claims that take, at some moment of `claim`, more than is free."""
    first, _ = _reach(claim)
    # The number of places that are taken grows only where a claim begins.
    moments = {first, *(max(first, _reach(other)[0]) for other in others)}
    found: set[str] = set()
    for moment in moments:
        present = [o for o in others if _reach(o)[0] <= moment < _reach(o)[1]]
        if sum(other.places for other in present) > free_places:
            found |= {booking_id(other.id) for other in present}
    return found


def _reach(claim: Claim) -> tuple[int, int]:
    """All the time that a claim takes, buffers included."""
    return claim.start - claim.before, claim.end + claim.after
