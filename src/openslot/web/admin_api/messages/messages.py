"""The messages of an appointment: seen, and sent again."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from openslot.delivery.message_actions import MessagePlace
from openslot.delivery.model.message import Message
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.storage.transactions import AccountTx
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/appointments/{appointmentId}/messages"
_NOT_STORED = {"Cache-Control": "no-store"}


class MessageItem(ApiResponse):
    """A message to the customer by one channel. What it said is not stored."""

    id: Uuid
    kind: Literal["booked", "moved", "cancelled", "reminder"]
    channel: Literal["email", "sms"]
    to: str | None  # null: erased
    language: str
    status: Literal["waiting", "queued", "sent", "failed", "bounced", "dropped"]
    at: Timestamp  # when the status came about
    dueAt: Timestamp | None
    attempts: Annotated[int, Field(ge=0)]
    detail: str | None  # why it was dropped, or the server's words


def read_appointment(call: Call) -> str:
    """Which appointment."""
    return call.path_id("appointmentId")


def read_place(call: Call) -> MessagePlace:
    """Which message."""
    return MessagePlace(
        call.path_id("appointmentId"), call.path_id("messageId"), call.idempotency_key.replay
    )


def respond_all(_: AccountTx, __: Call, found: Sequence[Message]) -> Response:
    """Every message, the oldest first."""
    return json_response([show(one) for one in found], headers=_NOT_STORED)


def respond_queued(_: AccountTx, call: Call, message: Message) -> Response:
    """It is on its way."""
    if call.dry_run:
        return outcome_response([Change("message", message.kind, "queued")])
    return json_response(show(message), 202, _NOT_STORED)


def show(message: Message) -> dict[str, Any]:
    """A message as it is shown."""
    return {
        "id": message.id,
        "kind": message.kind,
        "channel": message.channel,
        "to": message.recipient,
        "language": message.language,
        "status": message.status,
        "at": instant_text(message.at),
        "dueAt": optional_instant(message.due_at),
        "attempts": message.attempts,
        "detail": message.detail,
    }
