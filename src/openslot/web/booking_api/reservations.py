"""Reserve, look at and release a reservation."""

from collections.abc import Mapping
from typing import Any

from openslot.scheduling.actions import Release, Reserve
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.model.reservation import Reservation
from openslot.storage.transactions import AccountTx
from openslot.web.api.appointment_responses import SlotResponse
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.slot_requests import party_of
from openslot.web.api.times import millis_text, minute_text
from openslot.web.booking_api import responses
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call


def read_reserve(call: Call) -> Reserve:
    """A slot of one service."""
    body: Any = call.body
    return _reserve(call, (body.serviceId,), body.numberOfReservations)


def read_reserve_combination(call: Call) -> Reserve:
    """A slot of several services."""
    body: Any = call.body
    ids = tuple(service.id for service in body.services)
    return _reserve(call, ids, party_of(body.services))


def _reserve(call: Call, service_ids: tuple[str, ...], party: int) -> Reserve:
    body: Any = call.body
    wanted = SlotRequest(
        branch_id=body.branchId,
        service_ids=service_ids,
        party=party,
        start=body.timeSlot.startTime,
        end=body.timeSlot.endTime,
        resource_id=body.requestedResourceId,
        notes=body.notes,
        replaces=body.rescheduledAppointmentId,
    )
    most_live = call.settings.max_live_reservations_per_client
    return Reserve(wanted, call.idempotency_key, most_live)


def read_release(call: Call) -> Release:
    """A reservation to end."""
    return Release(call.path_id("appointmentId"), call.idempotency_key)


def made(tx: AccountTx, call: Call, reservation: Reservation) -> Response:
    """A new reservation, and where it is."""
    location = f"{call.settings.public_url}/external/v1/reservations/{reservation.id}"
    return _shown(tx, call, reservation, {"Location": location})


def shown(tx: AccountTx, call: Call, reservation: Reservation) -> Response:
    """A reservation."""
    return _shown(tx, call, reservation, {})


def _shown(
    tx: AccountTx, call: Call, reservation: Reservation, headers: Mapping[str, str]
) -> Response:
    localized = localized_catalogue(tx, call.languages)
    return json_response(
        reservation_response(localized, reservation),
        call.route.returns.status,
        {**headers, **language_headers(localized)},
    )


def reservation_response(
    localized: LocalizedCatalogue, reservation: Reservation
) -> responses.ReservationResponse:
    """A reservation as the API shows it."""
    placement = reservation.placement
    zone = localized.catalogue.branches[placement.branch_id].zone
    services = [localized.services[i] for i in placement.service_ids]
    return responses.ReservationResponse(
        appointmentId=reservation.id,
        status=reservation.status,
        expiresAt=millis_text(reservation.expires_at, zone),
        timeSlot=SlotResponse(
            startTime=minute_text(placement.start, zone), endTime=minute_text(placement.end, zone)
        ),
        service=services[0],
        services=services,
        branch=localized.branches[placement.branch_id],
        numberOfReservations=placement.party,
        resources=[localized.resources[i] for i in placement.resource_ids],
    )
