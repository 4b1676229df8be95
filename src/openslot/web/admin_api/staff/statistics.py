"""Statistics for those who run an account: numbers by day, branch and service."""

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import to_json

from openslot.scheduling.model.opening_hours import WEEKDAYS
from openslot.scheduling.staff_actions import StatisticsRange
from openslot.scheduling.views import statistics
from openslot.scheduling.views.statistics import BranchCounts, Usage
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Day
from openslot.web.api.response_model import ApiResponse, DateText, Uuid
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call, Handled

_ROWS_PER_STEP = 20


class StatisticsQuery(RequestModel):
    """Local dates of the branches, both included, 366 at most; of one branch or service if given.

    Without a branch the dates of all branches together are at most 5000.
    """

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    branch: Id | None = None
    service: Id | None = None


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


class Statistics(ApiResponse):
    """What nobody booked, and what is neither open nor booked, is left out."""

    services: list[ServiceDay]
    branches: list[BranchDay]
    resources: list[ResourceUse]
    hours: list[HourOfWeek]


def read_range(call: Call) -> StatisticsRange:
    """Which dates, of what."""
    query = call.query
    return StatisticsRange(query.from_, query.to, query.branch, query.service)


def respond_counts(_: AccountTx, call: Call, counts: list[BranchCounts]) -> Handled:
    """What was booked and what became of it."""
    return _written(counts, call.query.from_, call.query.to)


def _written(
    counts: list[BranchCounts], first: date, last: date
) -> Generator[None, None, Response]:
    """The document in steps: of many branches or services a year is a million numbers."""
    parts: dict[str, list[bytes]] = {name: [] for name in Statistics.model_fields}
    for of_branch in counts:
        for at in range(0, len(of_branch.services), _ROWS_PER_STEP):
            parts["services"] += map(to_json, _service_days(of_branch, at))
            yield
        usage = yield from statistics.usage(of_branch, first, last)
        for day in statistics.dates(first, last):
            rows = _resource_days(of_branch, usage, day)
            parts["resources"] += map(to_json, rows)
            if rows:
                parts["branches"].append(to_json(_branch_day(of_branch, day, rows)))
            yield
        parts["hours"] += map(to_json, _hours(of_branch, usage))
        yield
    lists = (to_json(name) + b":[%s]" % b",".join(rows) for name, rows in parts.items())
    return Response(200, b"{%s}" % b",".join(lists), {"Content-Type": JSON})


def _service_days(of_branch: BranchCounts, begin: int) -> list[dict[str, Any]]:
    """As `ServiceDay`, those of one step; of a year there are thousands, so by hand."""
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


def _resource_days(of_branch: BranchCounts, usage: Usage, day: date) -> list[dict[str, Any]]:
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


def _branch_day(
    of_branch: BranchCounts, day: date, of_resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """As `BranchDay`: the sums of its resources."""
    booked = sum(row["bookedMinutes"] for row in of_resources)
    is_open = sum(row["openMinutes"] for row in of_resources)
    return {
        "date": day.isoformat(),
        "branchId": of_branch.branch.id,
        **_minutes(booked, is_open),
    }


def _hours(of_branch: BranchCounts, usage: Usage) -> list[dict[str, Any]]:
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


def _minutes(booked: int, is_open: int) -> dict[str, Any]:
    utilisation = round(booked / is_open, 4) if is_open else None
    return {"bookedMinutes": booked, "openMinutes": is_open, "utilisation": utilisation}
