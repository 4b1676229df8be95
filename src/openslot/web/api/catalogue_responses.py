"""Branches, services and resources as the APIs show them, in one language."""

from openslot.web.api.response_model import ApiResponse, Uuid


class AddressResponse(ApiResponse):
    """Where a branch is; a part that the account has not given is null."""

    streetName: str | None
    zipCode: str | None
    city: str | None
    country: str | None


class LocationResponse(ApiResponse):
    """Where a branch is, in degrees (WGS 84)."""

    longitude: float
    latitude: float


class BranchResponse(ApiResponse):
    """A place with one time zone."""

    id: Uuid
    name: str
    timeZone: str
    address: AddressResponse | None
    location: LocationResponse | None
    phone: str | None
    email: str | None


class GroupReference(ApiResponse):
    """The heading a service stands under."""

    id: Uuid
    name: str


class QuestionResponse(ApiResponse):
    """What a customer is asked."""

    id: Uuid
    text: str
    required: bool


class ServiceConfig(ApiResponse):
    """The rules of a service; whole minutes."""

    maxNumberOfReservations: int
    durationMinutes: int
    additionalCustomerMinutes: int
    slotStepMinutes: int
    dateOfBirthRequired: bool
    questions: list[QuestionResponse]


class ServiceResource(ApiResponse):
    """A resource that a customer may ask for."""

    id: Uuid
    name: str
    branchId: Uuid


class ServiceResponse(ApiResponse):
    """Something bookable."""

    id: Uuid
    name: str
    group: GroupReference | None
    config: ServiceConfig
    resources: list[ServiceResource]


class ResourceResponse(ApiResponse):
    """A resource that serves a booking."""

    id: Uuid
    name: str
