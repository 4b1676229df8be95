"""Which resources serve when nobody is named: the least booked that day. Pure and repeatable."""

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.scheduling.availability.windows import Window
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.opening_hours import day_bounds, local_date


def assign(window: Window, start: Minute) -> tuple[Resource, ...] | None:
    """One resource for each type that is open and has room; None where some type has none.

    Fewest minutes of appointments and live reservations (without buffers, × places) that local
    day, then the smallest sort order, then id.
    """
    zone, ignoring = window.query.branch.zone, window.query.ignoring
    first, last = day_bounds(local_date(start, zone), zone)
    days = range(first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY + 1)

    def rank(resource: Resource) -> tuple[int, int, str]:
        booked = 0
        for day in days:
            sheet = window.sheets.get((resource.id, day))
            if sheet is not None:
                booked += sheet.minutes_booked(first, last, window.now, ignoring)
        return booked, resource.sort_order, resource.id

    chosen = []
    for group in window.query.candidates:
        # Ranked first, so that mostly one of them has to be asked whether it has room.
        ranked = sorted(group, key=rank) if len(group) > 1 else group
        free = next((r for r in ranked if not window.is_refused(r, start)), None)
        if free is None:
            return None
        chosen.append(free)
    return tuple(chosen)
