"""The routes of the staff's day: blocks, appointments, the calendar, statistics."""

from openslot.kernel.errors import Invalid, NotFound, OpenslotError
from openslot.scheduling import staff_actions as actions
from openslot.scheduling.block_actions import ENTER_ABSENCE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    EndMismatch,
    NothingToUndo,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.people.actions import FIND_CUSTOMERS
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.staff import (
    absences,
    appointment_list,
    appointments,
    blocks,
    calendars,
    customer_search,
    statistics,
)
from openslot.web.admin_api.staff import requests as takes
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.pointers import OF_ONE_SERVICE
from openslot.web.api.slot_requests import PartyDiffers
from openslot.web.api.staff_responses import HistoryEntry, StaffAppointment
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_APPOINTMENTS = appointment_list.PATH
_APPOINTMENT = f"{_APPOINTMENTS}/{{appointmentId}}"

_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}
_NOT_STORED = {"Cache-Control": "no-store"}
_ETAG = {"ETag": "The version, for If-Match", **_NOT_STORED, **_TEXTS}
_LISTED = {"Link": "The next page, if there is one (RFC 8288)", **_NOT_STORED, **_TEXTS}

_CHANGED = Returns(StaffAppointment, headers=_ETAG)
_CHANGE_ERRORS = (NotFound, IdempotencyKeyReused, VersionMismatch)
_SLOT_ERRORS: tuple[type[OpenslotError], ...] = (
    Invalid, ResourceNotQualified, EndMismatch, SlotUnavailable,
)  # fmt: skip


def _step(name: str, status: str, summary: str) -> AnyRoute:
    return Route(
        "POST", f"{_APPOINTMENT}/{name}", actions.TAKE_STEP,
        appointments.read_step_to(status), appointments.respond_changed,
        summary, "", Accepts(query=WriteQuery), _CHANGED, (*_CHANGE_ERRORS, WrongState),
    )  # fmt: skip


ROUTES: tuple[AnyRoute, ...] = (
    *blocks.COLLECTION.routes(),
    Route(
        "POST", absences.PATH, ENTER_ABSENCE, absences.read_absence, absences.respond_entered,
        "Enter an absence of a resource",
        "Blocks the time and moves the confirmed appointments that lie in it: to another resource"
        " at the same time, else to the nearest free time within 14 days. With `dryRun=true` these"
        " are proposals.",
        Accepts(absences.AbsenceRequest, WriteQuery),
        Returns(absences.AbsenceResponse, headers={**_NOT_STORED, **_TEXTS}),
        (NotFound, IdempotencyKeyReused, Invalid),
    ),
    Route(
        "GET", _APPOINTMENTS, actions.LIST_APPOINTMENTS,
        appointment_list.read_listing, appointment_list.respond_page,
        "List appointments", "By start.", Accepts(query=takes.AppointmentsQuery),
        Returns(list[StaffAppointment], headers=_LISTED), (NotFound, Invalid),
    ),
    Route(
        "POST", _APPOINTMENTS, actions.BOOK,
        appointments.read_booking, appointments.respond_booked,
        "Book an appointment at once", "Without a reservation before.",
        Accepts(takes.BookingRequest, WriteQuery),
        Returns(StaffAppointment, 201, {"Location": "Where it is", **_ETAG}),
        (NotFound, IdempotencyKeyReused, *_SLOT_ERRORS, PartyDiffers, ServicesNotCombinable),
        pointers=appointments.pointers_of_booking,
    ),
    Route(
        "GET", _APPOINTMENT, actions.GET_APPOINTMENT,
        appointments.read_id, appointments.respond_appointment,
        "Get an appointment", "In whatever state it is.", returns=_CHANGED, errors=(NotFound,),
    ),
    Route(
        "GET", f"{_APPOINTMENT}/history", actions.GET_HISTORY,
        appointments.read_id, appointments.respond_history,
        "List every change of an appointment", "The oldest first.",
        returns=Returns(list[HistoryEntry], headers=_NOT_STORED), errors=(NotFound,),
    ),
    Route(
        "POST", f"{_APPOINTMENT}/move", actions.MOVE,
        appointments.read_move, appointments.respond_changed,
        "Move an appointment", "To another time, resource or both.",
        Accepts(takes.PlaceRequest, WriteQuery, nullable=("durationMinutes",)), _CHANGED,
        (*_CHANGE_ERRORS, WrongState, AppointmentStarted, TooLate, *_SLOT_ERRORS),
        pointers={**OF_ONE_SERVICE, "resource": "/resourceId"},
    ),
    Route(
        "POST", f"{_APPOINTMENT}/cancel", actions.CANCEL,
        appointments.read_cancellation, appointments.respond_changed,
        "Cancel an appointment", "With `override` after the cut-off too.",
        Accepts(takes.CancelRequest, WriteQuery), _CHANGED,
        (*_CHANGE_ERRORS, WrongState, AppointmentStarted, TooLate),
    ),
    Route(
        "POST", f"{_APPOINTMENT}/undo", actions.UNDO,
        appointments.read_undo, appointments.respond_changed,
        "Take back the latest change of state",
        "A step of a visit within 24 hours, a cancellation within the account's "
        "`staffUndoSeconds`. It takes back what staff did, one step after the other.",
        Accepts(takes.UndoRequest, WriteQuery, is_optional=True), _CHANGED,
        (*_CHANGE_ERRORS, NothingToUndo, SlotUnavailable),
    ),
    _step("arrive", ARRIVED, "The customer is here"),
    _step("start", IN_SERVICE, "The service begins"),
    _step("complete", COMPLETED, "The service is done"),
    _step("no-show", NO_SHOW, "Nobody came"),
    Route(
        "PUT", f"{_APPOINTMENT}/notes", actions.CHANGE_NOTES,
        appointments.read_notes, appointments.respond_changed,
        "Replace an appointment's notes", "An empty text removes them.",
        Accepts(takes.NotesRequest, WriteQuery), _CHANGED, _CHANGE_ERRORS,
    ),
    Route(
        "POST", customer_search.PATH, FIND_CUSTOMERS,
        customer_search.read_search, customer_search.respond_page,
        "Find customers",
        "By the beginnings of words of the name, the beginning of the mail address, the last"
        " digits of the phone, or the whole identifier or reference. 50 for each page; fewer where"
        " very many people have the words: `Link` says whether there may be more.",
        Accepts(customer_search.CustomerSearchRequest, customer_search.CustomerSearchQuery),
        Returns(
            list[customer_search.FoundCustomer],
            headers={"Link": _LISTED["Link"], **_NOT_STORED},
        ),
        (Invalid, IdempotencyKeyReused),
        is_search=True, shows_secret=True, prepare=dispatch_first,
    ),
    Route(
        "GET", "/calendar", actions.READ_DAY, calendars.read_date, calendars.respond_day,
        "Read a branch's day", "For each resource what is open, what is taken, what is free.",
        Accepts(query=calendars.CalendarQuery),
        Returns(list[calendars.ResourceDayResponse], headers={**_NOT_STORED, **_TEXTS}),
        (NotFound, Invalid),
    ),
    Route(
        "GET", "/statistics", actions.READ_STATISTICS,
        statistics.read_range, statistics.respond_counts,
        "Count what was booked and what became of it",
        "By day, branch, service and resource, and by hour of the week.",
        Accepts(query=statistics.StatisticsQuery), Returns(statistics.Statistics),
        (NotFound, Invalid),
    ),
)  # fmt: skip
