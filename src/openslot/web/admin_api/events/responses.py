"""An event as the admin API and webhooks show it."""

from typing import Annotated, Any

from pydantic import Field

from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid, described


class EventTimeSlot(ApiResponse):
    """From when to when, with the branch's offset."""

    startTime: Timestamp
    endTime: Timestamp


class EventCalendar(ApiResponse):
    """The calendar object that belongs to the appointment (RFC 5545 §3.8.4.7, §3.8.7.4)."""

    uid: str
    sequence: Annotated[int, Field(ge=0)]


class EventActor(ApiResponse):
    """Who did it: a client, a user or the operator."""

    type: str
    id: str


class EventData(ApiResponse):
    """How things stand after the change. It names nobody."""

    account: str
    appointmentId: Uuid
    version: Annotated[int, Field(ge=0)]
    status: str
    branchId: Uuid
    serviceIds: list[Uuid]
    resourceIds: list[Uuid]
    numberOfReservations: Annotated[int, Field(ge=1)]
    timeSlot: EventTimeSlot
    calendar: EventCalendar | None  # null: of a reservation
    actor: EventActor
    previous: dict[str, Any]  # former values of what changed
    changed: list[str]  # customer, notes or timeZone


class EventResponse(ApiResponse):
    """Something that happened to a booking."""

    id: Uuid
    type: str
    timestamp: Annotated[str, described(format="date-time", description="RFC 3339, in UTC")]
    data: EventData
