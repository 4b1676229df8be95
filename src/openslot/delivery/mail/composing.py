"""A message as a mail: its headers, and its parts. Pure.

Source: RFC 5322, RFC 2046 §5.1.4, RFC 3834 §5, RFC 6532 for addresses that are not ASCII.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from openslot.delivery.mail.addresses import ascii_domain
from openslot.delivery.texts.locales import language_tag
from openslot.delivery.texts.rendering import RenderedMessage, one_line


class _BegunLines(EmailPolicy):
    """As the library, but a header's text begins in the line of its name.

    A text that would fit a line of its own is put on the next one, and some readers take the
    subject for empty then. RFC 5322 §2.2.3: a header may be folded at any of its spaces.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header in lines."""
        folded = super().fold_binary(name, value)
        begin, empty_line = f"{name}: ".encode(), f"{name}:\r\n ".encode()
        if not folded.startswith(empty_line):
            return folded
        first, end, rest = folded.removeprefix(empty_line).partition(b"\r\n")
        place = first.rfind(b" ", 0, _LINE - len(begin) + 1)
        if place > 0:
            first = first[:place] + b"\r\n" + first[place:]
        return begin + first + end + rest


_LINE = 78  # RFC 5322 §2.1.1
_ASCII, _UTF8 = _BegunLines(linesep="\r\n"), _BegunLines(linesep="\r\n", utf8=True)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar object in a mail: RFC 6047 §2.4 wants its method beside its type."""

    method: str  # REQUEST or CANCEL
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person."""

    message_id: str  # a UUID; the mail's own id is made of it, the same at every attempt
    locale: str
    sender_name: str
    sender: str  # the installation's address
    answers_to: str  # "": none
    recipient: str
    content: RenderedMessage
    calendar: CalendarPart | None = None


def compose(letter: Letter, at: datetime) -> bytes:
    """The mail with CRLF, as it goes to the server; `at` is now, with a zone.

    `multipart/alternative` of plain text, HTML and, where there is one, the calendar object.

    Raises:
        ValueError: an address is none.
    """
    sender = ascii_domain(letter.sender)
    recipient = ascii_domain(letter.recipient)
    answers_to = ascii_domain(letter.answers_to) if letter.answers_to else ""
    mail = EmailMessage(_ASCII if (sender + recipient + answers_to).isascii() else _UTF8)
    mail["From"] = _mailbox(sender, one_line(letter.sender_name))
    mail["To"] = _mailbox(recipient)
    if answers_to:
        mail["Reply-To"] = _mailbox(answers_to)
    mail["Subject"] = one_line(letter.content.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    # RFC 3834 §5: nobody's automatic response shall come back
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.content.text, cte="quoted-printable")
    mail.add_alternative(letter.content.html or "", subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        mail.add_alternative(
            letter.calendar.content.decode(),
            subtype="calendar",
            params={"method": letter.calendar.method},
            cte="base64",
        )
    # The library gives every header of a content to the part that it adds next, so it comes last.
    mail["Content-Language"] = language_tag(letter.locale)
    return mail.as_bytes()


def _mailbox(address: str, name: str = "") -> Address:
    if address.isascii():
        return Address(name, addr_spec=address)
    # The library judges addresses by RFC 5322 alone, so it gets this one in parts (RFC 6532 §3.2).
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
