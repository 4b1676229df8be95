"""Messages that go by SMS: made, and handed to the installation's provider."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openslot.delivery.messages.appointment_facts import ToldAppointment, told_appointment
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import SMS
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import retry_after
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.texts.rendering import render
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx

if TYPE_CHECKING:
    from openslot.delivery.outbound.requests import Exchange, OutboundClient

# What a provider refuses for now: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4
_FOR_NOW = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """Where SMS are handed over."""

    url: str
    token: str
    sender: str  # of accounts that name none


class SmsTransport:
    """Of one process."""

    def __init__(
        self,
        names: AppointmentNames,
        provider: SmsProvider | None,
        client: "Callable[[], OutboundClient]",
    ) -> None:
        """`provider` is None where there is none; `client` is made for the first message."""
        self._names = names
        self._provider = provider
        self._new_client = client

    def facts(
        self, tx: AccountTx, message: Message, appointment: Appointment | None
    ) -> ToldAppointment:
        """What the text tells."""
        assert appointment is not None  # noqa: S101  (codes go by mail)
        return told_appointment(tx, message, appointment, self._names)

    def shown(self, message: Message, facts: ToldAppointment) -> Mapping[str, Any]:
        """The text, as its reader would have it."""
        return {"text": render(message.kind, SMS, facts.facts, facts.account.texts).text}

    async def send(self, message: Message, facts: ToldAppointment) -> SendOutcome:
        """Hands it over; its id lets the provider recognise a second attempt."""
        if self._provider is None:
            return SendOutcome(Result.FAILED, "no SMS provider is set up any more")
        body = {
            "id": message.id,
            "to": message.recipient,
            "from": facts.account.sms_sender or self._provider.sender,
            "text": self.shown(message, facts)["text"],
        }
        headers = {
            "authorization": f"Bearer {self._provider.token}",
            "content-type": "application/json",
            "idempotency-key": message.id,
        }
        sent = json.dumps(body, ensure_ascii=False).encode()
        return _outcome(await self._client.post(self._provider.url, headers, sent))

    async def close(self) -> None:
        """Closes the connections."""
        if "_client" in vars(self):
            await self._client.close()

    @cached_property
    def _client(self) -> "OutboundClient":
        return self._new_client()


def _outcome(answer: "Exchange") -> SendOutcome:
    """What an answer means: 2xx is sent, 4xx refused, and everything else comes later."""
    if answer.status is None:
        return SendOutcome(Result.RETRIED, f"no answer ({answer.error})", unreachable=True)
    if 200 <= answer.status < 300:
        return SendOutcome(Result.DELIVERED)
    said = f"{answer.status} {' '.join((answer.body or '').split())}".strip()[:500]
    if 400 <= answer.status < 500 and answer.status not in _FOR_NOW:
        return SendOutcome(Result.FAILED, said)
    wished = retry_after(answer.retry_after, datetime.now(UTC))
    return SendOutcome(Result.RETRIED, said, wished)
