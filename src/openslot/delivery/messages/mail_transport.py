"""Messages that go by mail: made, and handed to the installation's mail server."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from openslot.calendars.objects import CalendarInvitation
from openslot.delivery.mail.calendar_parts import calendar_part
from openslot.delivery.mail.composing import Letter, compose
from openslot.delivery.mail.smtp_connection import Posting, ServerUnreachable, SmtpConnection
from openslot.delivery.messages.appointment_facts import ToldAppointment, told_appointment
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.codes import ToldCode, told_code
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.texts.rendering import render, render_code
from openslot.kernel.clock import instant_of_millis, now_ms
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx

Told = ToldAppointment | ToldCode

_IDLE_SECONDS = 5.0  # mail servers close what says nothing for minutes; this is well before


@dataclass(frozen=True, slots=True)
class MailSender:
    """Who the installation's mail is from, and where reports of it go."""

    address: str
    return_path: str


class MailTransport:
    """Of one process. A connection that is free takes the next mail."""

    def __init__(
        self,
        sender: MailSender,
        names: AppointmentNames,
        connection: Callable[[], SmtpConnection] | None,
        code_key: bytes,
    ) -> None:
        """`connection` makes one that is not open yet; None: there is no mail server.

        `code_key` is what the digits of codes follow from.
        """
        self._code_key = code_key
        self._sender = sender
        self._names = names
        self._new_connection = connection
        self._free: list[tuple[float, SmtpConnection]] = []

    def facts(self, tx: AccountTx, message: Message, appointment: Appointment | None) -> Told:
        """What the mail tells."""
        if appointment is None:
            return told_code(tx, message, self._code_key)
        return told_appointment(tx, message, appointment, self._names)

    def shown(self, message: Message, facts: Told) -> Mapping[str, Any]:
        """The mail's parts, as its reader would have them."""
        letter = self._letter(message, facts)
        read = message_from_bytes(_composed(letter), policy=policy.default)
        calendar = letter.calendar
        return {
            "subject": letter.content.subject,
            "text": letter.content.text,
            "html": letter.content.html,
            "calendar": calendar.content.decode() if calendar else None,
            "headers": {name: str(value) for name, value in read.items()},
        }

    async def send(self, message: Message, facts: Told) -> SendOutcome:
        """Makes the mail and hands it over."""
        try:
            mail = _composed(self._letter(message, facts))
        except ValueError:
            return SendOutcome(Result.FAILED, "the customer's address cannot get mail")
        posting = Posting(message.id, self._sender.return_path, message.recipient or "", mail)
        try:
            connection = await self._connection()
        except ServerUnreachable as error:
            return SendOutcome(Result.RETRIED, str(error), unreachable=True)
        outcome = await connection.send(posting)
        if connection.is_open:
            self._free.append((time.monotonic(), connection))
        return outcome

    async def close(self) -> None:
        """Closes what is free."""
        while self._free:
            await self._free.pop()[1].close()

    async def _connection(self) -> SmtpConnection:
        while self._free:
            free_since, connection = self._free.pop()
            if connection.is_open and time.monotonic() - free_since < _IDLE_SECONDS:
                return connection
            await connection.close()
        if self._new_connection is None:
            raise ServerUnreachable("no mail server is set up any more")
        made = self._new_connection()
        await made.open()
        return made

    def _letter(self, message: Message, told: Told) -> Letter:
        if isinstance(told, ToldCode):
            return self._letter_with_code(message, told)
        recipient = message.recipient or ""
        invitation = CalendarInvitation(
            told.calendar,
            visibility=told.account.visibility,
            organizer_name=told.facts.sender_name,
            organizer=self._sender.address,
            attendee=recipient,
        )
        return Letter(
            message_id=message.id,
            locale=told.facts.locale,
            sender_name=told.facts.sender_name,
            sender=self._sender.address,
            answers_to=told.account.answers_to,
            recipient=recipient,
            content=render(message.kind, EMAIL, told.facts, told.account.texts),
            calendar=calendar_part(message.kind, invitation),
        )

    def _letter_with_code(self, message: Message, told: ToldCode) -> Letter:
        return Letter(
            message_id=message.id,
            locale=told.facts.locale,
            sender_name=told.facts.sender_name,
            sender=self._sender.address,
            answers_to=told.answers_to,
            recipient=message.recipient or "",
            content=render_code(told.facts),
        )


def _composed(letter: Letter) -> bytes:
    return compose(letter, instant_of_millis(now_ms()))
