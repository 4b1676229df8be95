"""What staff send about appointments."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from openslot.kernel.fields import trimmed
from openslot.scheduling.model.appointment import STATUSES
from openslot.web.admin_api.queries import Flag
from openslot.web.api.person_requests import PersonWithAnswers
from openslot.web.api.slot_requests import Notes, Party, RangeBound, Services, TimeSlot
from openslot.web.http.paging import StartPageQuery
from openslot.web.http.request_parsing import Id, RequestModel


def _with_reason(reason: str | None, info: ValidationInfo) -> str | None:
    """Rules are broken for a reason only."""
    if info.data.get("override") and reason is None:
        raise PydanticCustomError("required", "says why the rules are broken")
    return reason


def _filled(text: object) -> object:
    if isinstance(text, str) and not trimmed(text):
        raise PydanticCustomError("string_too_short", "must not be empty")
    return text


Reason = Annotated[
    Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_filled)] | None,
    Field(validate_default=True),
    AfterValidator(_with_reason),
]


class ReasonedRequest(RequestModel):
    """With `override` rules are broken, which takes a scope of its own and a reason."""

    override: bool = False
    reason: Reason = None


def _one_of_both(service_id: str | None, info: ValidationInfo) -> str | None:
    """`serviceId`, or `services` for several; a fault of the latter has been told already."""
    if "services" not in info.data:
        return service_id
    services = info.data["services"]
    if service_id is None and services is None:
        raise PydanticCustomError("required", "names the service; several are named in services")
    if service_id is not None and services is not None:
        raise PydanticCustomError("invalid_value", "cannot stand beside services")
    return service_id


# How long this appointment takes, whatever its services say. It takes the scope for overrides.
OwnMinutes = Annotated[int, Field(ge=1, le=1440)]


class TellingRequest(RequestModel):
    """With `notify: false` the customer is not told of it; reminders stay."""

    notify: bool = True


def _unless_walk_in(value: object, info: ValidationInfo) -> object:
    if value is None and not info.data.get("walkIn"):
        raise PydanticCustomError("required", "may be left out of a walk-in alone")
    return value


def _no_walk_in(slot: TimeSlot | None, info: ValidationInfo) -> TimeSlot | None:
    if slot is not None and info.data.get("walkIn"):
        raise PydanticCustomError("invalid_value", "cannot stand beside walkIn, which is now")
    return slot


_REQUIRED = Field(validate_default=True, description="Required except of a walk-in")


class BookingRequest(ReasonedRequest, TellingRequest):
    """A reservation request with its customer: it is confirmed at once.

    A walk-in (`walkIn: true`) has no `timeSlot`: it is now, or at the next free time today. Of its
    customer nothing is required.
    """

    walkIn: bool = False
    services: Services | None = None
    serviceId: Annotated[Id | None, Field(validate_default=True), AfterValidator(_one_of_both)] = (
        None
    )
    branchId: Id
    timeSlot: Annotated[
        TimeSlot | None, _REQUIRED, AfterValidator(_no_walk_in), AfterValidator(_unless_walk_in)
    ] = None
    customer: Annotated[PersonWithAnswers | None, _REQUIRED, AfterValidator(_unless_walk_in)] = None
    numberOfReservations: Party = 1
    requestedResourceId: Id | None = None
    notes: Notes | None = None
    language: Annotated[str, Field(min_length=1, max_length=35)] | None = None
    durationMinutes: OwnMinutes | None = None


class PlaceRequest(ReasonedRequest, TellingRequest):
    """Where an appointment is to go; without `resourceId` any resource that has room.

    `durationMinutes: null` gives it the length of its services back; without it the length stays.
    """

    timeSlot: TimeSlot
    resourceId: Id | None = None
    durationMinutes: OwnMinutes | None = None


class CancelRequest(ReasonedRequest, TellingRequest):
    """With `override` after the cut-off too."""


class UndoRequest(TellingRequest):
    """What is taken back is the latest change of state."""


class NotesRequest(RequestModel):
    """The notes from now on; an empty text removes them."""

    notes: Notes


class AppointmentsQuery(StartPageQuery):
    """Which appointments; a date counts at the branch that is named beside it."""

    from_: Annotated[RangeBound | None, Field(alias="from")] = None
    to: RangeBound | None = None
    branch: Id | None = None
    service: Id | None = None
    resource: Id | None = None
    status: Literal[STATUSES] | None = None  # type: ignore[valid-type]
    stranded: Flag | None = None
    reference: Annotated[str, Field(max_length=64)] | None = None  # in any case
