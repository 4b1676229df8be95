"""What the interface responds: the member names that its programs read."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from openslot.web.api.response_model import ApiResponse, DateText, Uuid, described

Millis = Annotated[int, Field(ge=0, json_schema_extra={"description": "Milliseconds since 1970"})]
UtcText = Annotated[str, described(description="UTC: 2027-01-12T08:00:00.000+0000")]
Nothing = Annotated[None, WithJsonSchema({"type": "null"})]


class GroupedService(ApiResponse):
    """Something bookable, as groups have it; whole minutes."""

    publicId: Uuid
    name: str
    duration: int
    additionalCustomerDuration: int
    custom: str | None


class CalendarService(GroupedService):
    """Something bookable."""

    active: bool = True
    publicEnabled: bool = True
    created: Millis
    updated: Millis


class CalendarBranch(ApiResponse):
    """A place with one time zone."""

    publicId: Uuid
    name: str
    timeZone: str
    fullTimeZone: str
    addressLine1: str | None
    addressLine2: Nothing = None
    addressZip: str | None
    addressCity: str | None
    addressState: Nothing = None
    addressCountry: str | None
    phone: str | None
    email: str | None
    latitude: float | None
    longitude: float | None
    branchPrefix: Nothing = None
    custom: Nothing = None
    created: Millis
    updated: Millis


class Meta(ApiResponse):
    """How much there is, and the matrix parameters as they were sent."""

    start: str = ""
    end: str = ""
    totalResults: int
    offset: Nothing = None
    limit: Nothing = None
    fields: str = ""
    arguments: dict[str, str]


class Notified(ApiResponse):
    """What stands beside everything that has a name."""

    notifications: list[Any] = Field(default=[], max_length=0)
    meta: Meta


class ServiceList(Notified):
    """Services."""

    serviceList: list[CalendarService]


class BranchList(Notified):
    """Branches."""

    branchList: list[CalendarBranch]


class OneBranch(Notified):
    """A branch."""

    branch: CalendarBranch


class AvailableBranches(Notified):
    """Branches, under the name of one."""

    branch: list[CalendarBranch]


class Dates(Notified):
    """Dates that have a time, at midnight."""

    dates: list[Annotated[str, described(description="2027-01-12T00:00:00")]]


class Times(Notified):
    """Times of a date."""

    times: list[Annotated[str, described(pattern="^[0-2][0-9]:[0-5][0-9]$")]]


class CalendarServiceGroup(ApiResponse):
    """Services that can be booked in one appointment."""

    services: list[GroupedService]


class BranchGroups(ApiResponse):
    """A branch and what can be booked together there."""

    branchPublicId: Uuid
    branchName: str
    serviceGroups: list[CalendarServiceGroup]


class BookedResource(ApiResponse):
    """Who or what serves."""

    name: str
    custom: Nothing = None


class ShownCustomer(ApiResponse):
    """Who comes; what is not there, or not for this API key, is null."""

    publicId: str | None
    firstName: str | None
    lastName: str | None
    name: str
    email: str | None
    phone: str | None
    addressLine1: str | None
    addressLine2: str | None
    addressCity: str | None
    addressState: str | None
    addressZip: str | None
    addressCountry: str | None
    identificationNumber: str | None
    externalId: str | None
    dateOfBirthWithoutTime: DateText | None
    dateOfBirth: int | None  # milliseconds since 1970, at midnight in UTC
    custom: str | None
    created: Millis
    updated: Millis
    consentIdentifier: Nothing = None
    consentTimestamp: Nothing = None
    retentionPolicy: Nothing = None
    lastInteractionTimestamp: Nothing = None
    deletionTimestamp: Nothing = None


class CalendarAppointment(ApiResponse):
    """An appointment, or a reservation that may become one."""

    publicId: Uuid
    status: Annotated[int, Field(json_schema_extra={"enum": [10, 20, 54]})]
    title: str
    notes: str | None
    custom: str | None
    start: UtcText
    end: UtcText
    services: list[CalendarService]
    branch: CalendarBranch
    resource: BookedResource | None
    customers: list[ShownCustomer]
    numberOfCustomers: int
    allDay: bool = False
    blocking: bool = False
    customSlotLength: Nothing = None
    created: Millis
    updated: Millis


class OneAppointment(Notified):
    """An appointment or a reservation."""

    appointment: CalendarAppointment


class AppointmentList(Notified):
    """Appointments by start."""

    appointmentList: list[CalendarAppointment]


class CalendarProblem(BaseModel):
    """What went wrong, and what to change."""

    msg: str
