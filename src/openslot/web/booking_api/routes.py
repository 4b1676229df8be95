"""Every call of the booking API, in one flat list: the site map, and what OpenAPI is made of."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling import actions
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.model.errors import (
    AlreadyConfirmed,
    AlreadyUsed,
    AppointmentStarted,
    EndMismatch,
    ReservationExpired,
    ReservationForReschedule,
    ReservationReleased,
    ResourceNotQualified,
    ServiceChanged,
    ServicesNotCombinable,
    SlotUnavailable,
    TooLate,
    TooManyReservations,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.views.listings import RangeTooLong, SlotListingQuery, Snapshot
from openslot.storage.action import Action
from openslot.storage.transactions import AccountTx
from openslot.web.api.appointment_responses import AppointmentResponse
from openslot.web.api.catalogue_responses import BranchResponse, ServiceResponse
from openslot.web.api.person_requests import ConfirmRequest, CustomerRequest
from openslot.web.api.pointers import OF_LISTED_SERVICES, OF_ONE_SERVICE, OF_SEVERAL_SERVICES
from openslot.web.api.slot_requests import PartyDiffers
from openslot.web.booking_api import (
    appointments,
    calendar_file,
    catalogue,
    reservations,
    responses,
    slots,
)
from openslot.web.booking_api import requests as takes
from openslot.web.http.interface import Interface
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, no_content
from openslot.web.http.route import Accepts, AnyRoute, Call, Handled, Returns, Route

PREFIX = "/external/v1"

# Spellings in the published tables that differ from the published examples.
SPELLINGS = {
    "numberofReservations": "numberOfReservations",
    "requestedResourceID": "requestedResourceId",
    "dateofBirth": "dateOfBirth",
}

_NOT_LIVE = (AlreadyConfirmed, AlreadyUsed, ReservationExpired, ReservationReleased)
_RESERVE_ERRORS = (
    NotFound, IdempotencyKeyReused, WrongState, Invalid, ResourceNotQualified, EndMismatch,
    TooManyReservations, SlotUnavailable,
)  # fmt: skip
_CONFIRM_ERRORS = (
    NotFound, IdempotencyKeyReused, *_NOT_LIVE, ReservationForReschedule, Invalid, SlotUnavailable,
)  # fmt: skip
_MOVE_ERRORS = (
    NotFound, IdempotencyKeyReused, VersionMismatch, WrongState, AppointmentStarted, *_NOT_LIVE,
    ReservationForReschedule, Invalid, ServiceChanged, TooLate, SlotUnavailable,
)  # fmt: skip
_LISTING_ERRORS = (NotFound, Invalid, RangeTooLong, ResourceNotQualified)

_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}
_LOCATION = {"Location": "Where it is", **_TEXTS}
_APPOINTMENTS = {"Cache-Control": "no-store", **_TEXTS}
_ETAG = {"ETag": "The version, for If-Match", **_APPOINTMENTS}
_LINK = {"Link": "The next page, if there is one (RFC 8288)", **_APPOINTMENTS}


def _nothing(_: Call) -> None:
    """The whole catalogue needs no input."""


def _done(_tx: AccountTx, _call: Call, _value: None) -> Response:
    return no_content()


def _id(name: str) -> Callable[[Call], str]:
    return lambda call: call.path_id(name)


_APPOINTMENT_ID = _id("appointmentId")


def _catalogue(
    path: str,
    action: Action[Any, Any],
    respond: Callable[[AccountTx, Call, Any], Handled],
    texts: tuple[str, str],
    model: object,
) -> AnyRoute:
    """Something of the catalogue: all of it, or of what the path names."""
    name = path.partition("{")[2].partition("}")[0]
    return Route(
        "GET", path, action, _id(name) if name else _nothing, respond, *texts,
        returns=Returns(model, headers=_TEXTS), errors=(NotFound,) if name else (),
        is_conditional=True,
    )  # fmt: skip


def _slots(
    path: str,
    read: Callable[[Call], SlotListingQuery],
    respond: Callable[[AccountTx, Call, Snapshot], Handled],
    texts: tuple[str, str],
    query: type[RequestModel],
    model: object,
) -> AnyRoute:
    return Route(
        "GET", path, actions.LIST_SLOTS, read, respond, *texts,
        accepts=Accepts(query=query), returns=Returns(model), errors=_LISTING_ERRORS,
        is_conditional=True, pointers=OF_ONE_SERVICE,
    )  # fmt: skip


def _slots_of_several(
    path: str,
    respond: Callable[[AccountTx, Call, Snapshot], Handled],
    summary: str,
    query: type[RequestModel],
    model: object,
) -> AnyRoute:
    return replace(
        _slots(path, slots.read_combination, respond, (summary, f"{summary}."), query, model),
        errors=(*_LISTING_ERRORS, ServicesNotCombinable), pointers=OF_LISTED_SERVICES,
    )  # fmt: skip


_RESERVE = Route(
    "POST", "/reservations", actions.RESERVE, reservations.read_reserve, reservations.made,
    "Hold a slot", "Holds a slot of one service.",
    accepts=Accepts(takes.ReservationRequest),
    returns=Returns(responses.ReservationResponse, 201, _LOCATION), errors=_RESERVE_ERRORS,
    pointers=OF_ONE_SERVICE,
)  # fmt: skip
_RELEASE = Route(
    "DELETE", "/reservations/{appointmentId}", actions.RELEASE, reservations.read_release, _done,
    "Release a reservation", "Releases a reservation: its slot is free again.",
    returns=Returns(status=204), errors=(NotFound, IdempotencyKeyReused, *_NOT_LIVE),
)  # fmt: skip
_CONFIRM = Route(
    "POST", "/reservations/{appointmentId}/confirm", actions.CONFIRM, appointments.read_confirm,
    appointments.made, "Make an appointment of a reservation",
    "Makes an appointment of a reservation.",
    accepts=Accepts(ConfirmRequest, nested={"customer": takes.NestedConfirmRequest}),
    returns=Returns(AppointmentResponse, 201, {**_LOCATION, **_ETAG}), errors=_CONFIRM_ERRORS,
    pointers=appointments.pointers_of_person, more_faults=appointments.needed_beside,
)  # fmt: skip
_SEARCH = Route(
    "POST", "/appointments/search", actions.SEARCH, appointments.read_search, appointments.page,
    "One customer's appointments", "One person's appointments.",
    accepts=Accepts(takes.SearchRequest, takes.SearchQuery),
    returns=Returns(list[AppointmentResponse], headers=_LINK), errors=(Invalid,), is_search=True,
)  # fmt: skip
_GET = Route(
    "GET", "/appointments/{appointmentId}", actions.GET_APPOINTMENT, _APPOINTMENT_ID,
    appointments.shown, "One appointment", "One appointment.",
    returns=Returns(AppointmentResponse, headers=_ETAG), errors=(NotFound,),
)  # fmt: skip
_CALENDAR = Route(
    "GET", "/appointments/{appointmentId}/calendar.ics", actions.GET_REVISION, _APPOINTMENT_ID,
    calendar_file.shown, "An appointment as a file for calendars",
    "One event of RFC 5545, whose UID never changes and whose SEQUENCE rises with every move and "
    "cancellation. It names nobody.",
    returns=Returns(
        headers={"Content-Disposition": "The file's name", **_APPOINTMENTS},
        media_types=("text/calendar",),
    ),
    errors=(NotFound,), is_conditional=True,
)  # fmt: skip
_MOVE = Route(
    "PUT", "/appointments/{appointmentId}", actions.MOVE, appointments.read_move,
    appointments.shown, "Move an appointment to a reservation",
    "Moves an appointment to a reservation.",
    accepts=Accepts(takes.MoveRequest), returns=Returns(AppointmentResponse, headers=_ETAG),
    errors=_MOVE_ERRORS, pointers={"reservation": "/reservationId"},
)  # fmt: skip


ROUTES: tuple[AnyRoute, ...] = (
    _catalogue(
        "/services", actions.READ_CATALOGUE, catalogue.services_by_branch,
        ("Every branch with what it offers", "Every branch with what it offers."),
        list[responses.BranchServices],
    ),
    _catalogue(
        "/services/groups", actions.READ_CATALOGUE, catalogue.groups,
        ("Every group with its services", "Every group with the services under it."),
        list[responses.ServiceGroupResponse],
    ),
    _catalogue(
        "/services/{serviceId}", actions.FIND_SERVICE, catalogue.one_service,
        ("One service", "One service."), ServiceResponse,
    ),
    _catalogue(
        "/services/{serviceId}/branches", actions.FIND_SERVICE, catalogue.branches_of_service,
        ("The branches that offer a service", "The branches that offer a service."),
        list[BranchResponse],
    ),
    _catalogue(
        "/branches", actions.READ_CATALOGUE, catalogue.branches,
        ("Every branch", "Every branch."), list[BranchResponse],
    ),
    _catalogue(
        "/branches/{branchId}", actions.FIND_BRANCH, catalogue.one_branch,
        ("One branch", "One branch."), BranchResponse,
    ),
    _slots(
        "/branches/{branchId}/services/{serviceId}/dates", slots.read_service, slots.dates,
        ("The dates that have a slot",
         "The dates of one service at one branch that have a slot."),
        takes.ListingQuery, list[str],
    ),
    _slots(
        "/branches/{branchId}/services/{serviceId}/timeslots", slots.read_service, slots.slots,
        ("The slots that a reservation would get", "The slots of one service at one branch."),
        takes.SlotsQuery, list[responses.AnySlot],
    ),
    _RESERVE,
    Route(
        "GET", "/reservations/{appointmentId}", actions.GET_RESERVATION, _APPOINTMENT_ID,
        reservations.shown, "A reservation of one's own", "A live reservation of one's own.",
        returns=Returns(responses.ReservationResponse, headers=_TEXTS),
        errors=(NotFound, *_NOT_LIVE),
    ),
    _RELEASE,
    replace(
        _RELEASE, path="/reservations/reservations/{appointmentId}",
        summary="Release a reservation (published path)",
    ),
    _CONFIRM,
    _SEARCH,
    _GET,
    _MOVE,
    replace(_MOVE, method="POST", path="/appointments/{appointmentId}/reschedule"),
    Route(
        "PUT", "/appointments/{appointmentId}/customer", actions.CHANGE_CUSTOMER,
        appointments.read_change_customer, _done, "Replace an appointment's customer",
        "Replaces an appointment's customer.",
        accepts=Accepts(CustomerRequest, nested={"customer": takes.NestedCustomerRequest}),
        returns=Returns(status=204),
        errors=(NotFound, IdempotencyKeyReused, VersionMismatch, WrongState, AppointmentStarted,
                Invalid),
        pointers=appointments.pointers_of_person, more_faults=appointments.needed_beside,
    ),
    Route(
        "DELETE", "/appointments/{appointmentId}", actions.CANCEL_APPOINTMENT,
        appointments.read_cancel, _done, "Cancel an appointment", "Cancels an appointment.",
        returns=Returns(status=204),
        errors=(NotFound, IdempotencyKeyReused, VersionMismatch, WrongState, AppointmentStarted,
                TooLate),
    ),
    _catalogue(
        "/serviceCombination/branch", actions.READ_CATALOGUE, catalogue.combinations,
        ("What can be booked together, at every branch",
         "For every branch, which services can be booked together."),
        list[responses.BranchCombinations],
    ),
    _catalogue(
        "/serviceCombination/branch/{branchId}", actions.FIND_BRANCH,
        catalogue.combinations_of_branch,
        ("What can be booked together at a branch",
         "For one branch, which services can be booked together."),
        list[responses.BranchCombinations],
    ),
    _slots_of_several(
        "/serviceCombination/branch/{branchId}/timeslots", slots.slots,
        "The slots of several services, one after the other",
        takes.CombinationSlotsQuery, list[responses.AnySlot],
    ),
    _slots_of_several(
        "/serviceCombination/branch/{branchId}/dates", slots.dates,
        "The dates that have a slot of several services, one after the other",
        takes.CombinationListingQuery, list[str],
    ),
    replace(
        _RESERVE, path="/serviceCombination/reservations",
        read=reservations.read_reserve_combination, summary="Hold a slot of several services",
        description="Holds a slot of several services.",
        accepts=Accepts(takes.CombinationReservationRequest),
        errors=(*_RESERVE_ERRORS, PartyDiffers, ServicesNotCombinable),
        pointers=OF_SEVERAL_SERVICES,
    ),
    replace(_CONFIRM, path="/serviceCombination/reservations/{appointmentId}/confirm"),
    replace(_SEARCH, path="/serviceCombination/appointments/search"),
    replace(_GET, path="/serviceCombination/appointments/{appointmentId}"),
    replace(_MOVE, path="/serviceCombination/appointments/{appointmentId}"),
    _CALENDAR,
)  # fmt: skip

API = Interface(PREFIX, ROUTES, SPELLINGS, ignores_case=True)
