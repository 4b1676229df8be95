"""Mail that came back: what a report changes at a message, and what it leaves."""

import pytest

from delivery.mail.report_mails import report
from openslot.delivery.mail.delivery_reports import read_report
from openslot.delivery.messages import bounces, resending, sending
from openslot.delivery.model.message import Message
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.kernel.actor import operator_of
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.privacy.erasure import erase_person
from scheduling.office import Office

from .test_queue import DELIVERED, SCHEDULE, dispatched, taken

WORDS = "5.1.1 smtp; 550 5.1.1 <ada@example.net>: Recipient address rejected: User unknown"


def sent(office: Office) -> Message:
    office.book("10:00")
    dispatched(office)
    [message] = taken(office)
    office.beside(sending.note, message, DELIVERED, SCHEDULE)
    return message


def told(office: Office, message: Message) -> tuple[str, str | None]:
    [found] = office.do(resending.of_appointment, message.booking_id)
    return found.status, found.detail


def noted(office: Office, content: bytes) -> bool:
    return office.do(bounces.note_report, read_report(content)).changed


def test_what_was_sent_and_came_back_is_bounced_once(acme: Office, globex: Office) -> None:
    message = sent(acme)
    content = report(message.id)
    with pytest.raises(NotFound):
        noted(globex, content)
    assert noted(acme, content)
    assert told(acme, message) == ("bounced", WORDS)
    assert not noted(acme, content)
    assert not noted(acme, report(message.id, action="delayed", status="4.4.1"))
    assert told(acme, message) == ("bounced", WORDS)


def test_the_mail_that_came_back_names_it_too(acme: Office) -> None:
    message = sent(acme)
    assert noted(acme, report("0190f3a4-0000-7c40-8d2e-5f6a7b8c9d0e", message.id))
    assert told(acme, message)[0] == "bounced"


def test_a_delay_is_only_shown(acme: Office) -> None:
    message = sent(acme)
    assert noted(acme, report(message.id, action="delayed", status="4.4.1"))
    assert told(acme, message) == ("sent", WORDS.replace("5.1.1", "4.4.1", 1))
    assert not noted(acme, report(message.id, action="delivered", status="2.0.0"))
    assert told(acme, message)[0] == "sent"


def test_what_has_not_left_stays_and_what_is_being_sent_has(acme: Office) -> None:
    """A report may be faster than the note of what the server answered."""
    appointment = acme.book("10:00")
    dispatched(acme)
    [waiting] = acme.do(resending.of_appointment, appointment.id)
    assert not noted(acme, report(waiting.id))
    [message] = taken(acme)
    assert noted(acme, report(message.id))
    acme.beside(sending.note, message, DELIVERED, SCHEDULE)
    assert told(acme, message) == ("bounced", WORDS)


def test_what_a_server_took_without_saying_so_came_back(acme: Office) -> None:
    """The connection broke after the mail was sent: it would be sent to nobody again and again."""
    acme.book("10:00")
    dispatched(acme)
    [message] = taken(acme)
    acme.beside(sending.note, message, SendOutcome(Result.RETRIED, "connection lost"), SCHEDULE)
    assert told(acme, message)[0] == "queued"
    assert noted(acme, report(message.id))
    assert told(acme, message) == ("bounced", WORDS)


def test_a_report_brings_no_address_back_of_a_person_who_was_erased(acme: Office) -> None:
    message = sent(acme)
    by = operator_of(acme.account_id)
    acme.do(erase_person, by, PersonKey(IDENTIFIER, "ABCDEFGHIJ"), NO_KEY, force=True)
    dispatched(acme)
    assert not noted(acme, report(message.id))
    with acme.town.raw() as raw:
        [row] = raw.execute("SELECT status, recipient, detail FROM messages").fetchall()
    assert tuple(row) == ("sent", None, None)


def test_the_account_of_a_report_is_found(acme: Office, globex: Office) -> None:
    mine, theirs = sent(acme), sent(globex)
    for office, message in ((acme, mine), (globex, theirs)):
        found = office.town.run(
            office.town.database.read_system(
                "a test", bounces.account_reported_on, read_report(report(message.id))
            )
        )
        assert found == office.account_id


def test_whom_no_mail_reaches_until_one_is_taken_again(acme: Office, globex: Office) -> None:
    message = sent(acme)
    ids = [message.booking_id, "another"]
    assert acme.do(bounces.bounced_among, ids) == set()
    noted(acme, report(message.id))
    assert acme.do(bounces.bounced_among, ids) == {message.booking_id}
    assert acme.do(bounces.bounced_among, ["another"]) == set()
    assert globex.do(bounces.bounced_among, ids) == set()
    acme.do(resending.resend, message.booking_id, message.id)
    [again] = taken(acme)
    assert acme.do(bounces.bounced_among, ids) == {message.booking_id}
    acme.beside(sending.note, again, DELIVERED, SCHEDULE)
    assert acme.do(bounces.bounced_among, ids) == set()
