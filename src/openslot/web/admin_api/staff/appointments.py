"""Appointments as staff handle them."""

from collections.abc import Callable, Mapping
from typing import Any

from openslot.kernel.changes import Change
from openslot.scheduling.booking.direct import OfferRequest
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.booking.staff import DurationChoice
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import (
    NEEDS_OF_STAFF,
    NEEDS_OF_WALK_IN,
)
from openslot.scheduling.staff_actions import (
    NotesChange,
    StaffBooking,
    StaffCancellation,
    StaffMove,
    StaffUndo,
    VisitStep,
    WalkIn,
)
from openslot.scheduling.views.appointment_lists import AppointmentHistory
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.staff.requests import PlaceRequest
from openslot.web.api.locale_choice import locale_choice
from openslot.web.api.localized_catalogue import language_headers, localized_catalogue
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.person_requests import PersonWithAnswers, answers_of, customer_of
from openslot.web.api.pointers import OF_NESTED_CUSTOMER, OF_ONE_SERVICE, OF_SEVERAL_SERVICES
from openslot.web.api.slot_requests import party_of
from openslot.web.api.staff_responses import history_response, response_to
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.pointers import Pointers
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


def pointers_of_booking(call: Call) -> Pointers:
    """Where the fields of a booking stand."""
    of_slot = OF_SEVERAL_SERVICES if call.body.services else OF_ONE_SERVICE
    return {**of_slot, **OF_NESTED_CUSTOMER}


def read_id(call: Call) -> str:
    """Which appointment."""
    return call.path_id("appointmentId")


def respond_appointment(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """One appointment."""
    return _response(tx, call, appointment, {})


def respond_history(tx: AccountTx, call: Call, found: AppointmentHistory) -> Response:
    """Every change of it, oldest first."""
    localized = localized_catalogue(tx, call.languages)
    changes = [history_response(localized, found.appointment, one) for one in found.changes]
    return json_response(changes, headers={"Cache-Control": "no-store"})


def read_booking(call: Call) -> StaffBooking | WalkIn:
    """An appointment to book at once.

    Raises:
        PartyDiffers: the services are for different numbers of people.
    """
    body: Any = call.body
    person = body.customer or PersonWithAnswers()
    of_several = body.services
    offer = OfferRequest(
        branch_id=body.branchId,
        service_ids=tuple(s.id for s in of_several) if of_several else (body.serviceId,),
        party=party_of(of_several) if of_several else body.numberOfReservations,
        resource_id=body.requestedResourceId,
        own_minutes=body.durationMinutes,
    )
    details = AppointmentDetails(
        customer=customer_of(person),
        needs=NEEDS_OF_WALK_IN if body.walkIn else NEEDS_OF_STAFF,
        answers=answers_of(person.informationQuestions),
        notes=body.notes if body.notes is not None else person.notes,
        origin="staff",
        language=locale_choice(body.language),
    )
    rest = (details, _rule_override(body), call.idempotency_key, body.notify)
    if body.walkIn:
        return WalkIn(offer, *rest)
    slot = body.timeSlot
    return StaffBooking(offer.at(slot.startTime, slot.endTime), *rest)


def respond_booked(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """The new appointment, and where it is."""
    if call.dry_run:
        return _outcome(appointment.id, "created")
    location = f"{url_of(call, '/appointments')}/{appointment.id}"
    return _response(tx, call, appointment, {"Location": location})


def read_move(call: Call) -> StaffMove:
    """Where an appointment goes."""
    body: Any = call.body
    return StaffMove(
        appointment_id=read_id(call),
        start=body.timeSlot.startTime,
        end=body.timeSlot.endTime,
        resource_id=body.resourceId,
        rule_override=_rule_override(body),
        precondition=if_match(call.headers),
        idempotency_key=call.idempotency_key,
        notifies=body.notify,
        duration=_duration_of(body),
    )


def _duration_of(body: PlaceRequest) -> DurationChoice:
    """Said and null gives the length of the services back; not said keeps what there is."""
    if "durationMinutes" in body.model_fields_set:
        return lambda _: body.durationMinutes
    return lambda own_minutes: own_minutes


def read_cancellation(call: Call) -> StaffCancellation:
    """An appointment to cancel."""
    return StaffCancellation(
        appointment_id=read_id(call),
        rule_override=_rule_override(call.body),
        precondition=if_match(call.headers),
        idempotency_key=call.idempotency_key,
        notifies=call.body.notify,
    )


def read_undo(call: Call) -> StaffUndo:
    """An appointment whose latest change of state is taken back."""
    precondition = if_match(call.headers)
    return StaffUndo(read_id(call), precondition, call.idempotency_key, call.body.notify)


def read_step_to(status: str) -> Callable[[Call], VisitStep]:
    """A visit that is in this state now."""
    return lambda call: VisitStep(
        read_id(call), status, if_match(call.headers), call.idempotency_key
    )


def read_notes(call: Call) -> NotesChange:
    """Notes from now on."""
    precondition = if_match(call.headers)
    return NotesChange(read_id(call), call.body.notes, precondition, call.idempotency_key)


def respond_changed(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """The appointment as it is now."""
    if call.dry_run:
        return _outcome(appointment.id, "changed")
    return _response(tx, call, appointment, {})


def _rule_override(body: Any) -> RuleOverride:
    return RuleOverride(requested=body.override, reason=body.reason)


def _outcome(appointment_id: str, action: str) -> Response:
    """What a dry run says: it would be done, and leaves nobody without a place."""
    return outcome_response([Change("appointment", appointment_id, action)])


def _response(
    tx: AccountTx, call: Call, appointment: Appointment, headers: Mapping[str, str]
) -> Response:
    localized = localized_catalogue(tx, call.languages)
    every = {
        "ETag": version_tag(appointment.version),
        "Cache-Control": "no-store",
        **language_headers(localized),
        **headers,
    }
    shown = response_to(call.actor, localized, appointment)
    return json_response(shown, call.route.returns.status, every)
