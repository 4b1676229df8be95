"""The one predicate: which starts are bookable, and why the others are not. Pure.

Listing, reserving, moving and the staff's calendar all ask `judge`, over a window of one start
or of a year. It computes with masks: whole numbers whose bit i stands for the start
`first + i`. A mask here holds what is *refused*, so that candidates are joined with AND and
resource types with OR.
"""

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis, Minute
from openslot.scheduling.catalogue import Branch, Catalogue, Resource, Service
from openslot.scheduling.day_sheets import (
    BLOCK,
    EMPTY_MASK,
    NOBODY,
    RESERVATION,
    Sheet,
)
from openslot.scheduling.masks import Mask, ones, smear
from openslot.scheduling.opening_hours import day_bounds, local_date, local_dates
from openslot.scheduling.policies import Policy, policy_of

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

Sheets = Mapping[tuple[str, int], Sheet]  # by resource id and UTC day; an empty day may be absent


@dataclass(frozen=True)
class Question:
    """Who would like what, where: everything about a request but its time."""

    branch: Branch
    services: tuple[Service, ...]
    party: int
    policy: Policy
    offered: bool
    candidates: tuple[tuple[Resource, ...], ...]  # for each resource type of the policy
    replaces: bytes = NOBODY  # the appointment that the new claim is to move
    ignoring: bytes = NOBODY  # one's own reservation, shown as free

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every candidate of every type, once."""
        return tuple({r.id: r for group in self.candidates for r in group}.values())

    def days(self, first: Minute, last: Minute) -> range:
        """The UTC days whose sheets decide about starts in `[first, last)`."""
        base, length = self._extent(first, last)
        return range(base // MINUTES_PER_DAY, (base + length - 1) // MINUTES_PER_DAY + 1)

    def _extent(self, first: Minute, last: Minute) -> tuple[Minute, int]:
        """The minutes that appointments beginning in `[first, last)` can take, buffers included."""
        policy = self.policy
        reach = policy.before_minutes + policy.duration_minutes + policy.after_minutes
        return first - policy.before_minutes, last - first + reach


def ask(
    catalogue: Catalogue,
    branch: Branch,
    services: Sequence[Service],
    party: int,
    *,
    resource: Resource | None = None,
    replaces: bytes = NOBODY,
    ignoring: bytes = NOBODY,
) -> Question:
    """The question whether a party can book some services at a branch, with a named resource."""
    policy = policy_of(services, party)
    offered = (
        branch.active
        and policy.takes_party
        and all(s.active and branch.key in s.branch_keys for s in services)
        and (len(services) == 1 or catalogue.combines(branch, services))
    )
    return Question(
        branch=branch,
        services=tuple(services),
        party=party,
        policy=policy,
        offered=offered,
        candidates=tuple(
            tuple(
                candidate
                for candidate in catalogue.resources_at(branch)
                if candidate.active
                and qualifies(candidate, kind, services)
                and (resource is None or resource.type != kind or resource.id == candidate.id)
            )
            for kind in policy.resource_types
        ),
        replaces=replaces,
        ignoring=ignoring,
    )


def qualifies(resource: Resource, kind: str, services: Iterable[Service]) -> bool:
    """Whether a resource can be the `kind` of these services: qualified for all that need one."""
    return resource.type == kind and all(
        service.key in resource.service_keys
        for service in services
        if kind in service.resource_types
    )


@dataclass
class Judgement:
    """The answer for every start in `[first, last)`."""

    question: Question
    sheets: Sheets
    now: Millis
    first: Minute
    last: Minute
    earliest: Minute  # starts before it are within the notice
    horizon_end: Minute  # starts from it on are beyond the horizon
    closed: Mask  # open time does not hold the appointment for some type
    refused: Mask  # closed, or no open candidate of some type has room
    _reasons: dict[int, Mask] = field(default_factory=dict)

    def bookable(self, start: Minute) -> bool:
        """Whether a start of the grid would get a reservation."""
        return (
            self.question.offered
            and self.earliest <= start < self.horizon_end
            and not self.refused >> (start - self.first) & 1
        )

    def reason(self, start: Minute) -> str | None:
        """Why a start in the window is refused, or None where it is bookable."""
        early = _early_reason(self.question, start, self.earliest, self.horizon_end)
        if early is not None:
            return early
        if self._has(self.closed, start):
            return CLOSED
        if not is_on_grid(self.question, start):
            return OFF_GRID
        if not self._has(self.refused, start):
            return None
        if not self._has(self._refused_without(RESERVATION), start):
            return HELD
        if not self._has(self._refused_without(BLOCK), start):
            return BLOCKED
        return CAPACITY if self._has_roomy_candidate(start) else TAKEN

    def _has(self, mask: Mask, start: Minute) -> bool:
        return bool(mask >> (start - self.first) & 1)

    def _refused_without(self, kind: int) -> Mask:
        """What would still be refused if there were no claims of a kind."""
        mask = self._reasons.get(kind)
        if mask is None:
            mask = run(_refused(self.question, self.sheets, self.now, self.first, self.last, kind))
            self._reasons[kind] = mask
        return mask

    def _has_roomy_candidate(self, start: Minute) -> bool:
        """Whether a resource with more than one place is open then."""
        return any(
            resource.capacity > 1
            and not self._has(_closed_for(self.question, resource, self.first, self.last), start)
            for resource in self.question.resources
        )

    def fitting(self, start: Minute) -> list[list[Resource]]:
        """For each resource type the candidates that are open and have room at a start."""
        return [
            [
                resource
                for resource in group
                if not self._has(
                    _closed_for(self.question, resource, self.first, self.last)
                    | _full_for(
                        self.question, resource, self.sheets, self.now, self.first, self.last, 0
                    ),
                    start,
                )
            ]
            for group in self.question.candidates
        ]


def judge(
    question: Question, sheets: Sheets, now: Millis, first: Minute, last: Minute
) -> Generator[None, None, Judgement]:
    """Judges every start in `[first, last)`; yields between steps, so that a loop can take turns.

    Call it through `run` where nobody waits.
    """
    closed = yield from _closed(question, first, last)
    refused = yield from _refused(question, sheets, now, first, last, 0)
    return Judgement(
        question=question,
        sheets=sheets,
        now=now,
        first=first,
        last=last,
        earliest=earliest_start(question, now),
        horizon_end=horizon_end(question, now),
        closed=closed,
        refused=refused,
    )


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
    question, first, last = judgement.question, judgement.first, judgement.last
    rooms: list[list[Mask]] = []  # for each type, one mask for every request that fits somewhere
    for group in question.candidates:
        masks = []
        for resource in group:
            closed = _closed_for(question, resource, first, last)
            for count in range(1, resource.capacity // question.policy.places + 1):
                full = _full_for(
                    question, resource, judgement.sheets, judgement.now, first, last, 0, count
                )
                masks.append(ones(last - first) & ~(closed | full))
                yield
        rooms.append(masks)

    def at(start: Minute) -> int:
        return min(sum(mask >> (start - first) & 1 for mask in masks) for masks in rooms)

    return at


def early_reason(question: Question, now: Millis, start: Minute) -> str | None:
    """Why a start is refused whatever the hours and claims, if it is: the first three reasons."""
    return _early_reason(question, start, earliest_start(question, now), horizon_end(question, now))


def _early_reason(
    question: Question, start: Minute, earliest: Minute, horizon: Minute
) -> str | None:
    if not question.offered:
        return NOT_OFFERED
    if start >= horizon:
        return HORIZON
    if start < earliest:
        return NOTICE
    return None


def earliest_start(question: Question, now: Millis) -> Minute:
    """The first whole minute that keeps the notice."""
    return -(-now // MINUTE_MS) + question.policy.notice_minutes


def horizon_end(question: Question, now: Millis) -> Minute:
    """The local midnight at which the horizon ends."""
    zone = question.branch.zone
    last_day = local_date(now // MINUTE_MS, zone) + timedelta(days=question.policy.horizon_days)
    return day_bounds(last_day, zone)[1]


def is_on_grid(question: Question, start: Minute) -> bool:
    """Whether a start lies on the grid of an opening period of the branch."""
    timetable, zone = question.branch.timetable, question.branch.zone
    return any(
        begin <= start < end and (start - begin) % question.policy.step_minutes == 0
        for day in local_dates(start, start + 1, zone, before=2)
        for begin, end in timetable.periods_on(day, zone)
    )


def grid(question: Question, first: Minute, last: Minute) -> Sequence[Minute]:
    """Every start on the grid in `[first, last)`, sorted, once."""
    branch, step = question.branch, question.policy.step_minutes
    starts: list[Minute] = []
    for day in local_dates(first, last, branch.zone, before=2):
        of_day = branch.timetable.grid_on(day, step, branch.zone)
        if of_day and starts and of_day[0] <= starts[-1]:
            starts = sorted({*starts, *of_day})  # a period past midnight meets the next date's
        else:
            starts.extend(of_day)
    return starts[bisect_left(starts, first) : bisect_left(starts, last)]


def _closed(question: Question, first: Minute, last: Minute) -> Generator[None, None, Mask]:
    """The starts for which some resource type has no candidate that is open all the time."""
    refused = 0
    for group in question.candidates:
        group_closed = ones(last - first)
        for resource in group:
            group_closed &= _closed_for(question, resource, first, last)
            yield
        refused |= group_closed
    return refused


def _refused(
    question: Question, sheets: Sheets, now: Millis, first: Minute, last: Minute, without: int
) -> Generator[None, None, Mask]:
    """The starts for which some resource type has no open candidate with room."""
    refused = 0
    for group in question.candidates:
        group_refused = ones(last - first)
        for resource in group:
            group_refused &= _closed_for(question, resource, first, last) | _full_for(
                question, resource, sheets, now, first, last, without
            )
            yield
        refused |= group_refused
    return refused


def _closed_for(question: Question, resource: Resource, first: Minute, last: Minute) -> Mask:
    """The starts at which branch, services and one resource are not all open till the end."""
    branch, duration = question.branch, question.policy.duration_minutes
    closed = 0
    narrowing = [service.timetable for service in question.services]
    for timetable in (branch.timetable, *narrowing, resource.timetable):
        if timetable is not None:
            closed |= timetable.closed_starts(first, last, duration, branch.zone)
    return closed


def _full_for(
    question: Question,
    resource: Resource,
    sheets: Sheets,
    now: Millis,
    first: Minute,
    last: Minute,
    without: int,
    requests: int = 1,
) -> Mask:
    """The starts at which one resource has no room for so many requests, buffers included."""
    policy = question.policy
    places = requests * policy.places
    reach = policy.before_minutes + policy.duration_minutes + policy.after_minutes
    base = first - policy.before_minutes
    if places > resource.capacity:
        return ones(last - first)
    days = question.days(first, last)
    read = _reader(question, resource, places, now, without)
    joined = b"".join(
        [
            EMPTY_MASK if sheet is None else read(sheet)
            for sheet in (sheets.get((resource.id, day)) for day in days)
        ]
    )
    full = int.from_bytes(joined, "little") >> (base - days[0] * MINUTES_PER_DAY)
    return smear(full, reach) & ones(last - first)


def _reader(
    question: Question, resource: Resource, places: int, now: Millis, without: int
) -> Callable[[Sheet], bytes]:
    capacity = resource.capacity
    replaces, ignoring = question.replaces, question.ignoring
    if replaces or ignoring:
        return lambda sheet: sheet.full_but_for(capacity, places, now, without, replaces, ignoring)
    return lambda sheet: sheet.full(capacity, places, now, without)
