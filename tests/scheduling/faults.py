"""Small faults, one in each rule of the predicate, to see that the properties notice them.

A fault is a change of a function's text. It is put into the function's code, so that whoever
has imported the function has the fault too.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from openslot.kernel import intervals
from openslot.scheduling.availability import assignment, availability, slot_query
from openslot.scheduling.availability.availability import Judgement
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model import (
    claim,
    day_sheet,
    policies,
    timetable_documents,
    zones,
)
from openslot.scheduling.model.catalogue import Catalogue, Resource, Service
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.opening_hours import Timetable, WeeklyPeriod
from openslot.scheduling.views import bookable_starts


@dataclass(frozen=True)
class Fault:
    """One wrong reading of one rule."""

    name: str
    function: Any
    text: str
    instead: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside it the product has the fault."""
        function = plain(self.function)
        code = function.__code__
        function.__code__ = self._code(function)
        zones.day_bounds.cache_clear()
        try:
            yield
        finally:
            function.__code__ = code
            zones.day_bounds.cache_clear()

    def _code(self, function: FunctionType) -> Any:
        text = textwrap.dedent(inspect.getsource(function))
        assert text.count(self.text) == 1, f"{self.name}: its place is not there any more"
        text = text[text.index("def ") :].replace(self.text, self.instead)
        names: dict[str, Any] = {}
        exec(compile(text, f"<{self.name}>", "exec"), function.__globals__, names)  # noqa: S102
        return names[function.__name__].__code__


def plain(function: Any) -> FunctionType:
    """The function itself, without what is wrapped around it."""
    for attribute in ("fget", "func", "__func__", "__wrapped__"):
        function = getattr(function, attribute, function)
    assert isinstance(function, FunctionType)
    return function


def _fault(name: str, function: Callable[..., Any], text: str, instead: str) -> Fault:
    return Fault(name, function, text, instead)


_OWN_SIDE = "max(old, new + (places if target == replaces else 0))"

