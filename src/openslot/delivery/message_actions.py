"""What staff can do with the messages of an appointment."""

from dataclasses import dataclass

from openslot.delivery.mail.delivery_reports import read_report
from openslot.delivery.messages import bounces, resending
from openslot.delivery.messages.bounces import NotedReport
from openslot.delivery.model.message import Message
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import APPOINTMENTS_MANAGE, BOUNCES_WRITE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import Replay
from openslot.storage.transactions import AccountTx

_STAFF = (APPOINTMENTS_MANAGE,)


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message of an appointment."""

    appointment_id: str
    message_id: str
    replay: Replay


@dataclass(frozen=True, slots=True)
class SentReport:
    """A mail server's report, as it came."""

    content: bytes
    replay: Replay


def _list(tx: AccountTx, _: Actor, appointment_id: str) -> list[Message]:
    return resending.of_appointment(tx, appointment_id)


def _resend(tx: AccountTx, _: Actor, place: MessagePlace) -> Message:
    place.replay(tx)
    return resending.resend(tx, place.appointment_id, place.message_id)


def _note_report(tx: AccountTx, _: Actor, sent: SentReport) -> NotedReport:
    sent.replay(tx)
    return bounces.note_report(tx, read_report(sent.content))


LIST_MESSAGES: Action[str, list[Message]] = Action("list messages", _STAFF, _list)
RESEND_MESSAGE: Action[MessagePlace, Message] = Action(
    "resend message", _STAFF, _resend, Runs.WRITE
)
NOTE_REPORT: Action[SentReport, NotedReport] = Action(
    "note a report of mail", (BOUNCES_WRITE, APPOINTMENTS_MANAGE), _note_report, Runs.WRITE
)
