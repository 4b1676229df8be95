"""The calls of the admin API about the staff's day: blocks, appointments, the calendar."""

from collections.abc import Callable

from openslot.kernel.errors import Invalid, NotFound, OpenslotError
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE
from openslot.scheduling.booking.blocks import BookingsInTheWay
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    EndMismatch,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.staff import (
    appointment_list,
    appointments,
    blocks,
    calendars,
)
from openslot.web.admin_api.staff import requests as takes
from openslot.web.admin_api.staff.responses import HistoryEntry, StaffAppointment
from openslot.web.api.pointers import OF_ONE_SERVICE
from openslot.web.api.slot_requests import PartyDiffers
from openslot.web.http.response import Response
from openslot.web.http.route import Call, Operation

_READ = (ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE)
_WRITE = (ADMIN_WRITE,)
_STAFF = (APPOINTMENTS_MANAGE,)

_BLOCKS = "/resources/{resourceId}/blocks"
_APPOINTMENT = "/appointments/{appointmentId}"

_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}
_SECRET = {"Cache-Control": "no-store"}
_LINK = {"Link": "The next page, if there is one (RFC 8288)"}
_LOCATION = {"Location": "Where it is"}
_BLOCK_ETAG = {"ETag": "Stands for what is said of the block, for If-Match"}
_ETAG = {"ETag": "The version, for If-Match", **_SECRET, **_TEXTS}

_BLOCK_POINTERS = {"end": "/endTime"}

_CHANGE_ERRORS = (NotFound, IdempotencyKeyReused, VersionMismatch)


def _visit(step: str, handle: Callable[[AccountTx, Call], Response], summary: str) -> Operation:
    return Operation(
        "POST", f"{_APPOINTMENT}/{step}", handle, summary, _STAFF, StaffAppointment,
        query=WriteQuery, errors=(*_CHANGE_ERRORS, WrongState), answer_headers=_ETAG,
    )  # fmt: skip


_PLACE_ERRORS: tuple[type[OpenslotError], ...] = (
    Invalid, ResourceNotQualified, EndMismatch, SlotUnavailable,
)  # fmt: skip

STAFF_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", _BLOCKS, blocks.list_blocks, "A resource's blocks, by start", _READ,
        list[blocks.ResourceBlock], query=blocks.BlocksQuery, errors=(NotFound, Invalid),
        answer_headers=_LINK,
    ),
    Operation(
        "POST", _BLOCKS, blocks.add_block, "Take time from a resource", _WRITE,
        blocks.ResourceBlock, 201, blocks.BlockRequest, query=blocks.BlockQuery,
        errors=(NotFound, IdempotencyKeyReused, Invalid, BookingsInTheWay),
        answer_headers={**_LOCATION, **_BLOCK_ETAG}, pointers=_BLOCK_POINTERS,
    ),
    Operation(
        "GET", f"{_BLOCKS}/{{blockId}}", blocks.get_block, "One block", _READ,
        blocks.ResourceBlock, errors=(NotFound,), answer_headers=_BLOCK_ETAG, is_conditional=True,
    ),
    Operation(
        "PATCH", f"{_BLOCKS}/{{blockId}}", blocks.change_block, "Change a block", _WRITE,
        blocks.ResourceBlock, 200, blocks.BlockRequest, query=blocks.BlockQuery,
        errors=(*_CHANGE_ERRORS, Invalid, BookingsInTheWay), answer_headers=_BLOCK_ETAG,
        pointers=_BLOCK_POINTERS,
    ),
    Operation(
        "DELETE", f"{_BLOCKS}/{{blockId}}", blocks.delete_block, "Give the time back", _WRITE,
        None, 204, query=WriteQuery, errors=_CHANGE_ERRORS,
    ),
    Operation(
        "GET", "/appointments", appointment_list.list_appointments, "Appointments, by start",
        _STAFF, list[StaffAppointment], query=takes.AppointmentsQuery, errors=(NotFound, Invalid),
        answer_headers={**_LINK, **_SECRET, **_TEXTS},
    ),
    Operation(
        "POST", "/appointments", appointments.book, "Book an appointment at once", _STAFF,
        StaffAppointment, 201, takes.BookingRequest, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, *_PLACE_ERRORS, PartyDiffers,
                ServicesNotCombinable),
        answer_headers={**_LOCATION, **_ETAG}, pointers=appointments.pointers_of_booking,
    ),
    Operation(
        "GET", _APPOINTMENT, appointments.get_appointment, "One appointment", _STAFF,
        StaffAppointment, errors=(NotFound,), answer_headers=_ETAG,
    ),
    Operation(
        "GET", f"{_APPOINTMENT}/history", appointments.get_history,
        "Every change of an appointment", _STAFF, list[HistoryEntry], errors=(NotFound,),
        answer_headers=_SECRET,
    ),
    Operation(
        "POST", f"{_APPOINTMENT}/move", appointments.move, "Move an appointment", _STAFF,
        StaffAppointment, 200, takes.PlaceRequest, query=WriteQuery,
        errors=(*_CHANGE_ERRORS, WrongState, AppointmentStarted, TooLate, *_PLACE_ERRORS),
        answer_headers=_ETAG, pointers={**OF_ONE_SERVICE, "resource": "/resourceId"},
    ),
    Operation(
        "POST", f"{_APPOINTMENT}/cancel", appointments.cancel, "Cancel an appointment", _STAFF,
        StaffAppointment, 200, takes.CancelRequest, query=WriteQuery,
        errors=(*_CHANGE_ERRORS, WrongState, AppointmentStarted, TooLate), answer_headers=_ETAG,
    ),
    _visit("arrive", appointments.arrive, "The customer is here"),
    _visit("start", appointments.start, "The service begins"),
    _visit("complete", appointments.complete, "The service is done"),
    _visit("no-show", appointments.no_show, "Nobody came"),
    Operation(
        "PUT", f"{_APPOINTMENT}/notes", appointments.change_notes, "Replace an appointment's notes",
        _STAFF, StaffAppointment, 200, takes.NotesRequest, query=WriteQuery,
        errors=_CHANGE_ERRORS, answer_headers=_ETAG,
    ),
    Operation(
        "GET", "/calendar", calendars.get_calendar, "A branch's day", _READ,
        list[calendars.ResourceDay], query=calendars.CalendarQuery, errors=(NotFound, Invalid),
        answer_headers={**_SECRET, **_TEXTS}, computes=True,
    ),
)  # fmt: skip
