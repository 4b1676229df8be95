"""A message to a customer, as staff see it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from openslot.delivery.model.message import Message
from openslot.kernel.clock import instant_text
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant


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


def message_response(message: Message) -> dict[str, Any]:
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
