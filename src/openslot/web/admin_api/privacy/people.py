"""What an account holds of one person: given out as one document, or erased."""

from collections.abc import Generator

from pydantic_core import to_json

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import STATUSES, Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.privacy import erasure
from openslot.scheduling.store import appointments, history
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
from openslot.web.api.person_requests import Identifier
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import JSON, Response, json_response
from openslot.web.http.route import Call, Handled

_SOON, _LATE = -(1 << 40), 1 << 40
_PAGE = 200


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
    found: list[tuple[Appointment, list[AppointmentChange]]] = []
    after: tuple[Minute, str] = (_LATE, "")
    while page := appointments.of_person(tx, identifier, STATUSES, _SOON, _LATE, after, _PAGE):
        found.extend((one, history.of_appointment(tx, one.id)) for one in page)
        after = page[-1].placement.start, page[-1].id
    localized = localized_catalogue(tx, call.headers.get("accept-language"))
    return _rendered(identifier, found, localized)


def _rendered(
    identifier: str,
    found: list[tuple[Appointment, list[AppointmentChange]]],
    localized: LocalizedCatalogue,
) -> Generator[None, None, Response]:
    """The document in steps, one appointment each."""
    parts = []
    for appointment, changes in found:
        held = HeldAppointment.model_construct(
            appointment=staff_response(localized, appointment),
            history=[history_response(localized, appointment, change) for change in changes],
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
