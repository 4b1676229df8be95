"""What the booking API answers. Member names are the published ones."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from openslot.scheduling.availability.availability import REASONS
from openslot.scheduling.model.appointment import STATUSES
from openslot.scheduling.model.reservation import RESERVED


def _text(**schema: Any) -> WithJsonSchema:
    """How OpenAPI describes a text. It is made here, so it is not checked on the way out."""
    return WithJsonSchema({"type": "string", **schema})


Uuid = Annotated[str, _text(format="uuid")]
Timestamp = Annotated[str, _text(format="date-time", description="RFC 3339, the branch's offset")]
DateText = Annotated[str, _text(format="date")]
AppointmentStatus = Annotated[str, _text(enum=list(STATUSES))]
ReservationStatus = Annotated[str, _text(const=RESERVED)]


class Answer(BaseModel):
    """A closed object: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Address(Answer):
    """Where a branch is; a part that the account has not given is null."""

    streetName: str | None
    zipCode: str | None
    city: str | None
    country: str | None


class Location(Answer):
    """Where a branch is, in degrees (WGS 84)."""

    longitude: float
    latitude: float


class Branch(Answer):
    """A place with one time zone."""

    id: Uuid
    name: str
    timeZone: str
    address: Address | None
    location: Location | None


class GroupReference(Answer):
    """The heading a service stands under."""

    id: Uuid
    name: str


class Question(Answer):
    """What a customer is asked."""

    id: Uuid
    text: str
    required: bool


class ServiceConfig(Answer):
    """The rules of a service; whole minutes."""

    maxNumberOfReservations: int
    durationMinutes: int
    additionalCustomerMinutes: int
    slotStepMinutes: int
    dateOfBirthRequired: bool
    questions: list[Question]


class ServiceResource(Answer):
    """A resource that a customer may ask for."""

    id: Uuid
    name: str
    branchId: Uuid


class Service(Answer):
    """Something bookable."""

    id: Uuid
    name: str
    group: GroupReference | None
    config: ServiceConfig
    resources: list[ServiceResource]


class BranchServices(Answer):
    """A branch and what it offers."""

    branch: Branch
    services: list[Service]


class ServiceGroup(Answer):
    """A heading and the services under it."""

    id: Uuid
    name: str
    services: list[Service]


class Slot(Answer):
    """A start and end that a reservation would get. More members only when they were asked for."""

    startTime: Timestamp
    endTime: Timestamp


class DetailedSlot(Slot):
    """With `include`: whether it is available, why not, and how many more would fit."""

    available: bool
    reason: Annotated[str | None, _text(enum=list(REASONS))] = None
    remaining: Annotated[int | None, WithJsonSchema({"type": "integer", "minimum": 0})] = None


AnySlot = Slot | DetailedSlot


class Resource(Answer):
    """A resource that serves a booking."""

    id: Uuid
    name: str


class Reservation(Answer):
    """A hold on a slot until `expiresAt`; its id becomes the appointment's."""

    appointmentId: Uuid
    status: ReservationStatus
    expiresAt: Timestamp
    timeSlot: Slot
    service: Service
    services: list[Service]
    branch: Branch
    numberOfReservations: int
    resources: list[Resource]


class Customer(Answer):
    """Who comes; null once erased."""

    firstName: str | None
    lastName: str | None
    phoneNumber: str | None
    email: str | None
    dateOfBirth: DateText | None


class QuestionAnswer(Answer):
    """An answer that the customer gave."""

    id: Uuid
    answer: str


class Appointment(Answer):
    """A confirmed reservation."""

    appointmentId: Uuid
    status: AppointmentStatus
    version: Annotated[int, Field(ge=1)]
    timeSlot: Slot
    customer: Customer
    service: Service
    services: list[Service]
    branch: Branch
    numberOfReservations: int
    supportNotes: str | None
    informationQuestions: list[QuestionAnswer]
    resources: list[Resource]
    createdAt: Timestamp
    updatedAt: Timestamp


class CombinationsOfType(Answer):
    """What can be booked together of the services that need one resource type.

    There is one of these for every set that the branch has combined, and one where there is none.
    """

    resourceTypeId: Uuid
    combinableServices: list[Uuid]  # could be combined, but the branch has not done so
    unCombinableServices: list[Uuid]  # nothing here can be combined with them
    combinedServices: list[Uuid]  # any of these may be booked together, in any order


class BranchCombinations(Answer):
    """A branch and its combinations."""

    branchId: Uuid
    serviceCombinations: list[CombinationsOfType]
