"""What an account holds of one person: given out as one document, or erased."""

from collections.abc import Sequence

from openslot.scheduling.model.customers.person_keys import (
    APPOINTMENT,
    CUSTOMER_ID,
    IDENTIFIER,
    PersonKey,
)
from openslot.scheduling.privacy.actions import Erasure, Export
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Flag, WriteQuery
from openslot.web.api.person_documents import HeldAppointment, person_document
from openslot.web.api.person_requests import Identifier
from openslot.web.api.response_model import ApiResponse, Uuid
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call, Handled


class PersonRequest(RequestModel):
    """Whose data it is about."""

    personalIdentifier: Identifier


class CustomerIdRequest(RequestModel):
    """Whose data it is about, by the id that all bookings of the person have."""

    customerId: Id


class AppointmentRequest(RequestModel):
    """Whose data it is about: whoever comes to an appointment.

    With it go all that are the same person's: of the same identifier; of those that gave none, of
    the same mail address; of those without one, of the same phone and last name.
    """

    appointmentId: Id


class EraseQuery(WriteQuery):
    """`force=true` erases a person who has future appointments; it cancels nothing."""

    force: Flag = False


class PersonExport(ApiResponse):
    """Everything held of a person: each appointment in whatever state, the newest start first."""

    personalIdentifier: str
    appointments: list[HeldAppointment]


class CustomerExport(ApiResponse):
    """The same of a person who was named by id."""

    customerId: Uuid
    appointments: list[HeldAppointment]


class AppointmentExport(ApiResponse):
    """The same of a person who was named by an appointment."""

    appointmentId: Uuid
    appointments: list[HeldAppointment]


class Erased(ApiResponse):
    """From how many appointments the person was erased."""

    erased: int


def read_person(call: Call) -> PersonKey:
    """Whose data."""
    if isinstance(call.body, AppointmentRequest):
        return PersonKey(APPOINTMENT, call.body.appointmentId)
    if isinstance(call.body, CustomerIdRequest):
        return PersonKey(CUSTOMER_ID, call.body.customerId)
    return PersonKey(IDENTIFIER, call.body.personalIdentifier)


def read_export(call: Call) -> Export:
    """Whose data to give out."""
    return Export(read_person(call))


def respond_export(tx: AccountTx, call: Call, records: Sequence[PersonalRecord]) -> Handled:
    """Everything held of a person, who is named as the request did."""
    return person_document(tx, call.languages, records, call.body)


def read_erasure(call: Call) -> Erasure:
    """Whom to erase."""
    return Erasure(read_person(call), call.query.force, call.idempotency_key)


def respond_erased(_: AccountTx, __: Call, erased: int) -> Response:
    """From how many appointments."""
    return json_response(Erased(erased=erased))
