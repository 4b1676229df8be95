"""What the booking API alone responds. Member names are the published ones."""

from typing import Annotated

from pydantic import WithJsonSchema

from openslot.scheduling.availability.availability import REASONS
from openslot.scheduling.model.reservation import RESERVED
from openslot.web.api.appointment_responses import SlotResponse
from openslot.web.api.catalogue_responses import BranchResponse, ResourceResponse, ServiceResponse
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid, described


class BranchServices(ApiResponse):
    """A branch and what it offers."""

    branch: BranchResponse
    services: list[ServiceResponse]


class ServiceGroupResponse(ApiResponse):
    """A heading and the services under it."""

    id: Uuid
    name: str
    services: list[ServiceResponse]


class DetailedSlot(SlotResponse):
    """With `include`: whether it is available, why not, and how many more would fit."""

    available: bool
    reason: Annotated[str | None, described(enum=list(REASONS))] = None
    remaining: Annotated[int | None, WithJsonSchema({"type": "integer", "minimum": 0})] = None


AnySlot = SlotResponse | DetailedSlot


class ReservationResponse(ApiResponse):
    """A hold on a slot until `expiresAt`; its id becomes the appointment's."""

    appointmentId: Uuid
    status: Annotated[str, described(const=RESERVED)]
    expiresAt: Timestamp
    timeSlot: SlotResponse
    service: ServiceResponse
    services: list[ServiceResponse]
    branch: BranchResponse
    numberOfReservations: int
    resources: list[ResourceResponse]


class CombinationsOfType(ApiResponse):
    """What can be booked together of the services that need one resource type.

    There is one of these for every set that the branch has combined, and one where there is none.
    """

    resourceTypeId: Uuid
    combinableServices: list[Uuid]  # could be combined, but the branch has not done so
    unCombinableServices: list[Uuid]  # nothing here can be combined with them
    combinedServices: list[Uuid]  # any of these may be booked together, in any order


class BranchCombinations(ApiResponse):
    """A branch and its combinations."""

    branchId: Uuid
    serviceCombinations: list[CombinationsOfType]
