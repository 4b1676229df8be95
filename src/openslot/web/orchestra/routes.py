"""Every call of the interface, in one flat list. Its numbers are those of the contract."""

from collections.abc import Callable
from typing import Any

from openslot.kernel.errors import NotFound
from openslot.scheduling import actions, wall_time_actions
from openslot.storage.action import Action
from openslot.storage.transactions import AccountTx
from openslot.web.http.interface import Interface
from openslot.web.http.route import AnyRoute, Call, Handled, Returns, Route
from openslot.web.orchestra import catalogue, listings, responses
from openslot.web.orchestra.paths import CALENDAR

V1, V2 = f"{CALENDAR}/v1", f"{CALENDAR}/v2"


def _nothing(_: Call) -> None:
    """The whole catalogue needs no input."""


def _branch_id(call: Call) -> str:
    return call.path_id("branch")


def _service_id(call: Call) -> str:
    return call.path_id("service")


def _get(
    path: str,
    action: Action[Any, Any],
    read: Callable[[Call], Any],
    respond: Callable[[AccountTx, Call, Any], Handled],
    summary: str,
    model: object,
) -> AnyRoute:
    return Route(
        "GET", path, action, read, respond, summary, returns=Returns(model), errors=(NotFound,)
    )


ROUTES: tuple[AnyRoute, ...] = (
    _get(  # A1
        f"{V1}/services", actions.READ_CATALOGUE, _nothing, catalogue.services,
        "Every service", responses.ServiceList,
    ),
    _get(  # A2
        f"{V1}/branches", actions.READ_CATALOGUE, _nothing, catalogue.branches,
        "Every branch", responses.BranchList,
    ),
    _get(  # A3
        f"{V1}/branches/{{branch}}", actions.FIND_BRANCH, _branch_id, catalogue.branch,
        "One branch", responses.OneBranch,
    ),
    _get(  # A4
        f"{V1}/branches/{{branch}}/services", actions.FIND_BRANCH, _branch_id,
        catalogue.services_of_branch, "What a branch offers", responses.ServiceList,
    ),
    _get(  # A5
        f"{V1}/services/{{service}}/branches", wall_time_actions.FIND_UNASKED_SERVICE,
        _service_id, catalogue.branches_of_service,
        "The branches that offer a service", responses.BranchList,
    ),
    _get(  # A6
        f"{V1}/services/groups", actions.READ_CATALOGUE, _nothing, catalogue.groups,
        "What can be booked together, at every branch", list[responses.BranchGroups],
    ),
    _get(  # A7
        f"{V2}/branches/{{branch}}/services/groups", actions.FIND_BRANCH, _branch_id,
        catalogue.groups_of_branch, "What can be booked together at a branch",
        list[responses.CalendarServiceGroup],
    ),
    _get(  # A8
        f"{V2}/branches/available", actions.READ_CATALOGUE, _nothing,
        catalogue.available_branches, "The branches that offer all of some services",
        responses.AvailableBranches,
    ),
    _get(  # A9
        f"{V1}/branches/{{branch}}/services/{{service}}/dates", wall_time_actions.LIST_DATES,
        listings.read_dates, listings.dates, "The dates that have a time", responses.Dates,
    ),
    _get(  # A10
        f"{V1}/branches/{{branch}}/services/{{service}}/dates/{{date}}/times",
        wall_time_actions.LIST_TIMES, listings.read_times, listings.times,
        "The times of a date", responses.Times,
    ),
    _get(  # A11
        f"{V2}/branches/{{branch}}/dates", wall_time_actions.LIST_DATES, listings.read_dates,
        listings.dates, "The dates that have a time for some services", responses.Dates,
    ),
    _get(  # A12
        f"{V2}/branches/{{branch}}/dates/{{date}}/times", wall_time_actions.LIST_TIMES,
        listings.read_times, listings.times, "The times of a date for some services",
        responses.Times,
    ),
)  # fmt: skip

API = Interface("", ROUTES)
