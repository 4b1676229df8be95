"""An appointment as staff see it, and its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from openslot.kernel.actor import Actor
from openslot.kernel.clock import minute_of
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.views.people_hidden import sees_people
from openslot.web.api.appointment_responses import (
    AppointmentResponse,
    CustomerResponse,
    QuestionAnswer,
    appointment_response,
)
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import millis_text, minute_text


class CustomerAddress(ApiResponse):
    """Where a customer lives, as a program said it."""

    line1: str | None
    line2: str | None
    city: str | None
    state: str | None
    zipCode: str | None
    country: str | None


class StaffCustomer(CustomerResponse):
    """Who comes, with what programs said beside the usual; null where there is nothing."""

    id: Uuid | None  # the same for all bookings of one person
    externalId: str | None
    identificationNumber: str | None
    address: CustomerAddress | None
    customerCustom: str | None


class StaffAppointment(AppointmentResponse):
    """An appointment with what only staff may know."""

    customer: StaffCustomer
    # These are null for those who may read the account, but not handle appointments
    custom: str | None  # what a program stored with it
    informationQuestions: list[QuestionAnswer] | None  # type: ignore[assignment]  # null at times
    personalIdentifier: str | None  # null once erased, too
    stranded: bool  # no longer fits hours, blocks or capacity; it stays anyway
    override: bool  # booked against the rules
    reference: str | None  # by which people name it; unique in the account
    origin: str | None  # api, staff, import, …; null: booked before that was noted
    durationMinutes: int | None  # the length that staff gave it; null: that of its services
    language: str | None  # the locale in which the person is written to; null: the default


class Who(ApiResponse):
    """A client, a user or the operator."""

    type: str
    id: str


class WhoWithKey(Who):
    """A client that showed an API key."""

    apiKeyId: str


class HistoryEntry(ApiResponse):
    """One change; of a person's data only which fields changed."""

    at: Timestamp
    actor: WhoWithKey | Who
    change: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    version: Annotated[int, Field(ge=1)]
    # Only there where whoever did it wanted nobody to be told
    notified: Annotated[bool, Field(exclude_if=bool)] = True


def response_to(
    actor: Actor, localized: LocalizedCatalogue, appointment: Appointment
) -> StaffAppointment:
    """An appointment with what an actor was given of it."""
    shown = staff_response(localized, appointment)
    if sees_people(actor):
        return shown
    return shown.model_copy(update={"informationQuestions": None})


def staff_response(localized: LocalizedCatalogue, appointment: Appointment) -> StaffAppointment:
    """An appointment with everything."""
    shown = dict(appointment_response(localized, appointment))
    shown["customer"] = _customer(shown["customer"], appointment)
    return StaffAppointment.model_construct(
        **shown,
        custom=(appointment.particulars or {}).get("custom"),
        personalIdentifier=appointment.identifier,
        stranded=appointment.conflicted,
        override=appointment.override,
        reference=appointment.reference,
        origin=appointment.origin,
        durationMinutes=appointment.own_minutes,
        language=appointment.language,
    )


def _customer(shown: CustomerResponse, appointment: Appointment) -> StaffCustomer:
    particulars = appointment.particulars or {}
    address = particulars.get("address")
    return StaffCustomer(
        **dict(shown),
        id=appointment.customer_id,
        externalId=particulars.get("externalId"),
        identificationNumber=particulars.get("identificationNumber"),
        address=None if address is None else _address(address),
        customerCustom=particulars.get("customerCustom"),
    )


def _address(address: Mapping[str, str]) -> CustomerAddress:
    return CustomerAddress(**{name: address.get(name) for name in CustomerAddress.model_fields})


def history_response(
    localized: LocalizedCatalogue, appointment: Appointment, change: AppointmentChange
) -> HistoryEntry:
    """One change, in the time of the branch where the appointment is now."""
    zone = localized.catalogue.branches[appointment.placement.branch_id].zone
    return HistoryEntry(
        at=millis_text(change.at, zone),
        actor=_who(change),
        change=change.change,
        old=_local(localized, change.old),
        new=_local(localized, change.new),
        version=change.version,
        notified=change.notified,
    )


def _who(change: AppointmentChange) -> Who:
    if change.api_key_id is None:
        return Who(type=change.actor_type, id=change.actor_id)
    return WhoWithKey(type=change.actor_type, id=change.actor_id, apiKeyId=change.api_key_id)


def _local(localized: LocalizedCatalogue, part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Stored in UTC, times are shown with their branch's offset."""
    if part is None:
        return None
    branch = localized.catalogue.branches.get(part.get("branch_id", ""))
    shown = dict(part)
    for name in ("starts_at", "ends_at"):
        if branch is not None and name in shown:
            shown[name] = minute_text(minute_of(datetime.fromisoformat(shown[name])), branch.zone)
    return {_HISTORY_NAMES.get(name, name): value for name, value in shown.items()}


_HISTORY_NAMES = {
    "branch_id": "branchId",
    "starts_at": "startTime",
    "ends_at": "endTime",
    "resource_ids": "resourceIds",
    "party": "numberOfReservations",
    "wall_time": "wallTime",
}
