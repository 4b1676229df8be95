"""Mails as others read them: the library of Python, and a reader of lines."""

import email
import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import icalendar
import pytest

from openslot.calendars.objects import CalendarInvitation, CalendarObject
from openslot.delivery.mail.calendar_parts import calendar_part
from openslot.delivery.mail.composing import Letter, compose
from openslot.delivery.model.message_kinds import (
    BOOKED,
    CANCELLED,
    EMAIL,
    MESSAGE_KINDS,
    MOVED,
    REMINDER,
)
from openslot.delivery.texts.rendering import RenderedMessage, render
from openslot.kernel.clock import millis_of

from ..message_facts import URL, facts, minute

_ID = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
_AT = datetime(2027, 1, 4, 10, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))


def _invitation(kind: str, **other: str) -> CalendarInvitation:
    told = {"summary": "Passport, Town hall", "location": "Town hall, Main street 1", **other}
    content = CalendarObject(
        uid="0190@openslot.example",
        sequence=2,
        changed_at=millis_of(datetime(2027, 1, 4, 9, 30, 7, tzinfo=UTC)),
        start=minute("2027-01-12T09:00"),
        end=minute("2027-01-12T09:30"),
        is_cancelled=kind == CANCELLED,
        summary=told["summary"],
        location=told["location"],
        description="Passport",
    )
    return CalendarInvitation(
        content,
        visibility="PUBLIC",
        organizer_name=told.get("organizer_name", "Gemeente Acme"),
        organizer=told.get("organizer", "noreply@acme.example"),
        attendee="jo@to.example",
    )


def _letter(kind: str, **other: str) -> Letter:
    names = {
        "sender_name": "Gemeente Acme",
        "sender": "noreply@acme.example",
        "recipient": "jo@to.example",
        "answers_to": "",
        **other,
    }
    content = render(kind, EMAIL, facts(locale="nl_NL", manage_url=URL))
    part = calendar_part(kind, _invitation(kind))
    return Letter(message_id=_ID, locale="nl_NL", content=content, calendar=part, **names)


def _read(mail: bytes) -> EmailMessage:
    read = email.message_from_bytes(mail, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert [part.defects for part in read.walk()] == [[]] * len([*read.walk()])
    return read


def _headers(mail: bytes) -> list[bytes]:
    """The lines of the header, unfolded, without the library."""
    return re.sub(rb"\r\n(?=[ \t])", b"", mail.partition(b"\r\n\r\n")[0]).split(b"\r\n")


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_a_mail_is_text_html_and_a_calendar_object(kind: str) -> None:
    letter = _letter(kind)
    read = _read(compose(letter, _AT))
    calendar = [] if kind == REMINDER else ["text/calendar"]
    assert read.get_content_type() == "multipart/alternative"
    parts = list(read.iter_parts())
    assert [p.get_content_type() for p in parts] == ["text/plain", "text/html", *calendar]
    assert {p.get_content_charset() for p in parts} == {"utf-8"}
    assert {p.get_content_disposition() for p in parts} == {None}
    assert parts[0].get_content().splitlines() == letter.content.text.splitlines()
    assert parts[1].get_content().splitlines() == (letter.content.html or "").splitlines()


def test_the_headers_say_who_sends_and_that_a_machine_does() -> None:
    mail = compose(_letter(BOOKED, answers_to="balie@acme.example"), _AT)
    read = _read(mail)
    assert {name: read[name] for name in read if not name.startswith("Content-Type")} == {
        "From": "Gemeente Acme <noreply@acme.example>",
        "To": "jo@to.example",
        "Reply-To": "balie@acme.example",
        "Subject": "Bevestigd: Passport, dinsdag 12 januari 2027, 10:00, Town hall",
        "Date": "Mon, 04 Jan 2027 10:30:00 +0100",
        "Message-ID": f"<{_ID}@acme.example>",
        "Content-Language": "nl-NL",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }


def test_lines_end_with_crlf_and_are_short() -> None:
    mail = compose(_letter(MOVED, sender_name="Ünï " * 40), _AT)
    assert mail.count(b"\n") == mail.count(b"\r") == mail.count(b"\r\n")
    assert max(len(line) for line in mail.split(b"\r\n")) <= 78
    assert mail.isascii()


@pytest.mark.parametrize("length", [10, 68, 69, 70, 77, 78, 79, 150])
@pytest.mark.parametrize("recipient", ["jo@to.example", "jürgen@to.example"])
@pytest.mark.parametrize("word", ["appointment ", "ü ", "x"])
def test_a_subject_begins_beside_its_name(length: int, recipient: str, word: str) -> None:
    """Some programs take the subject for empty whose text begins on the next line."""
    subject = (word * 150)[: length - 1] + "."
    content = RenderedMessage(subject, "t", "<p>t</p>")
    letter = Letter(_ID, "en_US", "Acme", "noreply@acme.example", "", recipient, content)
    mail = compose(letter, _AT)
    assert _read(mail)["Subject"] == subject
    [first] = [line for line in mail.split(b"\r\n") if line.startswith(b"Subject:")]
    assert len(first) > len("Subject: ")


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: a@b.example", "x\nBcc: a@b.example", "x\u2028Bcc: y", "\x00"]
)
def test_no_value_makes_a_header(evil: str) -> None:
    letter = _letter(BOOKED, sender_name=evil)
    subject = RenderedMessage(f"s{evil}", "t", "<p>t</p>")
    mail = compose(Letter(_ID, "nl_NL", evil, letter.sender, "", letter.recipient, subject), _AT)
    names = [line.partition(b":")[0] for line in _headers(mail)]
    assert b"Bcc" not in names
    assert names.count(b"Subject") == 1
    assert len(names) == 10


