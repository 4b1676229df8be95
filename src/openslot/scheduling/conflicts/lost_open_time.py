"""Where open time is lost between two catalogues: whose, on which UTC days, which minutes. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.scheduling.model.catalogue import Branch, Catalogue
from openslot.scheduling.model.day_sheet import MASK_BYTES
from openslot.scheduling.model.masks import Mask, ones, stretches
from openslot.scheduling.model.opening_hours import Timetable

_NOTHING = bytes(MASK_BYTES)
_Hours = tuple[Timetable, ZoneInfo] | None  # None: open at any time


@dataclass
class LostOpenTime:
    """The minutes that were open and no longer are, as masks of UTC days."""

    of_branch: dict[tuple[str, int], Mask] = field(default_factory=dict)  # by branch id and day
    of_resource: dict[tuple[str, str, int], Mask] = field(default_factory=lambda: defaultdict(int))

    def at(self, branch_id: str, resource_id: str, day: int) -> Mask:
        """What one resource has lost on a day."""
        of_branch = self.of_branch.get((branch_id, day), 0)
        return of_branch | self.of_resource.get((branch_id, resource_id, day), 0)


def lost_open_time(before: Catalogue, after: Catalogue, days: range) -> LostOpenTime:
    """What the hours of `after` take away from those of `before` on some UTC days."""
    found = LostOpenTime()
    for branch in before.branches.values():
        now = after.branches.get(branch.id)
        if now is None:
            continue
        lost = _lost((branch.timetable, branch.zone), (now.timetable, now.zone), days)
        found.of_branch.update({(branch.id, day): mask for day, mask in lost})
        _add_narrowings(found, before, after, branch, now, days)
    return found


def _add_narrowings(
    found: LostOpenTime, before: Catalogue, after: Catalogue, old: Branch, new: Branch, days: range
) -> None:
    """The hours of a branch's services and resources, which narrow its own."""
    resources = before.resources_at(old)
    for resource in resources:
        now = after.resources.get(resource.id)
        if now is not None:
            for day, mask in _lost(
                _hours(resource.timetable, old), _hours(now.timetable, new), days
            ):
                found.of_resource[old.id, resource.id, day] |= mask
    for service in before.services.values():
        later = after.services.get(service.id)
        if later is None or old.key not in service.branch_keys:
            continue
        lost = list(_lost(_hours(service.timetable, old), _hours(later.timetable, new), days))
        for resource in resources if lost else ():
            if service.key in resource.service_keys:
                for day, mask in lost:
                    found.of_resource[old.id, resource.id, day] |= mask


def _hours(timetable: Timetable | None, branch: Branch) -> _Hours:
    return None if timetable is None else (timetable, branch.zone)


def _lost(before: _Hours, after: _Hours, days: range) -> Iterator[tuple[int, Mask]]:
    """The days on which minutes that were open no longer are, with those minutes."""
    if after is None or before == after or not days:
        return
    lost = (_open(before, days) & ~_open(after, days)).to_bytes(MASK_BYTES * len(days), "little")
    for place, day in enumerate(days):
        of_day = lost[place * MASK_BYTES : (place + 1) * MASK_BYTES]
        if of_day != _NOTHING:
            yield day, int.from_bytes(of_day, "little")


def _open(hours: _Hours, days: range) -> Mask:
    first, last = days[0] * MINUTES_PER_DAY, (days[-1] + 1) * MINUTES_PER_DAY
    if hours is None:
        return ones(last - first)
    timetable, zone = hours
    return stretches(timetable.open_time(first, last, zone), first)
