"""Statistics for those who run an account: numbers by day, branch and service."""

from collections.abc import Generator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_json

from openslot.scheduling.staff_actions import StatisticsRange
from openslot.scheduling.views import statistics
from openslot.scheduling.views.statistics import BranchCounts
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


class Statistics(ApiResponse):
    """Services that nobody booked on a day, and days neither open nor booked, are left out."""

    services: list[ServiceDay]
    branches: list[BranchDay]


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
    services: list[bytes] = []
    branches: list[bytes] = []
    for of_branch in counts:
        for at in range(0, len(of_branch.services), _ROWS_PER_STEP):
            services += map(to_json, _service_days(of_branch, at))
            yield
        open_minutes = yield from statistics.open_minutes(of_branch, first, last)
        branches += map(to_json, _branch_days(of_branch, open_minutes))
        yield
    body = b'{"services":[%s],"branches":[%s]}' % (b",".join(services), b",".join(branches))
    return Response(200, body, {"Content-Type": JSON})


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


def _branch_days(of_branch: BranchCounts, open_minutes: Mapping[date, int]) -> list[dict[str, Any]]:
    """As `BranchDay`, 366 at most."""
    found = []
    for day, minutes in open_minutes.items():
        booked = of_branch.taken_minutes.get(day.isoformat(), 0)
        if booked or minutes:
            found.append(
                {
                    "date": day.isoformat(),
                    "branchId": of_branch.branch.id,
                    "bookedMinutes": booked,
                    "openMinutes": minutes,
                    "utilisation": round(booked / minutes, 4) if minutes else None,
                }
            )
    return found
