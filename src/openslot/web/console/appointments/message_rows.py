"""The messages of an appointment, in words: what, to whom, how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from openslot.delivery.model import message as messages
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import BOOKED, CANCELLED, EMAIL, MOVED, REMINDER, SMS
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message."""

    id: str
    kind: str
    channel: str
    recipient: str
    state: str
    is_bad: bool  # it did not reach anybody
    at: str
    due: str  # when it is sent, or tried again; "": it is done
    detail: str  # the mail server's words, or why it was dropped
    is_resendable: bool


@dataclass(frozen=True, slots=True)
class AppointmentMessage:
    """A message as it was read, and whether it can be sent again now."""

    message: Message
    is_resendable: bool


def message_rows(
    request: ConsoleRequest, zone: ZoneInfo, found: Sequence[AppointmentMessage]
) -> list[MessageRow]:
    """The rows, in the order in which they are given."""
    words = request.words

    def when(at: Millis) -> str:
        return request.formats.day_and_time(at // MINUTE_MS, zone)

    return [
        MessageRow(
            id=one.message.id,
            kind=kind_word(words, one.message.kind),
            channel=_channel_words(words)[one.message.channel],
            recipient=one.message.recipient or "",
            state=_state_words(words)[one.message.status],
            is_bad=one.message.status in (messages.FAILED, messages.BOUNCED),
            at=when(one.message.at),
            due="" if one.message.due_at is None else when(one.message.due_at),
            detail=_detail(words, one.message),
            is_resendable=one.is_resendable,
        )
        for one in found
    ]


def kind_word(words: Words, kind: str) -> str:
    """What a kind of message is called."""
    return {
        BOOKED: words.say("Confirmation"),
        MOVED: words.say("Change"),
        CANCELLED: words.say("Cancellation"),
        REMINDER: words.say("Reminder"),
    }[kind]


def _channel_words(words: Words) -> dict[str, str]:
    return {EMAIL: words.say("E-mail"), SMS: words.say("SMS")}


def _state_words(words: Words) -> dict[str, str]:
    return {
        messages.WAITING: words.say("Planned"),
        messages.QUEUED: words.say("Being sent"),
        messages.SENT: words.say("Sent"),
        messages.FAILED: words.say("Refused"),
        messages.BOUNCED: words.say("Came back"),
        messages.DROPPED: words.say("Not sent"),
    }


def _detail(words: Words, one: Message) -> str:
    if one.detail is None or one.status != messages.DROPPED:
        return one.detail or ""
    reasons = {
        messages.UNDONE: words.say("The change was undone"),
        messages.SUPERSEDED: words.say("Something newer was sent instead"),
        messages.CANCELLED: words.say("The appointment was cancelled"),
        messages.TOO_LATE: words.say("It would have been too late"),
        messages.NO_RECIPIENT: words.say("The customer has no address for this"),
        messages.ERASED: words.say("The customer's data were erased"),
    }
    return reasons.get(one.detail, one.detail)
