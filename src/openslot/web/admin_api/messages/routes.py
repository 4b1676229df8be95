"""The routes of the messages of an appointment."""

from openslot.delivery import message_actions as actions
from openslot.delivery.mail.delivery_reports import NotAReport
from openslot.delivery.model.message import NoRecipient
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.model.errors import WrongState
from openslot.web.admin_api.messages import messages, preview, reports
from openslot.web.admin_api.messages.messages import PATH
from openslot.web.admin_api.messages.preview import PreviewBody, ShownMessage
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.message_responses import MessageItem
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_NOT_STORED = {"Cache-Control": "It must not be stored"}

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "POST", "/messages/preview", actions.PREVIEW_MESSAGE,
        preview.read_preview, preview.respond_preview,
        "Look at a message before anybody gets it",
        "For a made-up person, or for an appointment, which takes `openslot/appointments.manage`."
        " Texts that are given take the place of the stored ones. Nothing is stored or sent.",
        Accepts(PreviewBody), Returns(ShownMessage, headers=_NOT_STORED), (NotFound, Invalid),
    ),
    Route(
        "GET", PATH, actions.LIST_MESSAGES,
        messages.read_appointment, messages.respond_all,
        "List what the customer was told and will be",
        "The oldest first, with reminders that are planned.",
        returns=Returns(list[MessageItem], headers=_NOT_STORED), errors=(NotFound,),
        prepare=dispatch_first,
    ),
    Route(
        "POST", f"{PATH}/{{messageId}}/resend", actions.RESEND_MESSAGE,
        messages.read_place, messages.respond_queued,
        "Send a message again",
        "A new one of the same kind and channel, as the appointment and its customer are now.",
        Accepts(query=WriteQuery), Returns(MessageItem, 202, _NOT_STORED),
        (NotFound, IdempotencyKeyReused, WrongState, NoRecipient),
        prepare=dispatch_first,
    ),
    Route(
        "POST", reports.PATH, actions.NOTE_REPORT,
        reports.read_report, reports.respond_noted,
        "Report mail that did not arrive",
        "A mail server's report (RFC 3464). What was sent and came back is `bounced` from then on;"
        " a report of a delay is shown in `detail`. The same report again changes nothing.",
        Accepts(query=WriteQuery, raw=reports.MAIL),
        Returns(reports.ReportedMessages, headers=_NOT_STORED),
        (NotFound, IdempotencyKeyReused, NotAReport),
    ),
)  # fmt: skip
