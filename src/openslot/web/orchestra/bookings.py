"""Reserve, confirm, book at once; a booking read, and ended."""

from typing import Any

from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import FieldRefused
from openslot.scheduling.actions import Confirm
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_NOTHING
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.wall_time_actions import (
    BookAtWallTime,
    ReserveAtWallTime,
    WallTimeRequest,
    WithdrawBooking,
)
from openslot.storage.transactions import AccountTx
from openslot.web.http import languages
from openslot.web.http.pointers import Pointers
from openslot.web.http.response import Response, no_content
from openslot.web.http.route import Call
from openslot.web.orchestra.booking_shapes import (
    address_of,
    appointment_shown,
    reservation_shown,
)
from openslot.web.orchestra.listings import date_of, minutes_of, party_of, service_ids
from openslot.web.orchestra.requests import NOBODY, CalendarCustomer, ConfirmedDetails
from openslot.web.orchestra.shapes import bare, calendar_catalogue, named

_ORIGIN = "orchestra"


def read_reserve(call: Call) -> ReserveAtWallTime:
    """A13, A14: a time, and for how many people by what the API key counts."""
    most_live = call.settings.max_live_reservations_per_client
    return ReserveAtWallTime(_wanted(call, party_of(call)), call.idempotency_key, most_live)


def read_confirm(call: Call) -> Confirm:
    """A15, A16: a reservation, and who comes."""
    return Confirm(call.path_id("id"), _details(call), call.idempotency_key)


def read_book(call: Call) -> BookAtWallTime:
    """A17, A18: a time for the people who are named.

    Raises:
        Invalid: nobody is.
    """
    body: ConfirmedDetails = call.body
    if not body.people:
        raise Invalid(Fault("/customers", "required", "must name at least one person"))
    wanted = _wanted(call, len(body.people))
    return BookAtWallTime(wanted, _details(call), call.idempotency_key)


def read_withdraw(call: Call) -> WithdrawBooking:
    """A20: a booking to end."""
    return WithdrawBooking(call.path_id("id"), call.idempotency_key)


def respond_reserved(tx: AccountTx, call: Call, reservation: Reservation) -> Response:
    """The reservation."""
    shown = calendar_catalogue(tx, call)
    return bare(shown, call, reservation_shown(shown, reservation))


def respond_booked(tx: AccountTx, call: Call, appointment: Appointment) -> Response:
    """The appointment."""
    shown = calendar_catalogue(tx, call)
    return bare(shown, call, appointment_shown(shown, call, appointment))


def respond_booking(tx: AccountTx, call: Call, found: Appointment | Reservation) -> Response:
    """A19: whichever it is."""
    shown = calendar_catalogue(tx, call)
    if isinstance(found, Reservation):
        return named(shown, call, "appointment", reservation_shown(shown, found))
    return named(shown, call, "appointment", appointment_shown(shown, call, found))


def respond_withdrawn(_tx: AccountTx, _call: Call, _value: None) -> Response:
    """It is ended."""
    return no_content({"Cache-Control": "no-store"})


def pointers_of(call: Call) -> Pointers:
    """Where the fields of a booking stand in a request."""
    body = call.body
    flat = not getattr(body, "customers", None)
    customer = "/customer" if flat else "/customers/0"
    named_services = "/services" if hasattr(body, "services") else ""
    people = "/numberOfCustomers" if not isinstance(body, ConfirmedDetails) else "/customers"
    return {
        "customer": customer,
        "customer.phone_number": f"{customer}/phone",
        "services": named_services,
        "party": people,
    }


def _wanted(call: Call, party: int) -> WallTimeRequest:
    if "service" in call.path:
        ids = service_ids(call)
    else:
        ids = tuple(service.publicId.lower() for service in call.body.services)
    return WallTimeRequest(call.path_id("branch"), ids, party, date_of(call), minutes_of(call))


def _details(call: Call) -> AppointmentDetails:
    """The first who is named is the customer; the others only count."""
    body: ConfirmedDetails = call.body
    person = body.people[0] if body.people else NOBODY
    return AppointmentDetails(
        customer=Customer(
            identifier=_identifier(person.externalId),
            first_name=person.firstName,
            last_name=person.lastName,
            email=person.email,
            phone_number=person.phone,
            date_of_birth=person.dateOfBirth,
        ),
        needs=NEEDS_NOTHING,
        answers=(),
        notes=body.notes,
        origin=_ORIGIN,
        language=lambda locales: languages.choose(call.languages, tuple(locales)),
        particulars=_particulars(body, person),
    )


def _identifier(external_id: str | None) -> str | None:
    """The identifier that an external id reads as, if it does."""
    if external_id is None:
        return None
    try:
        return customers.identifier(external_id)
    except FieldRefused:
        return None


def _particulars(body: ConfirmedDetails, person: CalendarCustomer) -> dict[str, Any] | None:
    said = {
        "title": body.title,
        "custom": body.custom,
        "externalId": person.externalId,
        "identificationNumber": person.identificationNumber,
        "address": address_of(person) or None,
        "customerCustom": person.custom,
    }
    return {name: value for name, value in said.items() if value is not None} or None
