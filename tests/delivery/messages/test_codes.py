"""Codes by mail: sent like every message, valid for a time, and gone when they have left."""

import re

from openslot.delivery import sandbox
from openslot.delivery.messages import codes, sending
from openslot.delivery.messages.mail_transport import MailTransport
from openslot.delivery.model.message import Message
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.model.sandbox_delivery import SandboxFilter
from openslot.delivery.restoring import drop_due
from openslot.kernel.actor import operator_of
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy.erasure import erase_person
from scheduling.office import NOW, Office

from .test_mail_transport import _transport
from .test_queue import DELIVERED, RETRIED, SCHEDULE, accounts_with_due, dispatched, note

KEY = b"k" * 32


def planned(office: Office) -> str:
    return office.beside(codes.plan_code, "ada@example.org", "nl_NL")


def taken(office: Office) -> list[Message]:
    found = office.beside(sending.take, EMAIL, 10, SCHEDULE)
    assert [appointment for _, appointment in found] == [None] * len(found)
    return [message for message, _ in found]


def rows(office: Office) -> int:
    with office.town.raw() as raw:
        [(count,)] = raw.execute("SELECT count(*) FROM messages").fetchall()
    return int(count)


def shown(office: Office, message: Message) -> dict[str, str]:
    transport: MailTransport = _transport(1)
    facts = office.do(transport.facts, message, None)
    return dict(transport.shown(message, facts))


def test_a_code_leaves_once_and_nothing_of_it_stays(acme: Office, globex: Office) -> None:
    code_id = planned(acme)
    assert accounts_with_due(acme) == [acme.account_id]
    [message] = taken(acme)
    assert (taken(acme), taken(globex)) == ([], [])
    digits = codes.digits_of(KEY, code_id)
    mail = shown(acme, message)
    assert re.findall(r"\b\d{6}\b", mail["text"]) == [digits]
    assert mail["subject"] == f"Uw code is {digits}"
    assert digits in mail["html"]
    assert mail["calendar"] is None
    note(acme, message, DELIVERED)
    assert rows(acme) == 0


def test_two_codes_differ_and_another_installation_has_others(acme: Office) -> None:
    one, other = planned(acme), planned(acme)
    made = {codes.digits_of(KEY, one), codes.digits_of(KEY, other), codes.digits_of(b"x" * 32, one)}
    assert len(made) == 3
    assert all(re.fullmatch(r"\d{6}", digits) for digits in made)
    assert len(taken(acme)) == 2


def test_a_code_that_is_not_valid_any_more_is_not_sent(acme: Office) -> None:
    planned(acme)
    [message] = taken(acme)
    note(acme, message, RETRIED)
    assert rows(acme) == 1
    acme.now(NOW + codes.VALID_MS)
    assert taken(acme) == []
    assert rows(acme) == 0


def test_a_restored_backup_sends_none(acme: Office) -> None:
    planned(acme)
    acme.do(drop_due, frozenset())
    assert rows(acme) == 0


def test_a_sandbox_records_it_until_people_are_erased(acme: Office) -> None:
    """It belongs to no appointment, so nobody knows whose it was."""
    code_id = planned(acme)
    [message] = taken(acme)
    acme.beside(sending.note, message, DELIVERED, SCHEDULE, shown(acme, message))
    by = operator_of(acme.account_id)
    every = SandboxFilter(after=0, limit=10)
    [found] = acme.do(sandbox.page, by, every).items
    assert (found.kind, found.channel, found.booking_id, found.id) == (
        "code", "email", "", code_id,
    )  # fmt: skip
    assert found.content["to"] == "ada@example.org"
    acme.book("10:00")
    acme.do(erase_person, by, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY, force=True)
    dispatched(acme)
    assert [one.kind for one in acme.do(sandbox.page, by, every).items if one.kind == "code"] == []
