"""Every call of the booking API, in one flat list: the site map, and what OpenAPI is made of."""

from collections.abc import Callable, Mapping

from openslot.kernel.errors import Invalid, NotFound, OpenslotError
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE
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
from openslot.scheduling.views.listings import RangeTooLong
from openslot.storage.transactions import AccountTx
from openslot.web.booking_api import (
    appointments,
    catalogue,
    reservations,
    responses,
    slots,
)
from openslot.web.booking_api import requests as takes
from openslot.web.booking_api.reservations import PartyDiffers
from openslot.web.http.interface import Interface
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Call, Handled, Operation

PREFIX = "/external/v1"

# Spellings in the published tables that differ from the published examples.
SPELLINGS = {
    "numberofReservations": "numberOfReservations",
    "requestedResourceID": "requestedResourceId",
    "dateofBirth": "dateOfBirth",
}

_BR = (BOOK, RESCHEDULE)
_ANY = (BOOK, RESCHEDULE, CANCEL)

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
_LISTING_ERRORS = (Invalid, RangeTooLong, ResourceNotQualified)

_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}
_LOCATION = {"Location": "Where it is", **_TEXTS}
_APPOINTMENTS = {"Cache-Control": "no-store", **_TEXTS}
_ETAG = {"ETag": "The version, for If-Match", **_APPOINTMENTS}
_LINK = {"Link": "The next page, if there is one (RFC 8288)", **_APPOINTMENTS}


