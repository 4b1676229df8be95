"""Confirm, find, move, cancel an appointment, and correct its customer."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.booking import appointments
from openslot.scheduling.model import customers
from openslot.scheduling.model.appointment import CANCELLED, STATUSES, Appointment
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.times import millis_text, minute_text
from openslot.web.booking_api import responses
from openslot.web.booking_api.requests import cursor_of
from openslot.web.http.conditional import if_match
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

_ANSWERS = "/informationQuestions"
_ANSWER_POINTER = re.compile(rf"/customer{_ANSWERS}/(\d+)/id")
_UNTIL_WHENEVER: Minute = 1 << 40
_START_OF_LIST = (_UNTIL_WHENEVER, "")
_LISTED_BY_DEFAULT = [status for status in STATUSES if status != CANCELLED]


def confirm(tx: AccountTx, call: Call) -> Response:
    """Makes an appointment of a reservation."""
    body: Any = call.body
    person, nested = _person(body)
    given = [*body.informationQuestions, *(person.informationQuestions if nested else ())]
    notes = body.notes if body.notes is not None else person.notes
    try:
        appointment = appointments.confirm(
            tx,
            call.actor,
            call.path_id("appointmentId"),
            _customer(person, nested),
            [{"id": answer.id, "answer": answer.answer} for answer in given],
            notes,
            call.idempotency_key,
        )
    except Invalid as refusal:
        if not nested or not body.informationQuestions:
            raise
        beside = len(body.informationQuestions)
        raise Invalid(*(_where_it_stood(fault, beside) for fault in refusal.faults)) from None
    location = f"{call.settings.public_url}/external/v1/appointments/{appointment.id}"
    return _answer(tx, call, appointment, status=201, headers={"Location": location})


def _where_it_stood(fault: Fault, beside: int) -> Fault:
    """The first `beside` answers stood beside `customer`, the rest in it."""
    found = _ANSWER_POINTER.fullmatch(fault.pointer)
    if found is None:
        return fault
    place = int(found[1])
    pointer = f"/customer{_ANSWERS}/{place - beside}/id"
    if place < beside:
        pointer = f"{_ANSWERS}/{place}/id"
    return replace(fault, pointer=pointer)


def get(tx: AccountTx, call: Call) -> Response:
    """One appointment."""
    return _answer(tx, call, appointments.get(tx, call.path_id("appointmentId")))


def move(tx: AccountTx, call: Call) -> Response:
    """Moves an appointment to a reservation."""
    moved = appointments.move(
        tx,
        call.actor,
        call.path_id("appointmentId"),
        call.body.reservationId,
        if_match(call.headers),
        call.idempotency_key,
    )
    return _answer(tx, call, moved)


def cancel(tx: AccountTx, call: Call) -> Response:
    """Cancels an appointment."""
    appointments.cancel(
        tx, call.actor, call.path_id("appointmentId"), if_match(call.headers), call.idempotency_key
    )
    return no_content()


def change_customer(tx: AccountTx, call: Call) -> Response:
    """Replaces an appointment's customer."""
    body: Any = call.body
    person, nested = _person(body)
    appointments.change_customer(
        tx,
        call.actor,
        call.path_id("appointmentId"),
        _customer(person, nested),
        body.notes if body.notes is not None else person.notes,
        if_match(call.headers),
        call.idempotency_key,
    )
    return no_content()


def search(tx: AccountTx, call: Call) -> Response:
    """One person's appointments."""
    body: Any = call.body
    cursor = call.query.cursor or body.cursor  # a Link's cursor goes on from the body's
    if body.from_ is not None and body.to is not None and body.from_ > body.to:
        raise Invalid(Fault("/to", "invalid_value", "has to be no earlier than from"))
    found = appointments.search(
        tx,
        body.customer.personalIdentifier,
        [body.status] if body.status else _LISTED_BY_DEFAULT,
        body.from_ if body.from_ is not None else -_UNTIL_WHENEVER,
        body.to if body.to is not None else _UNTIL_WHENEVER,
        _read_place(cursor) if cursor else _START_OF_LIST,
        body.limit + 1,
    )
    page = found[: body.limit]
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    headers = {**language_headers(localized), "Cache-Control": "no-store"}
    if len(found) > len(page):
        # The next page is asked for with the same body at this address (RFC 8288).
        following = cursor_of(page[-1].placement.start, page[-1].id)
        url = f"{call.settings.public_url}/external/v1{call.route.path}?cursor={following}"
        headers["Link"] = f'<{url}>; rel="next"'
    return json_response([appointment_response(localized, a) for a in page], headers=headers)


def _person(body: Any) -> tuple[Any, bool]:
    """The customer's members: of the body itself, or under `customer`."""
    nested = getattr(body, "customer", None)
    return (body, False) if nested is None else (nested, True)


def _customer(person: Any, nested: bool) -> customers.Customer:
    return customers.Customer(
        identifier=person.personalIdentifier,
        first_name=person.firstName,
        last_name=person.lastName,
        email=person.email,
        phone_number=person.phoneNumber,
        date_of_birth=person.dateOfBirth,
        pointer="/customer" if nested else "",
    )


def _answer(
    tx: AccountTx,
    call: Call,
    appointment: Appointment,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    every = {
        "ETag": f'"{appointment.version}"',
        "Cache-Control": "no-store",
        **language_headers(localized),
        **(headers or {}),
    }
    return json_response(appointment_response(localized, appointment), status, every)


def appointment_response(
    localized: LocalizedCatalogue, appointment: Appointment
) -> responses.Appointment:
    """An appointment as the API shows it; the person's identifier is not shown."""
    placement = appointment.placement
    zone = localized.catalogue.branches[placement.branch_id].zone
    services = [localized.services[i] for i in placement.service_ids]
    person = appointment.customer or {}
    return responses.Appointment(
        appointmentId=appointment.id,
        status=appointment.status,
        version=appointment.version,
        timeSlot=responses.Slot(
            startTime=minute_text(placement.start, zone), endTime=minute_text(placement.end, zone)
        ),
        customer=responses.Customer(
            firstName=person.get("firstName"),
            lastName=person.get("lastName"),
            phoneNumber=person.get("phoneNumber"),
            email=person.get("email"),
            dateOfBirth=person.get("dateOfBirth"),
        ),
        service=services[0],
        services=services,
        branch=localized.branches[placement.branch_id],
        numberOfReservations=placement.party,
        supportNotes=appointment.notes,
        informationQuestions=[
            responses.QuestionAnswer(id=a["id"], answer=a["answer"])
            for a in appointment.answers or ()
        ],
        resources=[localized.resources[i] for i in placement.resource_ids],
        createdAt=millis_text(appointment.created_at, zone),
        updatedAt=millis_text(appointment.updated_at, zone),
    )


def _read_place(place: str) -> tuple[Minute, str]:
    start, _, appointment_id = place.partition(".")
    return int(start), appointment_id
