"""SMS: handed to a provider that takes them, refuses them, or is not there."""

import json
from dataclasses import replace
from typing import Any

import pytest

from delivery.message_facts import facts
from delivery.receivers import Answer, receiving, status
from openslot.calendars.objects import CalendarObject
from openslot.delivery.messages.appointment_facts import ToldAppointment
from openslot.delivery.messages.sms_transport import SmsProvider, SmsTransport
from openslot.delivery.model.message import QUEUED, Message, ToldState
from openslot.delivery.model.message_kinds import BOOKED, SMS
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.outbound.addresses import EVERYWHERE
from openslot.delivery.outbound.requests import OutboundClient
from openslot.delivery.texts.account_messages import account_messages
from openslot.kernel.ids import new_id

from ..installation import NAMES

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000_000


def message() -> Message:
    state = ToldState("CONFIRMED", new_id(), (new_id(),), 0, 30)
    return Message(
        id=new_id(), booking_id=new_id(), kind=BOOKED, channel=SMS, recipient="+31612345678",
        language="en_US", status=QUEUED, detail=None, at=NOW, due_at=NOW, planned_at=NOW,
        until=NOW + 1, attempts=0, leased_until=None, rule="", resent=False, state=state,
        previous_start=None, version=1, change_at=NOW, created_at=NOW,
    )  # fmt: skip


def told(**account: Any) -> ToldAppointment:
    nothing = CalendarObject("u", 0, NOW, 0, 30, False, "", "", "")
    return ToldAppointment(facts(), nothing, account_messages({"messages": account}))


async def sent(
    answer: Answer, of: Message, **account: Any
) -> tuple[SendOutcome, list[tuple[dict[str, str], Any]]]:
    """What came of handing it over, and what the provider has read."""
    async with receiving(answer) as receiver:
        provider = SmsProvider(receiver.url(), "a-token", "Openslot")
        transport = SmsTransport(NAMES, provider, lambda: OutboundClient(EVERYWHERE, 2))
        outcome = await transport.send(of, told(**account))
        await transport.close()
    return outcome, [(r.headers, json.loads(r.body)) for r in receiver.requests]


async def test_it_is_handed_over_with_its_id() -> None:
    of = message()
    outcome, [(headers, body)] = await sent(status(202), of)
    assert outcome.result is Result.DELIVERED
    assert headers["authorization"] == "Bearer a-token"
    assert headers["idempotency-key"] == of.id
    assert body.keys() == {"id", "to", "from", "text"}
    assert (body["id"], body["to"], body["from"]) == (of.id, "+31612345678", "Openslot")
    assert "Passport" in body["text"]


async def test_an_account_has_its_own_sender_and_text() -> None:
    own = {
        "kind": "booked",
        "channel": "sms",
        "locale": "en_US",
        "text": "See you",
    }
    _, [(_, body)] = await sent(status(200), message(), smsSender="Acme", texts=[own])
    assert (body["from"], body["text"]) == ("Acme", "See you")


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (400, Result.FAILED), (401, Result.FAILED), (404, Result.FAILED), (422, Result.FAILED),
        (408, Result.RETRIED), (425, Result.RETRIED), (429, Result.RETRIED),
        (301, Result.RETRIED), (500, Result.RETRIED), (503, Result.RETRIED),
    ],
)  # fmt: skip
async def test_what_answers_mean(code: int, result: Result) -> None:
    outcome, _ = await sent(status(code, "retry-after: 90", body=b"no\nroute"), message())
    assert outcome.result is result
    assert outcome.detail == f"{code} no route"
    assert outcome.retry_after_seconds == (90 if result is Result.RETRIED else None)


async def test_nobody_is_there() -> None:
    async with receiving() as receiver:
        url = receiver.url()
    provider = SmsProvider(url, "a-token", "Openslot")
    transport = SmsTransport(NAMES, provider, lambda: OutboundClient(EVERYWHERE, 2))
    outcome = await transport.send(message(), told())
    await transport.close()
    assert outcome.result is Result.RETRIED
    assert outcome.unreachable
    without = replace(told(), facts=facts())
    refused = await SmsTransport(NAMES, None, lambda: OutboundClient(EVERYWHERE, 2)).send(
        message(), without
    )
    assert refused.result is Result.FAILED
