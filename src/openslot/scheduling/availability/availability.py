"""The one predicate: which starts are bookable, and why the others are not. Pure.

Listing, reserving, moving and the staff's calendar all ask `judge`, over a window of one start
or of a year. It computes with masks of what is *refused* (see `windows`), so that candidates
are joined with AND and resource types with OR.
"""

from bisect import bisect_left
from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from openslot.kernel.clock import MINUTE_MS, Millis, Minute
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.claim import BLOCK, RESERVATION
from openslot.scheduling.model.masks import Mask
from openslot.scheduling.model.zones import day_bounds, local_date, local_dates

NOT_OFFERED = "not_offered"
HORIZON = "horizon"
NOTICE = "notice"
CLOSED = "closed"
OFF_GRID = "off_grid"
HELD = "held"
BLOCKED = "blocked"
CAPACITY = "capacity"
TAKEN = "taken"
# In the order in which they are looked for: a refusal gives the first that holds.
REASONS = (NOT_OFFERED, HORIZON, NOTICE, CLOSED, OFF_GRID, HELD, BLOCKED, CAPACITY, TAKEN)


class Judgement:
    """The bookable starts of a window, one by one."""

    def __init__(self, window: StartWindow, refused: Mask) -> None:
        """`refused` are the starts that are closed, or without room."""
        self.window = window
        self.query = window.query
        self.first = window.first
        self.refused = refused
        self.earliest = earliest_start(self.query, window.now)
        self.horizon_end = horizon_end(self.query, window.now)
        self._refused_without: dict[int, Mask] = {}

    def reason(self, start: Minute) -> str | None:
        """Why a start in the window is refused, or None where it is bookable."""
        early = _early_reason(self.query, start, self.earliest, self.horizon_end)
        if early is not None:
            return early
        refused = self._has(self.refused, start)
        if refused and self._has(self._closed, start):
            return CLOSED
        if not is_on_grid(self.query, start):
            return OFF_GRID
        if not refused:
            return None
        if not self._has(self._without(RESERVATION), start):
            return HELD
        if not self._has(self._without(BLOCK), start):
            return BLOCKED
        return CAPACITY if self._has_roomy_candidate(start) else TAKEN

    @cached_property
    def _closed(self) -> Mask:
        """The starts that open time does not hold."""
        return run(_by_type(self.window, self.window.closed))

    def _has(self, mask: Mask, start: Minute) -> bool:
        return bool(mask >> (start - self.first) & 1)

    def _without(self, kind: int) -> Mask:
        """What would still be refused if there were no claims of a kind."""
        mask = self._refused_without.get(kind)
        if mask is None:
            window = self.window
            mask = run(_by_type(window, lambda r: window.closed(r) | window.full(r, without=kind)))
            self._refused_without[kind] = mask
        return mask

    def _has_roomy_candidate(self, start: Minute) -> bool:
        """Whether a resource with more than one place is open then."""
        return any(
            resource.capacity > 1 and not self._has(self.window.closed(resource), start)
            for resource in self.query.resources
        )


def judge(window: StartWindow) -> Generator[None, None, Judgement]:
    """Judges every start of a window; yields between steps, so that a loop can take turns.

    Call it through `run` where nobody waits.
    """
    refused = yield from _by_type(window, window.refused)
    return Judgement(window, refused)


def _by_type(
    window: StartWindow, refused: Callable[[Resource], Mask]
) -> Generator[None, None, Mask]:
    """The starts for which some resource type has no candidate that is not refused."""
    mask = 0
    for group in window.query.candidates:
        of_type = window.all
        for resource in group:
            of_type &= refused(resource)
            if of_type == window.closed_for_all:
                break  # nobody else could serve at more starts
            yield
        mask |= of_type
    return mask


_R = TypeVar("_R")


def run(steps: Generator[None, None, _R]) -> _R:
    """Runs a computation in steps to its end, without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def remaining(judgement: Judgement) -> Generator[None, None, Callable[[Minute], int]]:
    """How many more requests of the party's size would fit at a bookable start.

    Each takes one resource of every type, so the scarcest type decides.
    """
    window, places = judgement.window, judgement.query.policy.places
    rooms: list[list[Mask]] = []  # for each type, one mask for every request that fits somewhere
    for group in judgement.query.candidates:
        masks = []
        for resource in group:
            for count in range(1, resource.capacity // places + 1):
                refused = window.closed(resource) | window.full(resource, requests=count)
                masks.append(window.all & ~refused)
                yield
        rooms.append(masks)

    def at(start: Minute) -> int:
        return min(sum(mask >> (start - window.first) & 1 for mask in masks) for masks in rooms)

    return at


def with_room(judgement: Judgement, starts: Sequence[Minute]) -> list[Minute]:
    """The starts of the grid that are open and have room, whatever notice and horizon say."""
    # As text a mask can be looked up at a thousand places much faster than bit by bit.
    refused = f"{judgement.refused | 1 << (judgement.window.last - judgement.first):b}"[::-1]
    first = judgement.first
    return [start for start in starts if refused[start - first] == "0"]


def early_reason(query: SlotQuery, now: Millis, start: Minute) -> str | None:
    """Why a start is refused whatever the hours and claims, if it is: the first three reasons."""
    return _early_reason(query, start, earliest_start(query, now), horizon_end(query, now))


def _early_reason(query: SlotQuery, start: Minute, earliest: Minute, horizon: Minute) -> str | None:
    if not query.offered:
        return NOT_OFFERED
    if start >= horizon:
        return HORIZON
    if start < earliest:
        return NOTICE
    return None


def earliest_start(query: SlotQuery, now: Millis) -> Minute:
    """The first whole minute that keeps the notice."""
    return -(-now // MINUTE_MS) + query.policy.notice_minutes


def horizon_end(query: SlotQuery, now: Millis) -> Minute:
    """The local midnight at which the horizon ends."""
    zone = query.branch.zone
    last_day = local_date(now // MINUTE_MS, zone) + timedelta(days=query.policy.horizon_days)
    return day_bounds(last_day, zone)[1]


def is_on_grid(query: SlotQuery, start: Minute) -> bool:
    """Whether a start lies on the grid of an opening period of the branch."""
    timetable, zone = query.branch.timetable, query.branch.zone
    return any(
        begin <= start < end and (start - begin) % query.policy.step_minutes == 0
        for day in local_dates(start, start + 1, zone, before=2)
        for begin, end in timetable.periods_on(day, zone)
    )


def grid(query: SlotQuery, first: Minute, last: Minute) -> Sequence[Minute]:
    """Every start on the grid in `[first, last)`, sorted, once."""
    branch, step = query.branch, query.policy.step_minutes
    starts: list[Minute] = []
    for day in local_dates(first, last, branch.zone, before=2):
        of_day = branch.timetable.grid_on(day, step, branch.zone)
        if of_day and starts and of_day[0] <= starts[-1]:
            starts = sorted({*starts, *of_day})  # a period past midnight meets the next date's
        else:
            starts.extend(of_day)
    return starts[bisect_left(starts, first) : bisect_left(starts, last)]
