"""Reports of mail servers about mail that came back."""

from typing import Literal

from openslot.delivery.message_actions import SentReport
from openslot.delivery.messages.bounces import NotedReport
from openslot.kernel.changes import Change
from openslot.storage.transactions import AccountTx
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Uuid
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/mail/bounces"
MAIL = "message/rfc822"
_NOT_STORED = {"Cache-Control": "no-store"}


class ReportedMessage(ApiResponse):
    """A message that a report is about, as it is now."""

    id: Uuid
    appointmentId: Uuid
    status: Literal["waiting", "queued", "sent", "failed", "bounced", "dropped"]


class ReportedMessages(ApiResponse):
    """What a report is about."""

    messages: list[ReportedMessage]


def read_report(call: Call) -> SentReport:
    """The report."""
    return SentReport(call.body, call.idempotency_key.replay)


def respond_noted(_: AccountTx, call: Call, noted: NotedReport) -> Response:
    """The message, as it is after the report."""
    message = noted.message
    if call.dry_run:
        changes = [Change("message", message.kind, "changed")] if noted.changed else []
        return outcome_response(changes)
    shown = {"id": message.id, "appointmentId": message.booking_id, "status": message.status}
    return json_response({"messages": [shown]}, headers=_NOT_STORED)
