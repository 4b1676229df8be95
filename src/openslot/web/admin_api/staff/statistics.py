"""Statistics for those who run an account: numbers by day, branch and service."""

from collections.abc import Generator, Iterable
from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic_core import to_json

from openslot.scheduling.staff_actions import StatisticsRange
from openslot.scheduling.views.statistics import BranchCounts
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Day
from openslot.web.api.response_model import ApiResponse
from openslot.web.api.statistics_responses import (
    BranchDay,
    HourOfWeek,
    ResourceUse,
    Row,
    ServiceDay,
    make_rows,
)
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call, Handled


class StatisticsQuery(RequestModel):
    """Local dates of the branches, both included, 366 at most; of one branch or service if given.

    Without a branch the dates of all branches together are at most 5000.
    """

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    branch: Id | None = None
    service: Id | None = None


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
    """The document, in steps."""
    parts: dict[str, list[bytes]] = {name: [] for name in Statistics.model_fields}

    def write(part: str, rows: Iterable[Row]) -> None:
        parts[part] += map(to_json, rows)

    yield from make_rows(counts, first, last, write)
    lists = (to_json(name) + b":[%s]" % b",".join(rows) for name, rows in parts.items())
    return Response(200, b"{%s}" % b",".join(lists), {"Content-Type": JSON})