def _listing(
    path: str,
    handle: Callable[[AccountTx, Call], Handled],
    summary: str,
    answer: object,
    query: type[RequestModel] | None = None,
    errors: tuple[type[OpenslotError], ...] = (),
    headers: Mapping[str, str] = _TEXTS,
) -> Operation:
    if "{" in path:
        errors = (NotFound, *errors)
    return Operation(
        "GET", path, handle, summary, _BR, answer, query=query, errors=errors,
        answer_headers=headers, is_conditional=True, computes=query is not None,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    _listing(
        "/services", catalogue.list_services, "Every branch with what it offers",
        list[responses.BranchServices],
    ),
    _listing(
        "/services/groups", catalogue.list_groups, "Every group with its services",
        list[responses.ServiceGroup],
    ),
    _listing("/services/{serviceId}", catalogue.get_service, "One service", responses.Service),
    _listing(
        "/services/{serviceId}/branches", catalogue.list_branches_of_service,
        "The branches that offer a service", list[responses.Branch],
    ),
    _listing("/branches", catalogue.list_branches, "Every branch", list[responses.Branch]),
    _listing("/branches/{branchId}", catalogue.get_branch, "One branch", responses.Branch),
    _listing(
        "/branches/{branchId}/services/{serviceId}/dates", slots.list_dates,
        "The dates that have a slot", list[str],
        query=takes.ListingQuery, errors=_LISTING_ERRORS, headers={},
    ),
    _listing(
        "/branches/{branchId}/services/{serviceId}/timeslots", slots.list_slots,
        "The slots that a reservation would get", list[responses.AnySlot],
        query=takes.SlotsQuery, errors=_LISTING_ERRORS, headers={},
    ),
    Operation(
        "POST", "/reservations", reservations.reserve, "Hold a slot", _BR,
        responses.Reservation, 201, takes.ReservationRequest,
        errors=_RESERVE_ERRORS, answer_headers=_LOCATION, locks=True,
    ),
    Operation(
        "GET", "/reservations/{appointmentId}", reservations.get, "A reservation of one's own",
        _BR, responses.Reservation, errors=(NotFound, *_NOT_LIVE), answer_headers=_TEXTS,
    ),
    Operation(
        "DELETE", "/reservations/{appointmentId}", reservations.release, "Give a slot back",
        _BR, None, 204, errors=(NotFound, IdempotencyKeyReused, *_NOT_LIVE), locks=True,
    ),
    Operation(
        "DELETE", "/reservations/reservations/{appointmentId}", reservations.release,
        "Give a slot back (published path)",
        _BR, None, 204, errors=(NotFound, IdempotencyKeyReused, *_NOT_LIVE), locks=True,
    ),
    Operation(
        "POST", "/reservations/{appointmentId}/confirm", appointments.confirm,
        "Make an appointment of a reservation", (BOOK,), responses.Appointment, 201,
        takes.ConfirmRequest, nested_request=takes.NestedConfirmRequest,
        errors=_CONFIRM_ERRORS, answer_headers={**_LOCATION, **_ETAG}, locks=True,
    ),
    Operation(
        "POST", "/appointments/search", appointments.search, "One customer's appointments",
        _ANY, list[responses.Appointment], 200, takes.SearchRequest,
        query=takes.SearchQuery, errors=(Invalid,), answer_headers=_LINK, searches=True,
    ),
    Operation(
        "GET", "/appointments/{appointmentId}", appointments.get, "One appointment",
        _ANY, responses.Appointment, errors=(NotFound,), answer_headers=_ETAG,
    ),
    Operation(
        "PUT", "/appointments/{appointmentId}", appointments.move,
        "Move an appointment to a reservation", (RESCHEDULE,), responses.Appointment, 200,
        takes.MoveRequest, errors=_MOVE_ERRORS, answer_headers=_ETAG, locks=True,
    ),
    Operation(
        "POST", "/appointments/{appointmentId}/reschedule", appointments.move,
        "Move an appointment to a reservation", (RESCHEDULE,), responses.Appointment, 200,
        takes.MoveRequest, errors=_MOVE_ERRORS, answer_headers=_ETAG, locks=True,
    ),
    Operation(
        "PUT", "/appointments/{appointmentId}/customer", appointments.change_customer,
        "Replace an appointment's customer", _BR, None, 204,
        takes.CustomerRequest, nested_request=takes.NestedCustomerRequest,
        errors=(NotFound, IdempotencyKeyReused, VersionMismatch, WrongState, AppointmentStarted,
                Invalid), locks=True,
    ),
    Operation(
        "DELETE", "/appointments/{appointmentId}", appointments.cancel, "Cancel an appointment",
        (CANCEL,), None, 204,
        errors=(NotFound, IdempotencyKeyReused, VersionMismatch, WrongState, AppointmentStarted,
                TooLate), locks=True,
    ),
    _listing(
        "/serviceCombination/branch", catalogue.list_combinations,
        "What can be booked together, at every branch", list[responses.BranchCombinations],
    ),
    _listing(
        "/serviceCombination/branch/{branchId}", catalogue.get_combinations,
        "What can be booked together at a branch", list[responses.BranchCombinations],
    ),
    _listing(
        "/serviceCombination/branch/{branchId}/timeslots", slots.list_combination_slots,
        "The slots of several services, one after the other", list[responses.AnySlot],
        query=takes.CombinationSlotsQuery, headers={},
        errors=(*_LISTING_ERRORS, ServicesNotCombinable),
    ),
    Operation(
        "POST", "/serviceCombination/reservations", reservations.reserve_combination,
        "Hold a slot of several services", _BR, responses.Reservation, 201,
        takes.CombinationReservationRequest,
        errors=(*_RESERVE_ERRORS, PartyDiffers, ServicesNotCombinable), answer_headers=_LOCATION,
        locks=True,
    ),
    Operation(
        "POST", "/serviceCombination/reservations/{appointmentId}/confirm", appointments.confirm,
        "Make an appointment of a reservation", (BOOK,), responses.Appointment, 201,
        takes.ConfirmRequest, nested_request=takes.NestedConfirmRequest,
        errors=_CONFIRM_ERRORS, answer_headers={**_LOCATION, **_ETAG}, locks=True,
    ),
    Operation(
        "POST", "/serviceCombination/appointments/search", appointments.search,
        "One customer's appointments", _ANY, list[responses.Appointment], 200, takes.SearchRequest,
        query=takes.SearchQuery, errors=(Invalid,), answer_headers=_LINK,
        searches=True,
    ),
    Operation(
        "GET", "/serviceCombination/appointments/{appointmentId}", appointments.get,
        "One appointment", _ANY, responses.Appointment, errors=(NotFound,), answer_headers=_ETAG,
    ),
    Operation(
        "PUT", "/serviceCombination/appointments/{appointmentId}", appointments.move,
        "Move an appointment to a reservation", (RESCHEDULE,), responses.Appointment, 200,
        takes.MoveRequest, errors=_MOVE_ERRORS, answer_headers=_ETAG, locks=True,
    ),
)  # fmt: skip

API = Interface(PREFIX, OPERATIONS, SPELLINGS, ignores_case=True)