@pytest.mark.parametrize("address", ["jo@x\r\nBcc: a@b.example", "jo", "@x.example", "jo@"])
def test_an_address_that_is_none_makes_no_mail(address: str) -> None:
    with pytest.raises(ValueError):
        compose(_letter(BOOKED, recipient=address), _AT)


def test_a_long_domain_leaves_the_id_of_the_mail_whole() -> None:
    domain = "a-municipality-with-a-long-name.by-the-sea.gemeente-acme.example"
    mail = compose(_letter(BOOKED, sender=f"noreply@{domain}"), _AT)
    (line,) = [one for one in _headers(mail) if one.startswith(b"Message-ID:")]
    assert line == f"Message-ID: <{_ID}@{domain}>".encode()


def test_international_addresses_are_written_as_they_are() -> None:
    mail = compose(_letter(BOOKED, recipient="jürgen@bücher.example"), _AT)
    assert "To: jürgen@xn--bcher-kva.example\r\n".encode() in mail
    assert b"To: jo@xn--bcher-kva.example\r\n" in compose(
        _letter(BOOKED, recipient="jo@bücher.example"), _AT
    )


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [
        (BOOKED, "REQUEST", "CONFIRMED"),
        (MOVED, "REQUEST", "CONFIRMED"),
        (CANCELLED, "CANCEL", "CANCELLED"),
    ],
)
def test_the_calendar_object_is_an_invitation(kind: str, method: str, status: str) -> None:
    part = list(_read(compose(_letter(kind), _AT)).iter_parts())[2]
    assert part["Content-Type"].params["method"] == method
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    (event,) = calendar.subcomponents
    assert calendar["METHOD"] == method
    assert event["STATUS"] == status
    assert (event["UID"], event["SEQUENCE"]) == ("0190@openslot.example", 2)
    assert event["DTSTART"].dt == datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=30)
    assert event["DTSTAMP"].dt == datetime(2027, 1, 4, 9, 30, 7, tzinfo=UTC)
    assert event["CLASS"] == "PUBLIC"
    assert event["ORGANIZER"] == "mailto:noreply@acme.example"
    assert event["ORGANIZER"].params["CN"] == "Gemeente Acme"
    assert event["ATTENDEE"] == "mailto:jo@to.example"
    assert dict(event["ATTENDEE"].params) == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


def test_lines_of_a_calendar_object_are_folded_between_characters() -> None:
    names = {"summary": "Ünïçødé😀, " * 20, "organizer_name": 'Ä "b"\r\nX:1; c ' * 12}
    part = calendar_part(BOOKED, _invitation(BOOKED, **names))
    assert part is not None
    lines = part.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    assert not any(line.startswith(b"X:1") for line in lines)
    (event,) = icalendar.Calendar.from_ical(part.content).subcomponents
    assert event["SUMMARY"] == names["summary"]
    assert event["ORGANIZER"] == "mailto:noreply@acme.example"


def test_who_organises_is_not_invited() -> None:
    assert calendar_part(BOOKED, _invitation(BOOKED, organizer="Jo@To.example")) is None
