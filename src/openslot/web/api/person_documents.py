"""Everything held of a person, as one document: each appointment with its history and messages."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from openslot.delivery.messages.resending import of_appointments
from openslot.delivery.model.message import Message
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import (
    LocalizedCatalogue,
    language_headers,
    localized_catalogue,
)
from openslot.web.api.message_responses import MessageItem, message_response
from openslot.web.api.response_model import ApiResponse
from openslot.web.api.staff_responses import (
    HistoryEntry,
    StaffAppointment,
    history_response,
    staff_response,
)
from openslot.web.http.response import JSON, Response


class HeldAppointment(ApiResponse):
    """An appointment with everything known of it."""

    appointment: StaffAppointment
    history: list[HistoryEntry]
    messages: list[MessageItem]


def person_document(
    tx: AccountTx, languages: str | None, records: Sequence[PersonalRecord], named: Any
) -> Generator[None, None, Response]:
    """The document, in steps that use no transaction; `named` is how the person was named."""
    messages = of_appointments(tx, [one.appointment.id for one in records])
    return _written(named, records, messages, localized_catalogue(tx, languages))


def _written(
    named: Any,
    records: Sequence[PersonalRecord],
    messages: Mapping[str, Sequence[Message]],
    localized: LocalizedCatalogue,
) -> Generator[None, None, Response]:
    """One appointment each."""
    parts = []
    for record in records:
        appointment = record.appointment
        held = HeldAppointment.model_construct(
            appointment=staff_response(localized, appointment),
            history=[history_response(localized, appointment, one) for one in record.changes],
            messages=[message_response(one) for one in messages[appointment.id]],
        )
        parts.append(to_json(held))
        yield
    body = b'%s,"appointments":[%s]}' % (to_json(named)[:-1], b",".join(parts))
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", **language_headers(localized)}
    return Response(200, body, headers)
