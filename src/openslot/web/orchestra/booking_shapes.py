"""Appointments, reservations and customers as the interface shows them."""

from datetime import UTC, datetime
from typing import Any

from openslot.kernel.clock import Minute, instant_of_minute, millis_of
from openslot.scheduling.model.appointment import NO_SHOW, Appointment
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.reservation import Reservation
from openslot.web.http.route import Call
from openslot.web.orchestra.responses import (
    BookedResource,
    CalendarAppointment,
    ShownCustomer,
)
from openslot.web.orchestra.shapes import CalendarCatalogue

_RESERVED, _BOOKED, _DID_NOT_COME = 10, 20, 54
_PENDING = "Pending reservation"
_ADDRESS = {  # members here, and what they are stored as
    "addressLine1": "line1",
    "addressLine2": "line2",
    "addressCity": "city",
    "addressState": "state",
    "addressZip": "zipCode",
    "addressCountry": "country",
}


def appointment_shown(
    shown: CalendarCatalogue, call: Call, appointment: Appointment
) -> CalendarAppointment:
    """An appointment; its one customer stands there as often as people come."""
    placed = _placed(shown, appointment.placement)
    particulars = appointment.particulars or {}
    names = ", ".join(service.name for service in placed["services"])
    customer = customer_shown(call, appointment)
    people = [] if customer is None else [customer] * appointment.placement.party
    return CalendarAppointment(
        **placed,
        publicId=appointment.id,
        status=_DID_NOT_COME if appointment.status == NO_SHOW else _BOOKED,
        title=particulars.get("title") or names,
        notes=appointment.notes,
        custom=particulars.get("custom"),
        customers=people,
        created=appointment.created_at,
        updated=appointment.updated_at,
    )


def reservation_shown(shown: CalendarCatalogue, reservation: Reservation) -> CalendarAppointment:
    """A reservation: an appointment that nobody has yet."""
    return CalendarAppointment(
        **_placed(shown, reservation.placement),
        publicId=reservation.id,
        status=_RESERVED,
        title=_PENDING,
        notes=None,
        custom=None,
        customers=[],
        created=reservation.created_at,
        updated=reservation.created_at,
    )


def customer_shown(call: Call, appointment: Appointment) -> ShownCustomer | None:
    """Who comes to an appointment; None once erased.

    What a program said beside the usual is for the client that said it, and for API keys that may
    look customers up.
    """
    person = appointment.customer
    if person is None or appointment.customer_id is None:
        return None
    particulars = appointment.particulars or {}
    if call.actor.id != appointment.client_id and not _looks_up(call):
        particulars = {}
    address = particulars.get("address", {})
    first, last = person.get("firstName"), person.get("lastName")
    born = person.get("dateOfBirth")
    return ShownCustomer(
        publicId=appointment.customer_id,
        firstName=first,
        lastName=last,
        name=" ".join(part for part in (first, last) if part),
        email=person.get("email"),
        phone=person.get("phoneNumber"),
        **{member: address.get(name) for member, name in _ADDRESS.items()},
        identificationNumber=particulars.get("identificationNumber"),
        externalId=particulars.get("externalId"),
        dateOfBirthWithoutTime=born,
        dateOfBirth=None if born is None else _midnight(born),
        custom=particulars.get("customerCustom"),
        created=appointment.created_at,
        updated=appointment.updated_at,
    )


def address_of(customer: Any) -> dict[str, str]:
    """The address of a customer in a request, as it is stored."""
    return {
        name: value
        for member, name in _ADDRESS.items()
        if (value := getattr(customer, member)) is not None
    }


def _looks_up(call: Call) -> bool:
    may: bool = call.query.api_key.content.customer_look_up
    return may


def _placed(shown: CalendarCatalogue, placement: Placement) -> dict[str, Any]:
    resources = [shown.localized.resources[i].name for i in placement.resource_ids]
    return {
        "start": _utc_text(placement.start),
        "end": _utc_text(placement.end),
        "services": shown.services_of(placement.service_ids),
        "branch": shown.branches[placement.branch_id],
        "resource": BookedResource(name=resources[0]) if resources else None,
        "numberOfCustomers": placement.party,
    }


def _utc_text(minute: Minute) -> str:
    return f"{instant_of_minute(minute).astimezone(UTC).isoformat()[:16]}:00.000+0000"


def _midnight(day: str) -> int:
    return millis_of(datetime.fromisoformat(day).replace(tzinfo=UTC))
