"""Reserve, look at and release a reservation."""

from typing import Any

from openslot.kernel.errors import InvalidValue
from openslot.scheduling.booking import reservations
from openslot.scheduling.booking.reservations import Wanted
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.times import millis_text, minute_text
from openslot.web.booking_api import responses
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

_COMBINED_POINTERS = {
    "party": "/services/0/numberOfReservations",
    "services": "/services",
    "resource": "/requestedResourceId",
    "end": "/timeSlot/endTime",
}


class PartyDiffers(InvalidValue):
    """The same people come for all services of one appointment: send one number for all."""

    code = "party_differs"
    title = "All services of one appointment are for the same number of people"


def reserve(tx: AccountTx, call: Call) -> Response:
    """Holds a slot of one service."""
    body: Any = call.body
    return _reserved(tx, call, _wanted(body, (body.serviceId,), body.numberOfReservations))


def reserve_combination(tx: AccountTx, call: Call) -> Response:
    """Holds a slot of several services."""
    body: Any = call.body
    ids = tuple(service.id for service in body.services)
    party = body.services[0].numberOfReservations
    for place, service in enumerate(body.services):
        if service.numberOfReservations != party:
            raise PartyDiffers(f"/services/{place}/numberOfReservations")
    return _reserved(tx, call, _wanted(body, ids, party, pointers=_COMBINED_POINTERS))


def _wanted(body: Any, service_ids: tuple[str, ...], party: int, **more: Any) -> Wanted:
    return Wanted(
        branch_id=body.branchId,
        service_ids=service_ids,
        party=party,
        start=body.timeSlot.startTime,
        end=body.timeSlot.endTime,
        resource_id=body.requestedResourceId,
        notes=body.notes,
        replaces=body.rescheduledAppointmentId,
        **more,
    )


def _reserved(tx: AccountTx, call: Call, wanted: Wanted) -> Response:
    most = call.settings.max_live_reservations_per_client
    reservation = reservations.reserve(tx, call.actor, wanted, call.idempotency_key, most)
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    location = f"{call.settings.public_url}/external/v1/reservations/{reservation.id}"
    headers = {"Location": location, **language_headers(localized)}
    return json_response(reservation_response(localized, reservation), 201, headers)


def get(tx: AccountTx, call: Call) -> Response:
    """A live reservation of one's own."""
    reservation = reservations.get(tx, call.actor, call.path_id("appointmentId"))
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    return json_response(
        reservation_response(localized, reservation), headers=language_headers(localized)
    )


def release(tx: AccountTx, call: Call) -> Response:
    """Gives a slot back."""
    reservations.release(tx, call.actor, call.path_id("appointmentId"), call.idempotency_key)
    return no_content()


def reservation_response(
    localized: LocalizedCatalogue, reservation: Reservation
) -> responses.Reservation:
    """A reservation as the API shows it."""
    placement = reservation.placement
    zone = localized.catalogue.branches[placement.branch_id].zone
    services = [localized.services[i] for i in placement.service_ids]
    return responses.Reservation(
        appointmentId=reservation.id,
        status=reservation.status,
        expiresAt=millis_text(reservation.expires_at, zone),
        timeSlot=responses.Slot(
            startTime=minute_text(placement.start, zone), endTime=minute_text(placement.end, zone)
        ),
        service=services[0],
        services=services,
        branch=localized.branches[placement.branch_id],
        numberOfReservations=placement.party,
        resources=[localized.resources[i] for i in placement.resource_ids],
    )
