"""Appointments as staff handle them."""

from collections.abc import Callable, Mapping
from typing import Any

from openslot.scheduling.booking import appointments, staff
from openslot.scheduling.booking.allocation import POINTERS
from openslot.scheduling.booking.reservations import Wanted
from openslot.scheduling.booking.rule_overrides import Exemption
from openslot.scheduling.model import customers
from openslot.scheduling.store import history
from openslot.scheduling.store.appointments import (
    ARRIVED,
    COMPLETED,
    IN_SERVICE,
    NO_SHOW,
)
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.responses import Change, Outcome
from openslot.web.admin_api.staff.responses import history_answer, staff_answer
from openslot.web.api.localized_catalogue import words
from openslot.web.booking_api.reservations import PartyDiffers, language_headers
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.response import Reply, json_reply
from openslot.web.http.route import Call

_COMBINED_POINTERS = {
    **POINTERS,
    "party": "/services/0/numberOfReservations",
    "services": "/services",
}


def get_appointment(tx: AccountTx, call: Call) -> Reply:
    """One appointment."""
    return _answer(tx, call, call.path_id("appointmentId"))


def get_history(tx: AccountTx, call: Call) -> Reply:
    """Every change of an appointment, oldest first."""
    appointment = appointments.get(tx, call.path_id("appointmentId"))
    of_call = words(tx, call.headers.get("accept-language"))
    changes = history.of_appointment(tx, appointment.id)
    answer = [history_answer(of_call, appointment, change) for change in changes]
    return json_reply(answer, headers={"Cache-Control": "no-store"})


def book(tx: AccountTx, call: Call) -> Reply:
    """Books an appointment at once."""
    body: Any = call.body
    person = body.customer
    of_several = body.services
    party = of_several[0].numberOfReservations if of_several else body.numberOfReservations
    for place, service in enumerate(of_several or ()):
        if service.numberOfReservations != party:
            raise PartyDiffers(f"/services/{place}/numberOfReservations")
    booked = staff.book(
        tx,
        call.actor,
        Wanted(
            branch_id=body.branchId,
            service_ids=tuple(s.id for s in of_several) if of_several else (body.serviceId,),
            party=party,
            start=body.timeSlot.startTime,
            end=body.timeSlot.endTime,
            resource_id=body.requestedResourceId,
            notes=body.notes if body.notes is not None else person.notes,
            pointers=_COMBINED_POINTERS if of_several else POINTERS,
        ),
        customers.Customer(
            identifier=person.personalIdentifier,
            first_name=person.firstName,
            last_name=person.lastName,
            email=person.email,
            phone_number=person.phoneNumber,
            date_of_birth=person.dateOfBirth,
            pointer="/customer",
        ),
        [{"id": answer.id, "answer": answer.answer} for answer in person.informationQuestions],
        _exemption(body),
        call.once,
    )
    if call.dry_run:
        return _outcome(booked.id, "created")
    location = f"{call.settings.public_url}/admin/v1/appointments/{booked.id}"
    return _answer(tx, call, booked.id, 201, {"Location": location})


def move(tx: AccountTx, call: Call) -> Reply:
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
        call.once,
    )
    return _changed(tx, call, appointment_id)


def cancel(tx: AccountTx, call: Call) -> Reply:
    """Cancels an appointment."""
    appointment_id = call.path_id("appointmentId")
    exemption = _exemption(call.body)
    precondition = if_match(call.headers)
    appointments.cancel(tx, call.actor, appointment_id, precondition, call.once, exemption)
    return _changed(tx, call, appointment_id)


def _step(status: str) -> Callable[[AccountTx, Call], Reply]:
    def take(tx: AccountTx, call: Call) -> Reply:
        appointment_id = call.path_id("appointmentId")
        precondition = if_match(call.headers)
        staff.take_step(tx, call.actor, appointment_id, status, precondition, call.once)
        return _changed(tx, call, appointment_id)

    return take


arrive, start, complete = _step(ARRIVED), _step(IN_SERVICE), _step(COMPLETED)
no_show = _step(NO_SHOW)


def change_notes(tx: AccountTx, call: Call) -> Reply:
    """Replaces an appointment's notes."""
    appointment_id = call.path_id("appointmentId")
    precondition = if_match(call.headers)
    notes = call.body.notes
    staff.change_notes(tx, call.actor, appointment_id, notes, precondition, call.once)
    return _changed(tx, call, appointment_id)


def _exemption(body: Any) -> Exemption:
    return Exemption(asked=body.override, reason=body.reason)


def _changed(tx: AccountTx, call: Call, appointment_id: str) -> Reply:
    if call.dry_run:
        return _outcome(appointment_id, "changed")
    return _answer(tx, call, appointment_id)


def _outcome(appointment_id: str, action: str) -> Reply:
    """What a dry run says: it would have been done, and strands nobody."""
    change = Change(kind="appointment", key=appointment_id, action=action)
    return json_reply(Outcome(changes=[change], stranded=[]))


def _answer(
    tx: AccountTx,
    call: Call,
    appointment_id: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    appointment = appointments.get(tx, appointment_id)
    of_call = words(tx, call.headers.get("accept-language"))
    every = {
        "ETag": version_tag(appointment.version),
        "Cache-Control": "no-store",
        **language_headers(of_call),
        **(headers or {}),
    }
    return json_reply(staff_answer(of_call, appointment), status, every)
