"""What the booking API takes."""

import base64
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.scheduling.model import customers
from openslot.scheduling.model.appointment import STATUSES
from openslot.scheduling.views.listings import Bound
from openslot.web.http.request_parsing import (
    FIRST_YEAR,
    LAST_YEAR,
    Id,
    Instant,
    RequestModel,
    canonical_id,
    read_instant,
    ruled,
)

_MOST_SERVICES = 20
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PLACE = re.compile(r"(-?\d{1,9})\.([0-9a-f-]{36})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
_MOST_PARTY = 100_000  # far above any service's maximum, which is the limit that counts

Notes = Annotated[str, Field(max_length=2048)]
Party = Annotated[int, Field(ge=1, le=_MOST_PARTY)]


class TimeSlot(RequestModel):
    """A start; the end, if sent, has to be the computed one."""

    startTime: Instant
    endTime: Instant | None = None


class ReservationRequest(RequestModel):
    """A slot to hold."""

    serviceId: Id
    branchId: Id
    timeSlot: TimeSlot
    numberOfReservations: Party = 1
    requestedResourceId: Id | None = None
    notes: Notes | None = None
    rescheduledAppointmentId: Id | None = None


class ServiceOfCombination(RequestModel):
    """One of the services, with the party, which is the same for all."""

    id: Id
    numberOfReservations: Party = 1


def _each_once(services: list[ServiceOfCombination]) -> list[ServiceOfCombination]:
    if len({service.id for service in services}) < len(services):
        raise PydanticCustomError("invalid_value", "names a service twice")
    return services


class CombinationReservationRequest(RequestModel):
    """A slot to hold for several services, one after the other."""

    services: Annotated[
        list[ServiceOfCombination],
        Field(min_length=1, max_length=_MOST_SERVICES),
        AfterValidator(_each_once),
    ]
    branchId: Id
    timeSlot: TimeSlot
    requestedResourceId: Id | None = None
    notes: Notes | None = None
    rescheduledAppointmentId: Id | None = None


def _phone_text(value: object) -> object:
    """A JSON integer is taken as the text of its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Identifier = Annotated[
    str,
    ruled(customers.identifier),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([A-Za-z0-9]{10,48}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        }
    ),
]
Name = Annotated[
    str, ruled(customers.name), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 255})
]
Email = Annotated[
    str,
    ruled(customers.email),
    WithJsonSchema({"type": "string", "format": "email", "minLength": 1, "maxLength": 255}),
]
Phone = Annotated[
    str,
    Field(min_length=1, max_length=255),
    BeforeValidator(_phone_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 255},
                {"type": "integer", "minimum": 0},
            ]
        }
    ),
]
BirthDate = Annotated[
    str, ruled(customers.birth_date), WithJsonSchema({"type": "string", "format": "date"})
]


class GivenAnswer(RequestModel):
    """The answer to one of the service's questions."""

    id: Id
    answer: Annotated[str, Field(max_length=2048)]


Answers = Annotated[tuple[GivenAnswer, ...], Field(max_length=100, strict=False)]


class CustomerRequest(RequestModel):
    """Who comes."""

    personalIdentifier: Identifier
    firstName: Name
    lastName: Name
    email: Email
    phoneNumber: Phone | None = None
    dateOfBirth: BirthDate | None = None
    notes: Notes | None = None


class ConfirmRequest(CustomerRequest):
    """Who comes, and what they answer to the service's questions."""

    informationQuestions: Answers = ()


class NestedConfirmRequest(RequestModel):
    """The same under `customer`."""

    customer: ConfirmRequest
    informationQuestions: Answers = ()
    notes: Notes | None = None


class NestedCustomerRequest(RequestModel):
    """A customer under `customer`."""

    customer: CustomerRequest
    notes: Notes | None = None


def _cursor(text: str) -> str:
    """A place in the list, `start.id`, as `cursor_of` writes it."""
    try:
        place = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
    except ValueError:
        place = ""
    if not _PLACE.fullmatch(place):
        raise PydanticCustomError("invalid_value", "is not a cursor of this API")
    return place


def cursor_of(start: Minute, appointment_id: str) -> str:
    """The cursor that continues a list after an appointment."""
    place = f"{start}.{appointment_id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


Cursor = Annotated[
    str,
    AfterValidator(_cursor),
    WithJsonSchema({"type": "string", "maxLength": 200, "description": "From a Link header"}),
]


class MoveRequest(RequestModel):
    """The reservation that the appointment is to take the place of."""

    reservationId: Id


class SearchedCustomer(RequestModel):
    """The person whose appointments are looked for."""

    personalIdentifier: Identifier


class SearchRequest(RequestModel):
    """One person's appointments, newest start first; cancelled ones only when asked for."""

    customer: SearchedCustomer
    status: Literal[STATUSES] | None = None  # type: ignore[valid-type]
    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


class SearchQuery(RequestModel):
    """Where a `Link` header points: the next page, asked for with the same body."""

    cursor: Cursor | None = None


# Queries: every value arrives as text.

_DATE_OR_INSTANT = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}


def _bound(text: str) -> Bound:
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("invalid_time", "is not a date of the calendar") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise PydanticCustomError("invalid_time", "is not a date of the calendar")
        return day
    return read_instant(text)


def _whole_number(text: object) -> object:
    if isinstance(text, str):
        if not _NUMBER.fullmatch(text):
            raise PydanticCustomError("int_parsing", "has to be a whole number")
        return int(text)
    return text


def _included(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if not names <= {"unavailable", "remaining"}:
        raise PydanticCustomError("invalid_value", "is a comma list of unavailable and remaining")
    return names


def _service_list(text: str) -> tuple[str, ...]:
    ids = tuple(canonical_id(part) for part in text.split(","))
    if len(ids) > _MOST_SERVICES:
        raise PydanticCustomError("too_long", "has at most 20 services")
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("invalid_value", "names a service twice")
    return ids


Number = BeforeValidator(_whole_number)
RangeBound = Annotated[Minute | date, BeforeValidator(_bound), WithJsonSchema(_DATE_OR_INSTANT)]


class ListingQuery(RequestModel):
    """The range and the party; `to` is exclusive."""

    from_: Annotated[RangeBound | None, Field(alias="from")] = None
    to: RangeBound | None = None
    numberOfReservations: Annotated[Party, Number] = 1
    requestedResourceId: Id | None = None
    rescheduledAppointmentId: Id | None = None
    reservationId: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100_000), Number] | None = None


class SlotsQuery(ListingQuery):
    """What to list beside the bookable starts."""

    include: Annotated[
        frozenset[str],
        BeforeValidator(_included),
        WithJsonSchema(
            {"type": "string", "pattern": "^(unavailable|remaining)(,(unavailable|remaining))*$"}
        ),
    ] = frozenset()


class CombinationSlotsQuery(SlotsQuery):
    """The services, in the order in which they are served."""

    serviceIds: Annotated[
        tuple[str, ...],
        BeforeValidator(_service_list),
        WithJsonSchema(
            {"type": "string", "pattern": "^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36}){0,19}$"}
        ),
    ]
