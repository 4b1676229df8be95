"""Every call of the interface, in one flat list. Its numbers are those of the contract."""

from collections.abc import Callable
from typing import Any

from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling import actions, wall_time_actions
from openslot.scheduling.model.errors import SlotUnavailable, TooManyReservations
from openslot.storage.action import Action
from openslot.storage.transactions import AccountTx
from openslot.web.http.interface import Interface
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Accepts, AnyRoute, Call, Handled, Returns, Route
from openslot.web.orchestra import bookings, catalogue, listings, lookups, requests, responses
from openslot.web.orchestra.errors import LookUpNotAllowed
from openslot.web.orchestra.paths import CALENDAR, CUSTOMERS

_BOOKING_ERRORS = (NotFound, Invalid, SlotUnavailable)
V1, V2 = f"{CALENDAR}/v1", f"{CALENDAR}/v2"


def _nothing(_: Call) -> None:
    """The whole catalogue needs no input."""


def _branch_id(call: Call) -> str:
    return call.path_id("branch")


def _service_id(call: Call) -> str:
    return call.path_id("service")


def _booking_id(call: Call) -> str:
    return call.path_id("id")


def _get(
    path: str,
    action: Action[Any, Any],
    read: Callable[[Call], Any],
    respond: Callable[[AccountTx, Call, Any], Handled],
    summary: str,
    model: object,
    parameters: type[RequestModel] | None = None,
) -> AnyRoute:
    return Route(
        "GET", path, action, read, respond, summary, accepts=Accepts(query=parameters),
        returns=Returns(model), errors=(NotFound,),
    )  # fmt: skip


def _reserve(path: str, summary: str, body: type[RequestModel]) -> AnyRoute:
    return Route(
        "POST", path, wall_time_actions.RESERVE_AT_WALL_TIME, bookings.read_reserve,
        bookings.respond_reserved, summary,
        accepts=Accepts(body, requests.PeopleCounted),
        returns=Returns(responses.CalendarAppointment),
        errors=(*_BOOKING_ERRORS, TooManyReservations), pointers=bookings.pointers_of,
    )  # fmt: skip


def _confirm(path: str) -> AnyRoute:
    return Route(
        "POST", path, actions.CONFIRM, bookings.read_confirm, bookings.respond_booked,
        "Make an appointment of a reservation",
        accepts=Accepts(requests.ConfirmedDetails),
        returns=Returns(responses.CalendarAppointment), errors=_BOOKING_ERRORS,
        pointers=bookings.pointers_of,
    )  # fmt: skip


def _book(path: str, summary: str, body: type[RequestModel]) -> AnyRoute:
    return Route(
        "POST", path, wall_time_actions.BOOK_AT_WALL_TIME, bookings.read_book,
        bookings.respond_booked, summary,
        accepts=Accepts(body), returns=Returns(responses.CalendarAppointment, 202),
        errors=_BOOKING_ERRORS, pointers=bookings.pointers_of,
    )  # fmt: skip


def _look_up(
    path: str,
    action: Action[Any, Any],
    read: Callable[[Call], Any],
    respond: Callable[[AccountTx, Call, Any], Handled],
    summary: str,
    model: object,
    parameters: type[RequestModel] | None = None,
) -> AnyRoute:
    return Route(
        "GET", path, action, read, respond, summary, accepts=Accepts(query=parameters),
        returns=Returns(model), errors=(NotFound, LookUpNotAllowed), is_search=True,
    )  # fmt: skip


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
        requests.ServicesNamed,
    ),
    _get(  # A7
        f"{V2}/branches/{{branch}}/services/groups", actions.FIND_BRANCH, _branch_id,
        catalogue.groups_of_branch, "What can be booked together at a branch",
        list[responses.CalendarServiceGroup], requests.ServicesNamed,
    ),
    _get(  # A8
        f"{V2}/branches/available", actions.READ_CATALOGUE, _nothing,
        catalogue.available_branches, "The branches that offer all of some services",
        responses.AvailableBranches, requests.ServicesNamed,
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
        requests.ServicesForPeople,
    ),
    _get(  # A12
        f"{V2}/branches/{{branch}}/dates/{{date}}/times", wall_time_actions.LIST_TIMES,
        listings.read_times, listings.times, "The times of a date for some services",
        responses.Times, requests.ServicesForPeople,
    ),
    _reserve(  # A13
        f"{V1}/branches/{{branch}}/services/{{service}}/dates/{{date}}/times/{{time}}/reserve",
        "Hold a time", requests.NothingNeeded,
    ),
    _reserve(  # A14
        f"{V2}/branches/{{branch}}/dates/{{date}}/times/{{time}}/reserve",
        "Hold a time for some services", requests.ReserveServices,
    ),
    _confirm(f"{V1}/branches/appointments/{{id}}/confirm"),  # A15
    _confirm(f"{V2}/branches/appointments/{{id}}/confirm"),  # A16
    _book(  # A17
        f"{V2}/branches/{{branch}}/dates/{{date}}/times/{{time}}/book",
        "Book a time for some services at once", requests.BookServices,
    ),
    _book(  # A18
        f"{V1}/branches/{{branch}}/services/{{service}}/dates/{{date}}/times/{{time}}/book",
        "Book a time at once", requests.ConfirmedDetails,
    ),
    _get(  # A19
        f"{V1}/appointments/{{id}}", wall_time_actions.GET_BOOKING, _booking_id,
        bookings.respond_booking, "An appointment, or a reservation of one's own",
        responses.OneAppointment,
    ),
    Route(  # A20
        "DELETE", f"{V1}/appointments/{{id}}", wall_time_actions.WITHDRAW_BOOKING,
        bookings.read_withdraw, bookings.respond_withdrawn,
        "Cancel an appointment, or release a reservation",
        returns=Returns(status=204), errors=(NotFound, Invalid),
    ),
    _look_up(  # A21
        f"{V1}/customers/{{customer}}/appointments", wall_time_actions.LOOK_UP_BY_ID,
        lookups.read_customer_id, lookups.respond_appointments,
        "A customer's appointments", responses.AppointmentList,
    ),
    _look_up(  # A22
        f"{V1}/customers/externalId/{{externalId}}/appointments",
        wall_time_actions.LOOK_UP_BY_EXTERNAL_ID, lookups.read_external_id,
        lookups.respond_appointments, "A customer's appointments, by external id",
        responses.AppointmentList,
    ),
    _look_up(  # G1
        f"{CUSTOMERS}/identify", wall_time_actions.LOOK_UP_BY_MAIL, lookups.read_email,
        lookups.respond_customers, "Customers by mail address", list[responses.ShownCustomer],
        requests.MailNamed,
    ),
)  # fmt: skip

API = Interface("", ROUTES)
