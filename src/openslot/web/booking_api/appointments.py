"""Confirm, find, move, cancel an appointment, and correct its customer."""

from collections.abc import Iterator, Mapping
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.page import Page
from openslot.scheduling.actions import Cancel, ChangeCustomer, Confirm, Move, Search
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import CANCELLED, STATUSES, Appointment
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_PROGRAM
from openslot.storage.transactions import AccountTx
from openslot.web.api.appointment_responses import appointment_response
from openslot.web.api.localized_catalogue import language_headers, localized_catalogue
from openslot.web.api.person_requests import answers_of, customer_of
from openslot.web.api.pointers import OF_FLAT_CUSTOMER, OF_NESTED_CUSTOMER
from openslot.web.http import languages
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.paging import BY_START, link_header
from openslot.web.http.pointers import Pointers, pointer_of
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

_ANSWERS = "/informationQuestions"
_UNTIL_WHENEVER: Minute = 1 << 40
_START_OF_LIST = (_UNTIL_WHENEVER, "")
_LISTED_BY_DEFAULT = [status for status in STATUSES if status != CANCELLED]


def read_confirm(call: Call) -> Confirm:
    """A reservation, and who comes."""
    body: Any = call.body
    person, nested = _person(body)
    given = [*body.informationQuestions, *(person.informationQuestions if nested else ())]
    details = AppointmentDetails(
        customer=customer_of(person),
        needs=NEEDS_OF_PROGRAM,
        answers=answers_of(given),
        notes=body.notes if body.notes is not None else person.notes,
        origin="api",
        language=lambda locales: languages.choose(call.languages, tuple(locales)),
    )
    return Confirm(call.path_id("appointmentId"), details, call.idempotency_key)


def pointers_of_person(call: Call) -> Pointers:
    """Where a person's data and answers stand; answers outside `customer` come first."""
    if _person(call.body)[0] is call.body:
        return OF_FLAT_CUSTOMER
    outside = len(getattr(call.body, "informationQuestions", ()))
    found = dict(OF_NESTED_CUSTOMER)
    for place in range(outside):
        found[f"answers.{place}"] = f"{_ANSWERS}/{place}"
    for place in range(len(getattr(call.body.customer, "informationQuestions", ()))):
        found[f"answers.{outside + place}"] = f"/customer{_ANSWERS}/{place}"
    return found


def needed_beside(
    tx: AccountTx, actor: Actor, path: Mapping[str, str], body: Mapping[str, Any]
) -> Iterator[Fault]:
    """What the services of a booking need of its customer, where a faulty body does not give it."""
    person = body.get("customer", body)
    if not isinstance(person, Mapping):
        return
    where = "" if person is body else "/customer"
    for name in appointments.needed_of_customer(tx, actor, path["appointmentId"]):
        pointer = pointer_of(name)
        if pointer[1:] not in person:
            yield Fault(f"{where}{pointer}", "required", "is needed for this service")


def read_move(call: Call) -> Move:
    """An appointment, and the reservation that it is moved to."""
    return Move(
        call.path_id("appointmentId"),
        call.body.reservationId,
        if_match(call.headers),
        call.idempotency_key,
    )


def read_cancel(call: Call) -> Cancel:
    """An appointment to cancel."""
    return Cancel(call.path_id("appointmentId"), if_match(call.headers), call.idempotency_key)


def read_change_customer(call: Call) -> ChangeCustomer:
    """An appointment, and who comes to it instead."""
    body: Any = call.body
    person, _ = _person(body)
    return ChangeCustomer(
        appointment_id=call.path_id("appointmentId"),
        customer=customer_of(person),
        notes=body.notes if body.notes is not None else person.notes,
        precondition=if_match(call.headers),
        idempotency_key=call.idempotency_key,
    )


def read_search(call: Call) -> Search:
    """Whose appointments, which of them, and where the page begins.

    Raises:
        Invalid: the range is reversed.
    """
    body: Any = call.body
    cursor = call.query.cursor or body.cursor  # a Link's cursor goes on from the body's
    if body.from_ is not None and body.to is not None and body.from_ > body.to:
        raise Invalid(Fault("to", "invalid_value", "must be no earlier than from"))
    return Search(
        identifier=body.customer.personalIdentifier,
        statuses=[body.status] if body.status else _LISTED_BY_DEFAULT,
        first=body.from_ if body.from_ is not None else -_UNTIL_WHENEVER,
        last=body.to if body.to is not None else _UNTIL_WHENEVER,
        after=BY_START.read(cursor) if cursor else _START_OF_LIST,
        limit=body.limit,
    )


def page(tx: AccountTx, call: Call, found: Page[Appointment]) -> Response:
    """One person's appointments."""
    localized = localized_catalogue(tx, call.languages)
    # The next page is requested with the same body at this address.
    url = f"{call.settings.public_url}/external/v1{call.route.path}"
    headers = {
        **language_headers(localized),
        "Cache-Control": "no-store",
        **link_header(found, url, {}, lambda a: BY_START.write(a.placement.start, a.id)),
    }
    return json_response([appointment_response(localized, a) for a in found.items], headers=headers)


def made(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """A new appointment, and where it is."""
    location = f"{call.settings.public_url}/external/v1/appointments/{appointment.id}"
    return _shown(tx, call, appointment, {"Location": location})


def shown(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """An appointment, with its version."""
    return _shown(tx, call, appointment, {})


def _shown(
    tx: AccountTx, call: Call, appointment: Appointment, headers: Mapping[str, str]
) -> Response:
    localized = localized_catalogue(tx, call.languages)
    every = {
        "ETag": version_tag(appointment.version),
        "Cache-Control": "no-store",
        **language_headers(localized),
        **headers,
    }
    body = appointment_response(localized, appointment)
    return json_response(body, call.route.returns.status, every)


def _person(body: Any) -> tuple[Any, bool]:
    """The customer's members: of the body itself, or under `customer`."""
    nested = getattr(body, "customer", None)
    return (body, False) if nested is None else (nested, True)
