"""Messages that go by SMS: made, and recorded in sandbox accounts; no provider is spoken to yet."""

from collections.abc import Mapping
from typing import Any

from openslot.calendars.uids import CalendarUids
from openslot.delivery.messages.appointment_facts import ToldAppointment, told_appointment
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import SMS
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.texts.rendering import render
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx


class SmsTransport:
    """Of one process."""

    def __init__(self, uids: CalendarUids) -> None:
        self._uids = uids

    def facts(self, tx: AccountTx, message: Message, appointment: Appointment) -> ToldAppointment:
        """What the text tells."""
        return told_appointment(tx, message, appointment, self._uids)

    def shown(self, message: Message, facts: ToldAppointment) -> Mapping[str, Any]:
        """The text, as its reader would have it."""
        return {"text": render(message.kind, SMS, facts.facts, facts.account.texts).text}

    async def send(self, _: Message, __: ToldAppointment) -> SendOutcome:
        """No account but a sandbox has this channel."""
        return SendOutcome(Result.FAILED, "no SMS provider is set up")

    async def close(self) -> None:
        """Nothing is open."""
