"""Mails of appointments: with a real mail server, and as a sandbox shows them."""

import asyncio
import email
from email import policy
from email.message import EmailMessage

import icalendar
import pytest

from delivery.mail.mail_servers import CLOSE, mail_server_at, scripted_server
from openslot.delivery.mail.smtp_connection import SmtpConnection
from openslot.delivery.messages.appointment_facts import ToldAppointment
from openslot.delivery.messages.lane import MessageLane
from openslot.delivery.messages.mail_transport import MailSender, MailTransport
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.sandbox_delivery import SandboxFilter
from openslot.delivery.store import sandbox_deliveries
from openslot.kernel.mail_server import mail_server

from ..installation import NAMES
from .test_lane import SCHEDULE, Installation, installation, rounds_until

__all__ = ["installation"]

pytestmark = pytest.mark.anyio

_SENDER = MailSender("noreply@acme.example", "bounce+{id}@acme.example")


def _transport(port: int) -> MailTransport:
    server = mail_server(f"smtp://127.0.0.1:{port}?starttls=never")
    return MailTransport(_SENDER, NAMES, lambda: SmtpConnection(server, 5.0), b"k" * 32)


def _lane(made: Installation, transport: MailTransport) -> MessageLane[ToldAppointment]:
    return MessageLane(made.database, EMAIL, transport, SCHEDULE, connections=2)


async def test_each_customer_gets_one_mail_with_the_appointment(installation: Installation) -> None:
    async with mail_server_at() as box:
        transport = _transport(box.port)
        lane = _lane(installation, transport)
        await installation.books(installation.acme, 5)
        await rounds_until(installation, [lane], installation.acme, 5)
        await lane.close()
        await transport.close()
    read = [email.message_from_bytes(m.content, policy=policy.default) for m in box.mails]
    assert len({mail["Message-ID"] for mail in read}) == 5
    assert {m.sender for m in box.mails} == {
        f"bounce+{mail['Message-ID'][1:].partition('@')[0].replace('-', '')}@acme.example"
        for mail in read
    }
    events = []
    for mail in read:
        assert isinstance(mail, EmailMessage)
        part = list(mail.iter_parts())[-1]
        (event,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).subcomponents
        events.append(event)
        assert f"Service: {event['DESCRIPTION']}" in next(iter(mail.iter_parts())).get_content()
        assert mail["Subject"].startswith(f"Confirmed: {event['DESCRIPTION']}, ")
        assert event["ATTENDEE"] == f"mailto:{mail['To']}"
        assert event["UID"].endswith("@booking.example.org")
    assert len({event["UID"] for event in events}) == 5
    assert len({event["DTSTART"].dt for event in events}) == 5


async def test_a_connection_that_is_free_takes_the_next_mail(installation: Installation) -> None:
    async with scripted_server({}) as (port, told):
        transport = _transport(port)
        lane = _lane(installation, transport)
        await installation.books(installation.acme, 10)
        await rounds_until(installation, [lane], installation.acme, 10)
        await lane.close()
        await transport.close()
    said = [line.split()[0] for line in told if line]
    assert said.count("MAIL") == 10
    assert said.count("EHLO") == said.count("QUIT") <= 2


async def test_a_connection_that_breaks_loses_nothing(installation: Installation) -> None:
    answers = {".": CLOSE}
    async with scripted_server(answers) as (port, told):
        transport = _transport(port)
        lane = _lane(installation, transport)
        await installation.books(installation.acme, 3)
        async with asyncio.timeout(10):
            while "." not in told:
                await lane.look()
                await asyncio.sleep(0.01)
        answers.clear()
        await rounds_until(installation, [lane], installation.acme, 3)
        await lane.close()
        await transport.close()
    assert await installation.statuses(installation.acme) == {"sent": 3}


async def test_a_sandbox_shows_the_mail_and_sends_none(installation: Installation) -> None:
    async with mail_server_at() as box:
        transport = _transport(box.port)
        lane = _lane(installation, transport)
        await installation.books(installation.globex, 1)
        await rounds_until(installation, [lane], installation.globex, 1)
        await lane.close()
    assert box.mails == []
    (shown,) = await installation.database.read(
        installation.globex, sandbox_deliveries.page, SandboxFilter(after=0, limit=10), 10
    )
    assert shown.content["subject"].startswith("Confirmed: ")
    assert "BEGIN:VCALENDAR" in shown.content["calendar"]
    assert shown.content["headers"]["Auto-Submitted"] == "auto-generated"
    assert shown.content["html"].startswith("<!doctype html>")
