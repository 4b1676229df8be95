"""Which resources serve when nobody is named: the least booked that day. Pure and repeatable."""

from openslot.kernel.clock import Minute
from openslot.scheduling.availability import Judgement
from openslot.scheduling.catalogue import Resource
from openslot.scheduling.opening_hours import day_bounds, local_date


def assign(judgement: Judgement, start: Minute) -> tuple[Resource, ...]:
    """One resource for each type, for a start that is bookable.

    Fewest minutes of appointments and live reservations (without buffers, × places) that local
    day, then the smallest sort order, then id.
    """
    zone = judgement.question.branch.zone
    first, last = day_bounds(local_date(start, zone), zone)

    def rank(resource: Resource) -> tuple[int, int, str]:
        booked = sum(
            sheet.minutes_booked(first, last, judgement.now, judgement.question.ignoring)
            for sheet in (
                judgement.sheets.get((resource.id, day))
                for day in range(first // 1440, (last - 1) // 1440 + 1)
            )
            if sheet is not None
        )
        return booked, resource.sort_order, resource.id

    return tuple(
        group[0] if len(group) == 1 else min(group, key=rank) for group in judgement.fitting(start)
    )
