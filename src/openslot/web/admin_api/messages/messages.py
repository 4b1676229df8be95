"""The messages of an appointment: seen, and sent again."""

from collections.abc import Sequence

from openslot.delivery.message_actions import MessagePlace
from openslot.delivery.model.message import Message
from openslot.kernel.changes import Change
from openslot.storage.transactions import AccountTx
from openslot.web.api.message_responses import message_response
from openslot.web.api.outcomes import outcome_response
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/appointments/{appointmentId}/messages"
_NOT_STORED = {"Cache-Control": "no-store"}


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
    return json_response([message_response(one) for one in found], headers=_NOT_STORED)


def respond_queued(_: AccountTx, call: Call, message: Message) -> Response:
    """It is on its way."""
    if call.dry_run:
        return outcome_response([Change("message", message.kind, "queued")])
    return json_response(message_response(message), 202, _NOT_STORED)
