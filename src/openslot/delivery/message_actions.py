"""What staff can do with the messages of an appointment."""

from dataclasses import dataclass

from openslot.delivery.mail.delivery_reports import read_report
from openslot.delivery.messages import bounces, previewing, resending
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.bounces import NotedReport
from openslot.delivery.messages.previewing import MessagePreview, PreviewRequest
from openslot.delivery.model.message import Message
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, APPOINTMENTS_MANAGE, BOUNCES_WRITE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import Replay
from openslot.storage.transactions import AccountTx

_STAFF = (APPOINTMENTS_MANAGE,)
_READ = (ADMIN_READ, ADMIN_WRITE)


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


@dataclass(frozen=True, slots=True)
class Preview:
    """A message to look at, and what the installation knows of those that it sends."""

    wanted: PreviewRequest
    names: AppointmentNames
    sender: str  # the address that mail is from


def _list(tx: AccountTx, _: Actor, appointment_id: str) -> list[Message]:
    return resending.of_appointment(tx, appointment_id)


def _resend(tx: AccountTx, _: Actor, place: MessagePlace) -> Message:
    place.replay(tx)
    return resending.resend(tx, place.appointment_id, place.message_id)


def _note_report(tx: AccountTx, _: Actor, sent: SentReport) -> NotedReport:
    sent.replay(tx)
    return bounces.note_report(tx, read_report(sent.content))


def _preview(tx: AccountTx, actor: Actor, given: Preview) -> MessagePreview:
    if given.wanted.appointment_id is not None:  # somebody's name stands in it
        actor.require(*_STAFF)
    return previewing.preview(tx, given.wanted, given.names, given.sender)


LIST_MESSAGES: Action[str, list[Message]] = Action("list messages", _STAFF, _list)
RESEND_MESSAGE: Action[MessagePlace, Message] = Action(
    "resend message", _STAFF, _resend, Runs.WRITE
)
NOTE_REPORT: Action[SentReport, NotedReport] = Action(
    "note a report of mail", (BOUNCES_WRITE, APPOINTMENTS_MANAGE), _note_report, Runs.WRITE
)
PREVIEW_MESSAGE: Action[Preview, MessagePreview] = Action(
    "preview message", (*_READ, *_STAFF), _preview
)
