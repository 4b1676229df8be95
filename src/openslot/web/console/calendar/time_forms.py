"""The part of a form that takes time from a resource: which, from when, until when, why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.scheduling.booking.blocks import MOST_DAYS
from openslot.scheduling.model.catalogue import Branch
from openslot.scheduling.model.zones import day_bounds, today_at, wall_time
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.local_times import typed_date, typed_time
from openslot.web.page_kit.field_pairs import FieldPairs

RESOURCE, START, END, REASON = "resource", "startTime", "endTime", "reason"
_LONGEST_REASON = 255
_BLOCK_MINUTES, _GRID_MINUTES = 60, 5


@dataclass(frozen=True, slots=True)
class TakenTime:
    """Time of a resource, and why it is taken."""

    resource_id: str
    branch: Branch
    start: Minute
    end: Minute
    reason: str | None


@dataclass(frozen=True, slots=True)
class CalendarTimeForm:
    """What such a form offers, and what stands in it at first."""

    resources: Sequence[tuple[str, str]]
    stored: dict[str, str]


# From when until when a form takes time at first: of a branch, on a date, seen from now.
# None: that says nothing sensible.
FirstTime = Callable[[Branch, date, Minute], tuple[Minute, Minute] | None]


def whole_day(branch: Branch, day: date, _now: Minute) -> tuple[Minute, Minute] | None:
    """From opening to closing."""
    opened = branch.timetable.open_time(*day_bounds(day, branch.zone), branch.zone)
    return (opened[0][0], opened[-1][1]) if opened else None


def next_hour(branch: Branch, day: date, now: Minute) -> tuple[Minute, Minute] | None:
    """An hour from now on, on another day and before opening from when it opens."""
    first, last = day_bounds(day, branch.zone)
    opened = whole_day(branch, day, now)
    starts = [opened[0]] if opened else []
    if first <= now < last:
        starts.append(now - now % _GRID_MINUTES)
    return (max(starts), max(starts) + _BLOCK_MINUTES) if starts else None


def time_form(tx: AccountTx, request: ConsoleRequest, first_time: FirstTime) -> CalendarTimeForm:
    """The form for the branch, resource and date of the query, each of them optional.

    Raises:
        NotFound: there is no such branch or resource.
        Invalid: the date is none.
    """
    localized = localized_catalogue(tx, request.language)
    wanted = request.query.one("branch").lower()
    if wanted and wanted not in localized.branches:
        raise NotFound
    of_branch = [b.id for b in localized.active_branches if wanted in ("", b.id)]
    offered = {
        one.id: branch
        for branch in map(localized.catalogue.branches.__getitem__, of_branch)
        for one in localized.catalogue.resources_at(branch)
        if one.active
    }
    chosen = request.query.one(RESOURCE).lower() or next(iter(offered), "")
    if chosen and chosen not in offered:
        raise NotFound
    stored = {RESOURCE: chosen, **_first_time(tx, request, offered.get(chosen), first_time)}
    return CalendarTimeForm([(id_, _name(localized, id_, offered)) for id_ in offered], stored)


def taken_time(tx: AccountTx, fields: FieldPairs) -> TakenTime:
    """What was typed.

    Raises:
        NotFound: there is no such resource.
        Invalid: a time is missing or is none, or the time is too long.
    """
    resource, branch = _resource(tx, fields.one(RESOURCE).lower())
    faults: list[Fault] = []
    start = _time(fields, START, branch.zone, faults, ends=False)
    end = _time(fields, END, branch.zone, faults, ends=True)
    reason = fields.one(REASON).strip()
    if start is not None and end is not None:
        if end <= start:
            faults.append(Fault(END, "not_later", "must be later than startTime"))
        if end - start > MOST_DAYS * MINUTES_PER_DAY:
            faults.append(Fault(END, "too_many_days", f"must be within {MOST_DAYS} days"))
    if len(reason) > _LONGEST_REASON:
        faults.append(Fault(REASON, "too_long", f"must have {_LONGEST_REASON} characters at most"))
    if faults or start is None or end is None:
        raise Invalid(*faults)
    return TakenTime(resource, branch, start, end, reason or None)


def _time(
    fields: FieldPairs, name: str, zone: ZoneInfo, faults: list[Fault], *, ends: bool
) -> Minute | None:
    try:
        found = typed_time(fields, name, zone, ends=ends)
    except Invalid as refusal:
        faults.extend(refusal.faults)
        return None
    if found is None:
        faults.append(Fault(name, "required", "is required"))
    return found


def _resource(tx: AccountTx, resource_id: str) -> tuple[str, Branch]:
    of_account = localized_catalogue(tx, None).catalogue
    resource = of_account.resources.get(resource_id)
    if resource is None:
        raise NotFound("There is no such resource")
    return resource.id, of_account.branches_by_key[resource.branch_key]


def _first_time(
    tx: AccountTx, request: ConsoleRequest, branch: Branch | None, first_time: FirstTime
) -> dict[str, str]:
    """On the date that was chosen, without one today."""
    if branch is None:
        return {}
    day = typed_date(request.query, "date") or today_at(tx.now, branch.zone)
    found = first_time(branch, day, tx.now // MINUTE_MS)
    if found is None:
        return {}
    start, end = found
    return {START: wall_time(start, branch.zone), END: wall_time(end, branch.zone)}


def _name(localized: LocalizedCatalogue, resource_id: str, offered: dict[str, Branch]) -> str:
    name = localized.resources[resource_id].name
    if len({branch.id for branch in offered.values()}) == 1:
        return name
    return f"{name}, {localized.branches[offered[resource_id].id].name}"
