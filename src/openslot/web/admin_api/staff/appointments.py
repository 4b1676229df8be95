"""Appointments as staff handle them."""

from collections.abc import Callable, Mapping
from typing import Any

from openslot.scheduling.booking import appointments, staff
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.responses import Change, Outcome
from openslot.web.admin_api.staff.responses import history_response, staff_response
from openslot.web.api.localized_catalogue import language_headers, localized_catalogue
from openslot.web.api.person_requests import answers_of, customer_of
from openslot.web.api.pointers import OF_NESTED_CUSTOMER, OF_ONE_SERVICE, OF_SEVERAL_SERVICES
from openslot.web.api.slot_requests import party_of
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.pointers import Pointers
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


def pointers_of_booking(call: Call) -> Pointers:
    """Where the fields of a booking stand."""
    of_slot = OF_SEVERAL_SERVICES if call.body.services else OF_ONE_SERVICE
    return {**of_slot, **OF_NESTED_CUSTOMER}


def get_appointment(tx: AccountTx, call: Call) -> Response:
    """One appointment."""
    return _answer(tx, call, call.path_id("appointmentId"))


def get_history(tx: AccountTx, call: Call) -> Response:
    """Every change of an appointment, oldest first."""
    appointment = appointments.get(tx, call.path_id("appointmentId"))
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    changes = history.of_appointment(tx, appointment.id)
    answer = [history_response(localized, appointment, change) for change in changes]
    return json_response(answer, headers={"Cache-Control": "no-store"})


def book(tx: AccountTx, call: Call) -> Response:
    """Books an appointment at once."""
    body: Any = call.body
    person = body.customer
    of_several = body.services
    party = party_of(of_several) if of_several else body.numberOfReservations
    booked = staff.book(
        tx,
        call.actor,
        SlotRequest(
            branch_id=body.branchId,
            service_ids=tuple(s.id for s in of_several) if of_several else (body.serviceId,),
            party=party,
            start=body.timeSlot.startTime,
            end=body.timeSlot.endTime,
            resource_id=body.requestedResourceId,
            notes=body.notes if body.notes is not None else person.notes,
        ),
        customer_of(person),
        answers_of(person.informationQuestions),
        _exemption(body),
        call.idempotency_key,
    )
    if call.dry_run:
        return _outcome(booked.id, "created")
    location = f"{call.settings.public_url}/admin/v1/appointments/{booked.id}"
    return _answer(tx, call, booked.id, 201, {"Location": location})


def move(tx: AccountTx, call: Call) -> Response:
    """Moves an appointment to another time or resource."""
    body: Any = call.body
    appointment_id = call.path_id("appointmentId")
    staff.move(
        tx,
        call.actor,
        appointment_id,
        body.timeSlot.startTime,
        body.timeSlot.endTime,
        body.resourceId,
        _exemption(body),
        if_match(call.headers),
        call.idempotency_key,
    )
    return _changed(tx, call, appointment_id)


def cancel(tx: AccountTx, call: Call) -> Response:
    """Cancels an appointment."""
    appointment_id = call.path_id("appointmentId")
    rule_override = _exemption(call.body)
    precondition = if_match(call.headers)
    appointments.cancel(
        tx, call.actor, appointment_id, precondition, call.idempotency_key, rule_override
    )
    return _changed(tx, call, appointment_id)


def _step(status: str) -> Callable[[AccountTx, Call], Response]:
    def take(tx: AccountTx, call: Call) -> Response:
        appointment_id = call.path_id("appointmentId")
        precondition = if_match(call.headers)
        staff.take_step(tx, call.actor, appointment_id, status, precondition, call.idempotency_key)
        return _changed(tx, call, appointment_id)

    return take


arrive, start, complete = _step(ARRIVED), _step(IN_SERVICE), _step(COMPLETED)
no_show = _step(NO_SHOW)


def change_notes(tx: AccountTx, call: Call) -> Response:
    """Replaces an appointment's notes."""
    appointment_id = call.path_id("appointmentId")
    precondition = if_match(call.headers)
    notes = call.body.notes
    staff.change_notes(tx, call.actor, appointment_id, notes, precondition, call.idempotency_key)
    return _changed(tx, call, appointment_id)


def _exemption(body: Any) -> RuleOverride:
    return RuleOverride(asked=body.override, reason=body.reason)


def _changed(tx: AccountTx, call: Call, appointment_id: str) -> Response:
    if call.dry_run:
        return _outcome(appointment_id, "changed")
    return _answer(tx, call, appointment_id)


def _outcome(appointment_id: str, action: str) -> Response:
    """What a dry run says: it would have been done, and strands nobody."""
    change = Change(kind="appointment", key=appointment_id, action=action)
    return json_response(Outcome(changes=[change], stranded=[]))


def _answer(
    tx: AccountTx,
    call: Call,
    appointment_id: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    appointment = appointments.get(tx, appointment_id)
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    every = {
        "ETag": version_tag(appointment.version),
        "Cache-Control": "no-store",
        **language_headers(localized),
        **(headers or {}),
    }
    return json_response(staff_response(localized, appointment), status, every)
