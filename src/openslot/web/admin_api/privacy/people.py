"""What an account holds of one person: given out as one document, or erased."""

from collections.abc import Generator, Sequence

from pydantic_core import to_json

from openslot.scheduling.privacy import erasure, export
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.queries import Flag, WriteQuery
from openslot.web.admin_api.responses import Answer
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
from openslot.web.booking_api.requests import Identifier
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import JSON, Response, json_response
from openslot.web.http.route import Call, Handled


class PersonRequest(RequestModel):
    """Whose data it is about."""

    personalIdentifier: Identifier


class EraseQuery(WriteQuery):
    """`force=true` erases a person who is still to come; it cancels nothing."""

    force: Flag = False


class HeldAppointment(Answer):
    """An appointment with everything known of it."""

    appointment: StaffAppointment
    history: list[HistoryEntry]


class PersonExport(Answer):
    """Everything held of a person: each appointment in whatever state, the newest start first."""

    personalIdentifier: str
    appointments: list[HeldAppointment]


class Erased(Answer):
    """From how many appointments the person was erased."""

    erased: int


def export_person(tx: AccountTx, call: Call) -> Handled:
    """Everything held of a person."""
    identifier: str = call.body.personalIdentifier
    found = export.records_of(tx, identifier)
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    return _rendered(identifier, found, localized)


def _rendered(
    identifier: str,
    found: Sequence[PersonalRecord],
    localized: LocalizedCatalogue,
) -> Generator[None, None, Response]:
    """The document in steps, one appointment each."""
    parts = []
    for record in found:
        appointment = record.appointment
        held = HeldAppointment.model_construct(
            appointment=staff_response(localized, appointment),
            history=[history_response(localized, appointment, one) for one in record.changes],
        )
        parts.append(to_json(held))
        yield
    body = b'{"personalIdentifier":%s,"appointments":[%s]}' % (
        to_json(identifier),
        b",".join(parts),
    )
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", **language_headers(localized)}
    return Response(200, body, headers)


def erase_person(tx: AccountTx, call: Call) -> Response:
    """Erases a person from everything the account holds."""
    identifier: str = call.body.personalIdentifier
    erased = erasure.erase_person(
        tx, call.actor, identifier, call.idempotency_key, force=call.query.force
    )
    return json_response(Erased(erased=erased))
