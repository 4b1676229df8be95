"""An appointment as the APIs show it."""

from typing import Annotated

from pydantic import Field

from openslot.scheduling.model.appointment import STATUSES, Appointment
from openslot.web.api.catalogue_responses import BranchResponse, ResourceResponse, ServiceResponse
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.api.response_model import ApiResponse, DateText, Timestamp, Uuid, described
from openslot.web.api.times import millis_text, minute_text


class SlotResponse(ApiResponse):
    """A start and end that a reservation would get. More members only when they were asked for."""

    startTime: Timestamp
    endTime: Timestamp


class CustomerResponse(ApiResponse):
    """Who comes; null once erased."""

    firstName: str | None
    lastName: str | None
    phoneNumber: str | None
    email: str | None
    dateOfBirth: DateText | None


class QuestionAnswer(ApiResponse):
    """An answer that the customer gave."""

    id: Uuid
    answer: str


class AppointmentResponse(ApiResponse):
    """A confirmed reservation."""

    appointmentId: Uuid
    status: Annotated[str, described(enum=list(STATUSES))]
    version: Annotated[int, Field(ge=1)]
    timeSlot: SlotResponse
    customer: CustomerResponse
    service: ServiceResponse
    services: list[ServiceResponse]
    branch: BranchResponse
    numberOfReservations: int
    supportNotes: str | None
    informationQuestions: list[QuestionAnswer]
    resources: list[ResourceResponse]
    createdAt: Timestamp
    updatedAt: Timestamp
    title: str | None  # what a program calls it


def appointment_response(
    localized: LocalizedCatalogue, appointment: Appointment
) -> AppointmentResponse:
    """An appointment as the API shows it; the person's identifier is not shown."""
    placement = appointment.placement
    zone = localized.catalogue.branches[placement.branch_id].zone
    services = [localized.services[i] for i in placement.service_ids]
    person = appointment.customer or {}
    return AppointmentResponse(
        appointmentId=appointment.id,
        status=appointment.status,
        version=appointment.version,
        timeSlot=SlotResponse(
            startTime=minute_text(placement.start, zone), endTime=minute_text(placement.end, zone)
        ),
        customer=CustomerResponse(
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
            QuestionAnswer(id=a["id"], answer=a["answer"]) for a in appointment.answers or ()
        ],
        resources=[localized.resources[i] for i in placement.resource_ids],
        createdAt=millis_text(appointment.created_at, zone),
        updatedAt=millis_text(appointment.updated_at, zone),
        title=(appointment.particulars or {}).get("title"),
    )
