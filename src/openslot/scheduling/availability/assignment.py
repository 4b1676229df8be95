"""Which resources serve when nobody is named: the least booked that day. Pure and repeatable."""

from collections.abc import Callable

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.scheduling.availability.availability import BLOCKED, NOT_OFFERED
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.zones import day_bounds, local_date


def assign(window: StartWindow) -> tuple[Resource, ...] | None:
    """One resource for each type that is open and has room; None where some type has none.

    Of a window of one start. Fewest minutes of appointments and live reservations (without
    buffers, × places) that local day, then the smallest sort order, then id.
    """
    start, booked_by = window.first, _minutes_booked_by(window)

    def rank(resource: Resource) -> tuple[int, int, str]:
        return booked_by(resource), resource.sort_order, resource.id

    chosen = []
    for group in window.query.candidates:
        # Ranked first, so that mostly one of them must be asked whether it has room.
        ranked = sorted(group, key=rank) if len(group) > 1 else group
        free = next((r for r in ranked if not window.is_refused(r, start)), None)
        if free is None:
            return None
        chosen.append(free)
    return tuple(chosen)


def assign_by_override(window: StartWindow) -> tuple[Resource, ...]:
    """Those that a booking by the rules of hours and capacity would get, if there are any.

    Else of each type one that is not blocked, the least booked of those that break the fewest
    rules. Of a window of one start.

    Raises:
        SlotUnavailable: some type has no resource, or every one of it is blocked.
    """
    chosen = assign(window)
    if chosen is not None:
        return chosen
    booked_by = _minutes_booked_by(window)

    def rank(resource: Resource) -> tuple[bool, bool, int, int, str]:
        closed, full = bool(window.closed(resource)), bool(window.full(resource))
        return closed, full, booked_by(resource), resource.sort_order, resource.id

    taken = []
    for group in window.query.candidates:
        if not group:
            raise SlotUnavailable(NOT_OFFERED)
        unblocked = [resource for resource in group if not window.is_blocked(resource)]
        if not unblocked:
            raise SlotUnavailable(BLOCKED)
        taken.append(min(unblocked, key=rank))
    return tuple(taken)


def _minutes_booked_by(window: StartWindow) -> Callable[[Resource], int]:
    """How much each resource has booked on the local day of a window's start."""
    zone, ignoring = window.query.branch.zone, window.query.ignoring
    first, last = day_bounds(local_date(window.first, zone), zone)
    days = range(first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY + 1)

    def booked_by(resource: Resource) -> int:
        booked = 0
        for day in days:
            sheet = window.sheets.get((resource.id, day))
            if sheet is not None:
                booked += sheet.minutes_booked(first, last, window.now, ignoring)
        return booked

    return booked_by
