"""What the booking API takes."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.scheduling.model.appointment import STATUSES
from openslot.web.api.person_requests import Answers, ConfirmRequest, CustomerRequest, Identifier
from openslot.web.api.slot_requests import (
    MOST_SERVICES,
    Notes,
    Party,
    RangeBound,
    Services,
    TimeSlot,
)
from openslot.web.http.paging import BY_START
from openslot.web.http.request_parsing import Id, Instant, RequestModel, canonical_id

_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


class ReservationRequest(RequestModel):
    """A slot to hold."""

    serviceId: Id
    branchId: Id
    timeSlot: TimeSlot
    numberOfReservations: Party = 1
    requestedResourceId: Id | None = None
    notes: Notes | None = None
    rescheduledAppointmentId: Id | None = None


class CombinationReservationRequest(RequestModel):
    """A slot to hold for several services, one after the other."""

    services: Services
    branchId: Id
    timeSlot: TimeSlot
    requestedResourceId: Id | None = None
    notes: Notes | None = None
    rescheduledAppointmentId: Id | None = None


class NestedConfirmRequest(RequestModel):
    """The same under `customer`."""

    customer: ConfirmRequest
    informationQuestions: Answers = ()
    notes: Notes | None = None


class NestedCustomerRequest(RequestModel):
    """A customer under `customer`."""

    customer: CustomerRequest
    notes: Notes | None = None


Cursor = Annotated[
    str,
    AfterValidator(BY_START.checked),
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


def _whole_number(text: object) -> object:
    if isinstance(text, str):
        if not _NUMBER.fullmatch(text):
            raise PydanticCustomError("int_parsing", "must be a whole number")
        return int(text)
    return text


def _included(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if not names <= {"unavailable", "remaining"}:
        raise PydanticCustomError("invalid_value", "is a comma list of unavailable and remaining")
    return names


def _service_list(text: str) -> tuple[str, ...]:
    ids = tuple(canonical_id(part) for part in text.split(","))
    if len(ids) > MOST_SERVICES:
        raise PydanticCustomError("too_long", "has at most 20 services")
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("invalid_value", "names a service twice")
    return ids


Number = BeforeValidator(_whole_number)


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


ServiceIds = Annotated[
    tuple[str, ...],
    BeforeValidator(_service_list),
    WithJsonSchema({"type": "string", "pattern": "^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36}){0,19}$"}),
]


class CombinationListingQuery(ListingQuery):
    """The services, in the order in which they are served."""

    serviceIds: ServiceIds


class CombinationSlotsQuery(SlotsQuery):
    """The same, and what to list beside the bookable starts."""

    serviceIds: ServiceIds
