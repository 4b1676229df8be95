"""Which resources serve when nobody is named: the least booked that day. Pure and repeatable."""

from openslot.kernel.clock import MINUTES_PER_DAY, Minute
from openslot.scheduling.availability import Judgement
from openslot.scheduling.catalogue import Resource
from openslot.scheduling.opening_hours import day_bounds, local_date


def assign(judgement: Judgement, start: Minute) -> tuple[Resource, ...]:
    """One resource for each type, for a start that is bookable.

    Fewest minutes of appointments and live reservations (without buffers, × places) that local
    day, then the smallest sort order, then id.
    """
    window, zone = judgement.window, judgement.question.branch.zone
    first, last = day_bounds(local_date(start, zone), zone)
    days = range(first // MINUTES_PER_DAY, (last - 1) // MINUTES_PER_DAY + 1)

    def rank(resource: Resource) -> tuple[int, int, str]:
        booked = 0
        for day in days:
            sheet = window.sheets.get((resource.id, day))
            if sheet is not None:
                booked += sheet.minutes_booked(first, last, window.now, window.question.ignoring)
        return booked, resource.sort_order, resource.id

    return tuple(
        group[0] if len(group) == 1 else min(group, key=rank) for group in judgement.fitting(start)
    )
