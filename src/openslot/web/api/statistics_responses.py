"""What the statistics say, row by row, made in steps: of a year there are a million numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from openslot.scheduling.model.opening_hours import WEEKDAYS
from openslot.scheduling.views import statistics
from openslot.scheduling.views.statistics import BranchCounts, Usage
from openslot.storage.action import Steps
from openslot.web.api.response_model import ApiResponse, DateText, Uuid

_ROWS_PER_STEP = 20

Row = Mapping[str, Any]
TakeRows = Callable[[str, Iterable[Row]], None]  # the part that some rows belong to, and they


class ServiceDay(ApiResponse):
    """The appointments of one service on one day at one branch.

    An appointment for several services counts under each of them.
    """

    date: DateText
    branchId: Uuid
    serviceId: Uuid
    booked: int  # in whatever state they are now
    cancelled: int
    noShow: int
    leadMinutes: float  # from booking to the start that was booked, on average


class BranchDay(ApiResponse):
    """How much of one day at one branch is taken.

    Minutes are counted for each place of each resource. With a service given, only its
    appointments take time. Of a day that is not open, `utilisation` is null.
    """

    date: DateText
    branchId: Uuid
    bookedMinutes: int
    openMinutes: int
    utilisation: float | None  # bookedMinutes ÷ openMinutes


class ResourceUse(ApiResponse):
    """How much of one day of one resource is taken, as `BranchDay`."""

    date: DateText
    branchId: Uuid
    resourceId: Uuid
    bookedMinutes: int
    openMinutes: int
    utilisation: float | None  # bookedMinutes ÷ openMinutes


class HourOfWeek(ApiResponse):
    """How much of one local hour of one weekday is taken, of all dates together."""

    weekday: Literal[WEEKDAYS]  # type: ignore[valid-type]
    hour: Annotated[int, Field(ge=0, le=23)]
    branchId: Uuid
    bookedMinutes: int
    openMinutes: int


# What the rows of each part are. Of a year there are thousands, so they are made by hand.
PARTS: Mapping[str, type[ApiResponse]] = {
    "services": ServiceDay,
    "branches": BranchDay,
    "resources": ResourceUse,
    "hours": HourOfWeek,
}


def make_rows(
    counts: Iterable[BranchCounts], first: date, last: date, take: TakeRows
) -> Steps[None]:
    """Gives every row of the local dates to `take`, in steps: branch by branch, date by date."""
    for of_branch in counts:
        for at in range(0, len(of_branch.services), _ROWS_PER_STEP):
            take("services", _service_days(of_branch, at))
            yield
        usage = yield from statistics.usage(of_branch, first, last)
        for day in statistics.dates(first, last):
            rows = _resource_days(of_branch, usage, day)
            take("resources", rows)
            if rows:
                take("branches", [_branch_day(of_branch, day, rows)])
            yield
        take("hours", _hours(of_branch, usage))
        yield


def _service_days(of_branch: BranchCounts, begin: int) -> list[Row]:
    """As `ServiceDay`, those of one step."""
    return [
        {
            "date": one.date,
            "branchId": of_branch.branch.id,
            "serviceId": one.service_id,
            "booked": one.booked,
            "cancelled": one.cancelled,
            "noShow": one.no_show,
            "leadMinutes": round(one.lead_minutes / one.booked, 1),
        }
        for one in of_branch.services[begin : begin + _ROWS_PER_STEP]
    ]


def _resource_days(of_branch: BranchCounts, usage: Usage, day: date) -> list[Row]:
    """As `ResourceUse`, those of a date; those too that are active no more."""
    open_minutes = usage.open_by_resource[day]
    taken = of_branch.taken.get(day.isoformat(), {})
    return [
        {
            "date": day.isoformat(),
            "branchId": of_branch.branch.id,
            "resourceId": resource_id,
            **_minutes(taken.get(resource_id, 0), open_minutes.get(resource_id, 0)),
        }
        for resource_id in sorted({*open_minutes, *taken})
        if open_minutes.get(resource_id) or taken.get(resource_id)
    ]


def _branch_day(of_branch: BranchCounts, day: date, of_resources: Sequence[Row]) -> Row:
    """As `BranchDay`: the sums of its resources."""
    booked = sum(row["bookedMinutes"] for row in of_resources)
    is_open = sum(row["openMinutes"] for row in of_resources)
    return {
        "date": day.isoformat(),
        "branchId": of_branch.branch.id,
        **_minutes(booked, is_open),
    }


def _hours(of_branch: BranchCounts, usage: Usage) -> list[Row]:
    """As `HourOfWeek`, 168 at most."""
    return [
        {
            "weekday": WEEKDAYS[weekday],
            "hour": hour,
            "branchId": of_branch.branch.id,
            "bookedMinutes": usage.taken_by_hour.get((weekday, hour), 0),
            "openMinutes": usage.open_by_hour.get((weekday, hour), 0),
        }
        for weekday, hour in sorted({*usage.open_by_hour, *usage.taken_by_hour})
    ]


def _minutes(booked: int, is_open: int) -> Row:
    utilisation = round(booked / is_open, 4) if is_open else None
    return {"bookedMinutes": booked, "openMinutes": is_open, "utilisation": utilisation}
