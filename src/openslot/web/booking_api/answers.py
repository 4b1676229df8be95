"""What the booking API answers. Member names are the published ones."""

from pydantic import BaseModel, ConfigDict


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

    id: str
    name: str
    timeZone: str
    address: Address | None
    location: Location | None


class GroupReference(Answer):
    """The heading a service stands under."""

    id: str
    name: str


class Question(Answer):
    """What a customer is asked."""

    id: str
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

    id: str
    name: str
    branchId: str


class Service(Answer):
    """Something bookable."""

    id: str
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

    id: str
    name: str
    services: list[Service]


class Slot(Answer):
    """A start and end that a reservation would get. More members only when they were asked for."""

    startTime: str
    endTime: str


class DetailedSlot(Slot):
    """With `include`: whether it is available, why not, and how many more would fit."""

    available: bool
    reason: str | None = None
    remaining: int | None = None


AnySlot = Slot | DetailedSlot


class Resource(Answer):
    """A resource that serves a booking."""

    id: str
    name: str


class Reservation(Answer):
    """A hold on a slot until `expiresAt`; its id becomes the appointment's."""

    appointmentId: str
    status: str
    expiresAt: str
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
    dateOfBirth: str | None


class QuestionAnswer(Answer):
    """An answer that the customer gave."""

    id: str
    answer: str


class Appointment(Answer):
    """A confirmed reservation."""

    appointmentId: str
    status: str
    version: int
    timeSlot: Slot
    customer: Customer
    service: Service
    services: list[Service]
    branch: Branch
    numberOfReservations: int
    supportNotes: str | None
    informationQuestions: list[QuestionAnswer]
    resources: list[Resource]
    createdAt: str
    updatedAt: str


class CombinationsOfType(Answer):
    """Which services of a branch that need a resource type can be booked together."""

    resourceTypeId: str
    combinableServices: list[Service]
    unCombinableServices: list[Service]
    combinedServices: list[list[str]]  # the sets, as service ids; any subset may be booked


class BranchCombinations(Answer):
    """A branch and its combinations."""

    branchId: str
    serviceCombinations: list[CombinationsOfType]