FAULTS = [
    # Offered at all
    _fault("an inactive branch offers", slot_query._slot_query, "branch.active\n", "True\n"),
    _fault("an inactive service is offered", slot_query._slot_query, "s.active and ", ""),
    _fault(
        "a service is offered everywhere",
        slot_query._slot_query,
        " and branch.key in s.branch_keys",
        "",
    ),
    _fault(
        "any services go together",
        slot_query._slot_query,
        "catalogue.combines(branch, services)",
        "True",
    ),
    _fault(
        "only the whole combination goes together",
        Catalogue.combines,
        "combination.service_keys.issuperset(keys)",
        "combination.service_keys == set(keys)",
    ),
    _fault(
        "the first service's maximum counts",
        policies.policy_of,
        "for service in services)\n        and",
        "for service in services[:1])\n        and",
    ),
    _fault("any party is taken", policies.policy_of, "party <= service.max_party", "True"),
    _fault(
        "party modes are mixed",
        policies.policy_of,
        "len({service.occupies for service in services}) == 1",
        "True",
    ),
    # Horizon and notice
    _fault(
        "the horizon is elapsed days",
        availability.horizon_end,
        "return day_bounds(last_day, zone)[1]",
        "return now // MINUTE_MS + query.policy.horizon_days * 1440 + 1",
    ),
    _fault(
        "the horizon ends a day early",
        availability.horizon_end,
        "day_bounds(last_day, zone)[1]",
        "day_bounds(last_day, zone)[0]",
    ),
    _fault(
        "the largest horizon counts", policies.policy_of, "horizon_days=min", "horizon_days=max"
    ),
    _fault(
        "today is that of UTC",
        availability.horizon_end,
        "local_date(now // MINUTE_MS, zone)",
        'local_date(now // MINUTE_MS, __import__("datetime").UTC)',
    ),
    _fault(
        "the horizon's last start is refused",
        availability._early_reason,
        "start >= horizon",
        "start + 1 >= horizon",
    ),
    _fault(
        "exactly the notice is too late",
        availability._early_reason,
        "start < earliest",
        "start <= earliest",
    ),
    _fault(
        "seconds of now are forgotten",
        availability.earliest_start,
        "-(-now // MINUTE_MS)",
        "now // MINUTE_MS",
    ),
    _fault(
        "notice is forgotten", availability.earliest_start, " + query.policy.notice_minutes", ""
    ),
    _fault(
        "the smallest notice counts", policies.policy_of, "notice_minutes=max", "notice_minutes=min"
    ),
    _fault(
        "notice comes before horizon",
        availability._early_reason,
        "if start >= horizon:",
        "if start < earliest:\n        return NOTICE\n    if start >= horizon:",
    ),
    # The grid
    _fault("the smallest step counts", policies.policy_of, "step_minutes=max", "step_minutes=min"),
    _fault(
        "breaks restart the grid",
        Timetable.grid_on,
        "self.periods_on(day, zone)",
        "intervals.subtract(self.periods_on(day, zone), self.breaks_on(day, zone))",
    ),
    _fault(
        "periods that touch are not one",
        intervals.union,
        "start <= merged[-1][1]",
        "start < merged[-1][1]",
    ),
    _fault(
        "the grid begins at midnight",
        Timetable.grid_on,
        "range(begin, end, step)",
        "range(begin + -begin % step, end, step)",
    ),
    _fault(
        "the end of a period is on the grid",
        Timetable.grid_on,
        "range(begin, end, step)",
        "range(begin, end + 1, step)",
    ),
    _fault(
        "a single start may be off the grid",
        availability.is_on_grid,
        "(start - begin) % query.policy.step_minutes == 0",
        "True",
    ),
    _fault(
        "off_grid comes before closed",
        Judgement.reason,
        "    refused = self._has(self.refused, start)\n",
        "    refused = self._has(self.refused, start)\n"
        "    if not is_on_grid(self.query, start):\n        return OFF_GRID\n",
    ),
    # Open time
    _fault(
        "the end may stick out of open time",
        Timetable._closed_starts,
        "smear(closed_minutes, duration)",
        "closed_minutes",
    ),
    _fault(
        "the last minute may be closed",
        Timetable._closed_starts,
        "smear(closed_minutes, duration)",
        "smear(closed_minutes, duration - 1)",
    ),
    _fault(
        "the minute after has to be open",
        Timetable._closed_starts,
        "smear(closed_minutes, duration)",
        "smear(closed_minutes, duration + 1)",
    ),
    _fault(
        "buffers have to be open too",
        StartWindow.closed,
        "self.query.policy.duration_minutes",
        "self.query.policy.reach_minutes",
    ),
    _fault(
        "services' hours are ignored",
        StartWindow._closed_by_branch_and_services,
        "*(s.timetable for s in self.query.services)",
        "",
    ),
    _fault(
        "resources' hours are ignored",
        StartWindow.closed,
        "own = resource.timetable",
        "own = None",
    ),
    _fault(
        "breaks alone do not narrow",
        timetable_documents.narrowing_of,
        'if document.get("breaks")',
        "if False",
    ),
    _fault(
        "breaks do not cut", Timetable.open_time, "intervals.subtract(periods, breaks)", "periods"
    ),
    _fault(
        "an override keeps the weekly breaks",
        Timetable._breaks_on,
        "if override is not None:",
        "if override is not None and override.breaks:",
    ),
    _fault(
        "an override's breaks are ignored",
        Timetable._breaks_on,
        "periods: Iterable[WallPeriod] = override.breaks",
        "periods: Iterable[WallPeriod] = ()",
    ),
    _fault(
        "an override adds to the weekly hours",
        Timetable._hours_on,
        "return override.hours",
        "return (*override.hours, *(h.period for h in self.hours or () if h.holds_on(day)))",
    ),
    _fault(
        "a holiday beats an override",
        Timetable._hours_on,
        "if override is not None:",
        "if override is not None and not (self.holiday_calendar is not None "
        "and _is_holiday(self.holiday_calendar, day)):",
    ),
    _fault(
        "holidays are working days",
        Timetable._hours_on,
        "if self.holiday_calendar is not None",
        "if False",
    ),
    _fault(
        "a holiday ends the night before it",
        Timetable.open_time,
        "for p in self.periods_on(day, zone))",
        "for p in self.periods_on(day, zone) if self._hours_on(local_date(p[1] - 1, zone)))",
    ),
    _fault(
        "validTo is exclusive", WeeklyPeriod.holds_on, "day <= self.valid_to", "day < self.valid_to"
    ),
    _fault(
        "validFrom is exclusive",
        WeeklyPeriod.holds_on,
        "self.valid_from <= day",
        "self.valid_from < day",
    ),
    _fault(
        "a night ends at midnight",
        Timetable.open_time,
        "before=2",
        "before=0",
    ),
    # Time
    _fault(
        "a doubled hour ends at its first occurrence",
        zones.instant_at,
        "if not ends:",
        "if True:",
    ),
    _fault(
        "a doubled hour begins at its second occurrence",
        zones.instant_at,
        "if not ends:\n        return first",
        "if not ends:\n        return max(first, minute_of("
        "wall.replace(tzinfo=zone, fold=1).astimezone(UTC)))",
    ),
    _fault(
        "a wall time in a gap is read with the offset after it",
        zones.instant_at,
        "if not ends:\n        return first",
        "if not ends:\n        return min(first, minute_of("
        "wall.replace(tzinfo=zone, fold=1).astimezone(UTC)))",
    ),
    _fault(
        "a day has 24 hours",
        zones.instant_at,
        "wall = datetime(day.year, day.month, day.day) + timedelta(minutes=wall_minutes)",
        "return minute_of(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))"
        " + wall_minutes",
    ),
    # Duration and claims
    _fault(
        "extend does not extend",
        Service.minutes_for,
        " + self.additional_customer_minutes * (party - 1)",
        "",
    ),
    _fault(
        "the first person takes longer too",
        Service.minutes_for,
        "(party - 1)",
        "party",
    ),
    _fault("occupy extends", Service.minutes_for, "if self.occupies:", "if False:"),
    _fault(
        "everybody takes one place",
        policies.policy_of,
        "party if services[0].occupies else 1",
        "1",
    ),
    _fault(
        "everybody takes a place each",
        policies.policy_of,
        "party if services[0].occupies else 1",
        "party",
    ),
    _fault(
        "the last service's buffer is before",
        policies.policy_of,
        "before_minutes=services[0].before_minutes",
        "before_minutes=services[-1].before_minutes",
    ),
    _fault(
        "the first service's buffer is after",
        policies.policy_of,
        "+ services[-1].after_minutes",
        "+ services[0].after_minutes",
    ),
    _fault(
        "its own buffers are forgotten",
        policies.policy_of,
        "reach_minutes=services[0].before_minutes + duration + services[-1].after_minutes",
        "reach_minutes=services[0].before_minutes + duration",
    ),
    _fault(
        "buffers are swapped",
        policies.policy_of,
        "before_minutes=services[0].before_minutes",
        "before_minutes=services[-1].after_minutes",
    ),
    _fault(
        "the neighbour's buffer after does not count",
        day_sheet._minutes_of_day,
        "claim.end + claim.after - origin",
        "max(claim.end - origin, 0)",
    ),
    _fault(
        "the neighbour's buffer before does not count",
        day_sheet._minutes_of_day,
        "claim.start - claim.before - origin",
        "min(claim.start - origin, MINUTES_PER_DAY)",
    ),
    _fault(
        "claims are closed at their end",
        day_sheet._minutes_of_day,
        "claim.end + claim.after - origin",
        "claim.end + claim.after + 1 - origin",
    ),
    _fault(
        "claims are open at their begin",
        day_sheet._minutes_of_day,
        "claim.start - claim.before - origin",
        "min(claim.start - claim.before + 1 - origin, MINUTES_PER_DAY)",
    ),
    _fault(
        "the last minute of a listed claim is not asked",
        StartWindow.full,
        "smear(full, policy.reach_minutes)",
        "smear(full, policy.reach_minutes - 1)",
    ),
    _fault(
        "the last minute of a single claim is not asked",
        StartWindow.full,
        "ones(policy.reach_minutes)",
        "ones(policy.reach_minutes - 1)",
    ),
    _fault(
        "an expiring reservation counts at the instant",
        claim.is_live,
        "now < claim.expires_at",
        "now <= claim.expires_at",
    ),
    _fault("expired reservations count", claim.is_live, "now < claim.expires_at", "True"),
    _fault("capacity is one less", Sheet._crowded, "total > capacity", "total >= capacity"),
    _fault(
        "a claim takes one place", Sheet._crowded, "(group, side, c.places)", "(group, side, 1)"
    ),
    _fault(
        "a block takes one place of several",
        Sheet._crowded,
        "if c.kind == BLOCK:",
        "if False:",
    ),
    _fault(
        "a moved appointment and its reservation are summed",
        Sheet._crowded,
        _OWN_SIDE,
        "old + new + (places if target == replaces else 0)",
    ),
    _fault(
        "what is moved does not count",
        Sheet._crowded,
        _OWN_SIDE,
        "new + (places if target == replaces else 0)",
    ),
    _fault(
        "several moves of one appointment are not summed",
        Sheet._crowded,
        _OWN_SIDE,
        "max(old, new, places if target == replaces else 0)",
    ),
    _fault(
        "the own hold stays in the way",
        Sheet._taken,
        " and c.id != ignoring",
        "",
    ),
    _fault(
        "the own hold stays in the way of several places",
        Sheet._crowded,
        " or c.id == ignoring",
        "",
    ),
    # Resources
    _fault("inactive resources serve", slot_query._slot_query, "resource.active\n", "True\n"),
    _fault(
        "a named resource is a wish",
        slot_query._slot_query,
        "(named is None or named.type != kind or named.id == resource.id)",
        "True",
    ),
    _fault(
        "one qualification is enough for several services",
        Resource.can_serve,
        "self.type == kind and all(",
        "self.type == kind and any(",
    ),
    _fault(
        "a resource qualifies for services that do not need it",
        Resource.can_serve,
        "if kind in service.resource_types",
        "",
    ),
    _fault(
        "one type with room is enough",
        availability._by_type,
        "mask |= of_type",
        "mask = of_type",
    ),
    _fault(
        "the first service's types are enough",
        policies.policy_of,
        "for s in services for t in s.resource_types",
        "for s in services[:1] for t in s.resource_types",
    ),
    _fault(
        "every resource of a type has to be free",
        availability._by_type,
        "of_type &= refused(resource)",
        "of_type = of_type & refused(resource) if resource is group[0] else "
        "of_type | refused(resource)",
    ),
    _fault(
        "a neighbouring branch's resources serve",
        Catalogue.resources_at,
        "self._resources_by_branch_key.get(branch.key, ())",
        "tuple(sorted(self.resources.values(), key=lambda r: (r.sort_order, r.id)))",
    ),
    # Reasons
    _fault(
        "blocked comes before held",
        Judgement.reason,
        "if not self._has(self._without(RESERVATION), start):",
        "if not self._has(self._without(BLOCK), start):\n        return BLOCKED\n"
        "    if not self._has(self._without(RESERVATION), start):",
    ),
    _fault(
        "any reservation makes it held",
        Judgement.reason,
        "if not self._has(self._without(RESERVATION), start):",
        "if self._without(RESERVATION) != self.refused:",
    ),
    _fault(
        "capacity of one is capacity too",
        Judgement._has_roomy_candidate,
        "resource.capacity > 1",
        "resource.capacity > 0",
    ),
    _fault(
        "closed candidates count as capacity",
        Judgement._has_roomy_candidate,
        " and not self._has(self.window.closed(resource), start)",
        "",
    ),
    # Assignment
    _fault(
        "buffers weigh in the assignment",
        Sheet._minutes_booked,
        "min(c.end, last) - max(c.start, first)",
        "min(c.end + c.after, last) - max(c.start - c.before, first)",
    ),
    _fault("places do not weigh in the assignment", Sheet._minutes_booked, ") * c.places", ")"),
    _fault("blocks weigh in the assignment", Sheet._minutes_booked, "c.kind != BLOCK and ", ""),
    _fault(
        "the UTC day counts in the assignment",
        assignment._minutes_booked_by,
        "day_bounds(local_date(window.first, zone), zone)",
        "(window.first - window.first % 1440, window.first - window.first % 1440 + 1440)",
    ),
    _fault(
        "expired reservations weigh in the assignment",
        Sheet._minutes_booked,
        " and is_live(c, now)",
        "",
    ),
    _fault(
        "the own hold weighs in the assignment",
        Sheet._minutes_booked,
        " and c.id != ignoring",
        "",
    ),
    _fault(
        "sort order comes before load",
        assignment.assign,
        "return booked_by(resource), resource.sort_order, resource.id",
        "return resource.sort_order, booked_by(resource), resource.id",
    ),
    _fault(
        "the greatest sort order wins",
        assignment.assign,
        "return booked_by(resource), resource.sort_order, resource.id",
        "return booked_by(resource), -resource.sort_order, resource.id",
    ),
    _fault(
        "the last id wins",
        assignment.assign,
        "return booked_by(resource), resource.sort_order, resource.id",
        "return booked_by(resource), resource.sort_order, -int(resource.id[-12:])",
    ),
    _fault(
        "the first that fits is assigned",
        assignment.assign,
        "sorted(group, key=rank) if len(group) > 1 else group",
        "group",
    ),
    # Listing
    _fault(
        "a listing ends with `to`",
        availability.grid,
        "bisect_left(starts, last)",
        "bisect_left(starts, last + 1)",
    ),
    _fault(
        "a start of two dates is listed twice",
        availability.grid,
        "sorted({*starts, *of_day})",
        "sorted([*starts, *of_day])",
    ),
    _fault(
        "dates are those of UTC",
        bookable_starts._dates_of,
        "local_date(starts[at], zone)",
        'local_date(starts[at], __import__("datetime").UTC)',
    ),
    _fault(
        "the scarcest type does not decide what remains",
        availability.remaining,
        "return min(sum(",
        "return max(sum(",
    ),
    _fault(
        "an answer outlives an expiry",
        bookable_starts.holds_until,
        "moments.extend(validity.until for validity in _validities(source).values())",
        "pass",
    ),
    _fault(
        "an answer outlives midnight",
        bookable_starts.holds_until,
        "moments = [midnight * MINUTE_MS]",
        "moments = [midnight * MINUTE_MS * 2]",
    ),
    _fault(
        "an answer outlives a start's notice",
        bookable_starts.holds_until,
        "* MINUTE_MS + 1)\n    if taken",
        "* MINUTE_MS + 2)\n    if taken",
    ),
    _fault(
        "an answer from now on outlives the minute",
        bookable_starts.holds_until,
        "moments.append(-(-taken.now // MINUTE_MS) * MINUTE_MS + 1)",
        "moments.append((taken.now // MINUTE_MS + 1) * MINUTE_MS)",
    ),
]
