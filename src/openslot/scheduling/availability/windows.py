"""Masks of a range of starts: at which of them a resource is closed, and at which it is full. Pure.

Bit i of a mask stands for the start `first + i`, and says that it is refused.
"""

from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.day_sheet import EMPTY_MASK, Sheet, Sheets
from openslot.scheduling.model.masks import Mask, ones, smear


class StartWindow:
    """The starts `[first, last)` of one query, over one snapshot of sheets."""

    def __init__(
        self, query: SlotQuery, sheets: Sheets, now: Millis, first: Minute, last: Minute
    ) -> None:
        """`sheets` hold at least `query.days(first, last)` of every candidate."""
        self.query = query
        self.sheets = sheets
        self.now = now
        self.first = first
        self.last = last
        self.all: Mask = ones(last - first)
        self.days = query.days(first, last)
        # How far the first start's claim begins into the first of those days.
        self._into_day = first - query.policy.before_minutes - self.days[0] * MINUTES_PER_DAY
        self.closed_for_all = self._closed_by_branch_and_services()
        self._refused: dict[str, Mask] = {}

    def closed(self, resource: Resource) -> Mask:
        """Branch, services and resource are not all open from the start to the end."""
        own = resource.timetable
        if own is None:
            return self.closed_for_all
        return self.closed_for_all | own.closed_starts(
            self.first,
            self.last,
            self.query.policy.duration_minutes,
            self.query.branch.zone,
        )

    def full(self, resource: Resource, *, without: int = 0, requests: int = 1) -> Mask:
        """The resource has no room for so many requests, buffers included.

        `without` leaves out claims of a kind.
        """
        policy = self.query.policy
        places = requests * policy.places
        if places > resource.capacity:
            return self.all
        sheets, resource_id = self.sheets, resource.id
        joined = b"".join(
            [
                self._full_on(sheets.get((resource_id, day)), resource, places, without)
                for day in self.days
            ]
        )
        full = int.from_bytes(joined, "little") >> self._into_day
        if self.all == 1:  # one start, as when reserving: the same result without the spreading
            return 1 if full & ones(policy.reach_minutes) else 0
        return smear(full, policy.reach_minutes) & self.all

    def refused(self, resource: Resource) -> Mask:
        """Closed or full, as things are."""
        mask = self._refused.get(resource.id)
        if mask is None:
            closed = self.closed(resource)
            # Where it is closed all the time, nobody needs to know how full it is.
            mask = closed if closed == self.all else closed | self.full(resource)
            self._refused[resource.id] = mask
        return mask

    def is_refused(self, resource: Resource, start: Minute) -> bool:
        """Whether a resource is closed or full at a start of the window."""
        return bool(self.refused(resource) >> (start - self.first) & 1)

    def is_blocked(self, resource: Resource) -> bool:
        """Whether a block lies on a resource in any minute that a start of the window takes."""
        first = self.first - self.query.policy.before_minutes
        last = self.last - 1 + self.query.policy.reach_minutes - self.query.policy.before_minutes
        found = (self.sheets.get((resource.id, day)) for day in self.days)
        return any(sheet is not None and sheet.has_block(first, last) for sheet in found)

    def _full_on(self, sheet: Sheet | None, resource: Resource, places: int, without: int) -> bytes:
        if sheet is None:
            return EMPTY_MASK
        replaces, ignoring = self.query.replaces, self.query.ignoring
        if replaces or ignoring:
            return sheet.full_but_for(
                resource.capacity, places, self.now, without, replaces, ignoring
            )
        return sheet.full(resource.capacity, places, self.now, without)

    def _closed_by_branch_and_services(self) -> Mask:
        branch, duration = self.query.branch, self.query.policy.duration_minutes
        closed = 0
        for timetable in (branch.timetable, *(s.timetable for s in self.query.services)):
            if timetable is not None:
                closed |= timetable.closed_starts(self.first, self.last, duration, branch.zone)
        return closed
