"""A message to look at before anybody gets it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from openslot.delivery.message_actions import Preview
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.previewing import MessagePreview, PreviewRequest
from openslot.identity.keys.manage_links import ManageLinks
from openslot.mail_setting_values import sender_address
from openslot.storage.transactions import AccountTx
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

_LOCALE = r"^[A-Za-z]{2,3}([_-][A-Za-z]{4})?([_-]([A-Za-z]{2}|[0-9]{3}))?$"


class PreviewBody(RequestModel):
    """Which message: of an appointment, or of a made-up person and some service and branch."""

    kind: Literal["booked", "moved", "cancelled", "reminder"]
    channel: Literal["email", "sms"]
    locale: Annotated[str, Field(pattern=_LOCALE)]
    appointmentId: Id | None = None
    serviceId: Id | None = None
    branchId: Id | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None


class SmsSize(ApiResponse):
    """How long an SMS is, as networks count it."""

    encoding: Literal["GSM-7", "UCS-2"]
    characters: int
    segments: int


class ShownMessage(ApiResponse):
    """A message as it would be sent."""

    subject: str | None  # null: an SMS, as the next two
    text: str
    html: str | None
    calendar: str | None  # null too: a reminder
    sms: SmsSize | None  # null: a mail


def read_preview(call: Call) -> Preview:
    """What to show."""
    body: Any = call.body
    wanted = PreviewRequest(
        kind=body.kind,
        channel=body.channel,
        locale=body.locale.replace("-", "_"),
        appointment_id=body.appointmentId,
        service_id=body.serviceId,
        branch_id=body.branchId,
        subject=body.subject,
        text=body.text,
        html=body.html,
    )
    names = AppointmentNames(
        call.calendar_uids, ManageLinks(call.purpose_keys, call.settings.public_url)
    )
    return Preview(wanted, names, sender_address(call.settings.mail_from))


def respond_preview(_: AccountTx, __: Call, shown: MessagePreview) -> Response:
    """What would be sent."""
    body = {
        "subject": shown.subject,
        "text": shown.text,
        "html": shown.html,
        "calendar": shown.calendar,
        "sms": None
        if shown.sms is None
        else {
            "encoding": shown.sms.encoding,
            "characters": shown.sms.characters,
            "segments": shown.sms.segments,
        },
    }
    return json_response(body, headers={"Cache-Control": "no-store"})
