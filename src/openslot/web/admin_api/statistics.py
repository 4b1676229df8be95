"""Statistics for whoever runs an account: numbers by day, branch and service."""

from collections.abc import Generator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_json

from openslot.scheduling.views import statistics
from openslot.scheduling.views.statistics import BranchCounts
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Day
from openslot.web.admin_api.responses import Answer
from openslot.web.api.response_model import DateText, Uuid
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call, Handled

_AT_ONCE = 20  # of the rows that are written in one step


class StatisticsQuery(RequestModel):
    """Local dates of the branches, both included, 366 at most; of one branch or service if given.

    Without a branch the dates of all branches together are at most 5000.
    """

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    branch: Id | None = None
    service: Id | None = None


class ServiceDay(Answer):
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


class BranchDay(Answer):
    """How much of one day at one branch is taken.

    Minutes are counted for each place of each resource. Of a service asked for, only its
    appointments take time. Of a day that is not open, `utilisation` is null.
    """

    date: DateText
    branchId: Uuid
    bookedMinutes: int
    openMinutes: int
    utilisation: float | None  # bookedMinutes ÷ openMinutes


class Statistics(Answer):
    """Services that nobody booked on a day, and days neither open nor booked, are left out."""

    services: list[ServiceDay]
    branches: list[BranchDay]


def get_statistics(tx: AccountTx, call: Call) -> Handled:
    """What was booked and what became of it."""
    asked = call.query
    counts = statistics.read(tx, asked.from_, asked.to, asked.branch, asked.service)
    return _rendered(counts, asked.from_, asked.to)


def _rendered(
    counts: list[BranchCounts], first: date, last: date
) -> Generator[None, None, Response]:
    """The document in steps: of many branches or services a year is a million numbers."""
    services: list[bytes] = []
    branches: list[bytes] = []
    for of_branch in counts:
        for at in range(0, len(of_branch.services), _AT_ONCE):
            services += map(to_json, _service_days(of_branch, at))
            yield
        open_minutes = yield from statistics.open_minutes(of_branch, first, last)
        branches += map(to_json, _branch_days(of_branch, open_minutes))
        yield
    body = b'{"services":[%s],"branches":[%s]}' % (b",".join(services), b",".join(branches))
    return Response(200, body, {"Content-Type": JSON})


def _service_days(of_branch: BranchCounts, begin: int) -> list[dict[str, Any]]:
    """As `ServiceDay`, a step's worth; of a year there are thousands, so by hand."""
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
        for one in of_branch.services[begin : begin + _AT_ONCE]
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
