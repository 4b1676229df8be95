"""Absences of a resource: leave or illness, and where those go whom it was to serve."""

from typing import Annotated, Any

from pydantic import Field

from openslot.scheduling.block_actions import AbsenceEntry
from openslot.scheduling.booking.absences import Absence, AbsenceOutcome
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.staff.blocks import BlockRequest
from openslot.web.api.appointment_responses import SlotResponse
from openslot.web.api.catalogue_responses import ResourceResponse
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.response_model import ApiResponse, Uuid
from openslot.web.api.times import minute_text
from openslot.web.http.request_parsing import Id
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/resources/{resourceId}/absences"


class AbsenceRequest(BlockRequest):
    """The time in which the resource is away, and the appointments to move: by default all in it.

    With `notify: false` their customers are not told.
    """

    appointments: Annotated[list[Id], Field(max_length=10_000)] | None = None
    notify: bool = True


class MovedAppointment(ApiResponse):
    """Where an appointment is now, or would be."""

    appointmentId: Uuid
    timeSlot: SlotResponse
    resources: list[ResourceResponse]


class AbsenceResponse(ApiResponse):
    """What became of the appointments in the time, or with `dryRun=true` would."""

    blockId: Uuid | None  # null: nothing was done
    moved: list[MovedAppointment]
    stranded: list[Uuid]  # those that stay: listed with stranded=true


def read_absence(call: Call) -> AbsenceEntry:
    """When a resource is away."""
    body: Any = call.body
    absence = Absence(
        resource_id=call.path_id("resourceId"),
        start=body.startTime,
        end=body.endTime,
        reason=body.reason,
        appointment_ids=None if body.appointments is None else frozenset(body.appointments),
    )
    return AbsenceEntry(absence, call.idempotency_key, body.notify)


def respond_entered(tx: AccountTx, call: Call, outcome: AbsenceOutcome) -> Response:
    """What became of whom."""
    localized = localized_catalogue(tx, call.languages)
    shown = AbsenceResponse(
        blockId=None if call.dry_run else outcome.block.id,
        moved=[_moved(localized, one) for one in outcome.moved],
        stranded=outcome.stranded,
    )
    return json_response(
        shown, headers={"Cache-Control": "no-store", **language_headers(localized)}
    )


def _moved(localized: LocalizedCatalogue, appointment: Appointment) -> MovedAppointment:
    placement = appointment.placement
    zone = localized.catalogue.branches[placement.branch_id].zone
    return MovedAppointment(
        appointmentId=appointment.id,
        timeSlot=SlotResponse(
            startTime=minute_text(placement.start, zone), endTime=minute_text(placement.end, zone)
        ),
        resources=[localized.resources[id_] for id_ in placement.resource_ids],
    )
