"""What an account holds of one person: given out as one document, or erased."""

from collections.abc import Generator, Mapping, Sequence

from pydantic_core import to_json

from openslot.delivery.messages.resending import of_appointments
from openslot.delivery.model.message import Message
from openslot.scheduling.model.customers.person_keys import CUSTOMER_ID, IDENTIFIER, PersonKey
from openslot.scheduling.privacy.actions import Erasure
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.messages.messages import MessageItem, show
from openslot.web.admin_api.queries import Flag, WriteQuery
from openslot.web.admin_api.staff.responses import (
    HistoryEntry,
    StaffAppointment,
    history_response,
    staff_response,
)
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.person_requests import Identifier
from openslot.web.api.response_model import ApiResponse, Uuid
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import JSON, Response, json_response
from openslot.web.http.route import Call, Handled


class PersonRequest(RequestModel):
    """Whose data it is about."""

    personalIdentifier: Identifier


class CustomerIdRequest(RequestModel):
    """Whose data it is about, by the id that all bookings of the person have."""

    customerId: Id


class EraseQuery(WriteQuery):
    """`force=true` erases a person who has future appointments; it cancels nothing."""

    force: Flag = False


class HeldAppointment(ApiResponse):
    """An appointment with everything known of it."""

    appointment: StaffAppointment
    history: list[HistoryEntry]
    messages: list[MessageItem]


class PersonExport(ApiResponse):
    """Everything held of a person: each appointment in whatever state, the newest start first."""

    personalIdentifier: str
    appointments: list[HeldAppointment]


class CustomerExport(ApiResponse):
    """The same of a person who was named by id."""

    customerId: Uuid
    appointments: list[HeldAppointment]


class Erased(ApiResponse):
    """From how many appointments the person was erased."""

    erased: int


def read_person(call: Call) -> PersonKey:
    """Whose data."""
    if isinstance(call.body, CustomerIdRequest):
        return PersonKey(CUSTOMER_ID, call.body.customerId)
    return PersonKey(IDENTIFIER, call.body.personalIdentifier)


def respond_export(tx: AccountTx, call: Call, records: Sequence[PersonalRecord]) -> Handled:
    """Everything held of a person."""
    messages = of_appointments(tx, [one.appointment.id for one in records])
    localized = localized_catalogue(tx, call.languages)
    return _written(call.body, records, messages, localized)


def _written(
    named: RequestModel,
    records: Sequence[PersonalRecord],
    messages: Mapping[str, Sequence[Message]],
    localized: LocalizedCatalogue,
) -> Generator[None, None, Response]:
    """The document in steps, one appointment each."""
    parts = []
    for record in records:
        appointment = record.appointment
        held = HeldAppointment.model_construct(
            appointment=staff_response(localized, appointment),
            history=[history_response(localized, appointment, one) for one in record.changes],
            messages=[show(one) for one in messages[appointment.id]],
        )
        parts.append(to_json(held))
        yield
    # As the request named the person
    body = b'%s,"appointments":[%s]}' % (to_json(named)[:-1], b",".join(parts))
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", **language_headers(localized)}
    return Response(200, body, headers)


def read_erasure(call: Call) -> Erasure:
    """Whom to erase."""
    return Erasure(read_person(call), call.query.force, call.idempotency_key)


def respond_erased(_: AccountTx, __: Call, erased: int) -> Response:
    """From how many appointments."""
    return json_response(Erased(erased=erased))
