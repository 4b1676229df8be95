"""Reports of mail servers about mail that did not arrive. Pure.

Source: RFC 3464; RFC 6522 for the mail around it, RFC 6533 for addresses that are not ASCII.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message as Mail
from uuid import UUID

from openslot.kernel.errors import InvalidValue

FAILED = "failed"
DELAYED = "delayed"

# What is looked for stands before the returned mail's text; nobody is made to read more.
MOST_BYTES = 131_072
_MOST_BOUNDARIES = 100  # parts within parts cost the library the square of their depth
_LONGEST_DETAIL = 1000
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BLOCKS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = (
    *("message/rfc822", "text/rfc822-headers"),
    *("message/global", "message/global-headers"),
)


class NotAReport(InvalidValue):
    """Send the whole report of a mail server, headers included, as RFC 3464 describes it."""

    code = "not_a_report"
    title = "This is no report about a mail that did not arrive"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a report says of one mail."""

    message_ids: tuple[str, ...]  # which one of ours it may be, the most certain first
    action: str  # `FAILED`, `DELAYED`, or another one
    detail: str  # status and the server's words


def read_report(content: bytes) -> DeliveryReport:
    """What a report says.

    Raises:
        NotAReport: it is another mail, or none.
    """
    content = content[:MOST_BYTES]
    if content.lower().count(b"boundary") > _MOST_BOUNDARIES:
        raise NotAReport("")
    try:
        # The older rules of the library take every byte for what it is, and refuse none.
        mail = message_from_bytes(content, policy=policy.compat32)
        return _report_of(mail)
    except (RecursionError, ValueError, LookupError) as error:
        raise NotAReport("") from error


def _report_of(mail: Mail) -> DeliveryReport:
    # RFC 6522 §3: a report is a multipart of its own kind
    if mail.get_content_type() != "multipart/report":
        raise NotAReport("")
    parts = _parts(mail)
    blocks = _blocks(_first(parts, _BLOCKS))
    # RFC 3464 §2.3: of each recipient there is an action
    recipients = [block for block in blocks[1:] if block["Action"] is not None]
    if not recipients:
        raise NotAReport("")
    chosen = min(recipients, key=_gravity)
    return DeliveryReport(
        message_ids=tuple(_ids(blocks[0], _first(parts, _RETURNED))),
        action=_action(chosen),
        detail=_detail(chosen),
    )


def _parts(mail: Mail) -> list[Mail]:
    """What a mail consists of; nothing if it is a text."""
    content = mail.get_payload()
    return [part for part in content if isinstance(part, Mail)] if mail.is_multipart() else []


def _first(parts: Sequence[Mail], types: Sequence[str]) -> Mail | None:
    return next((part for part in parts if part.get_content_type() in types), None)


def _blocks(part: Mail | None) -> list[Mail]:
    """The groups of fields of a report: of the mail first, then of each recipient."""
    found = _parts(part) if part is not None else []
    if not found:
        raise NotAReport("")
    rest = found[0].get_payload()
    while isinstance(rest, str) and rest.strip():  # the library knows the ASCII type alone
        found.append(message_from_string(rest.lstrip(), policy=policy.compat32))
        rest = found[-1].get_payload()
    return found


def _ids(of_mail: Mail, returned: Mail | None) -> Iterable[str]:
    # RFC 3464 §2.2.1: the envelope's id, as we gave it
    yield from _uuid(_text(of_mail["Original-Envelope-Id"]))
    if returned is None:
        return
    inner = returned.get_payload()
    if isinstance(inner, str):  # RFC 6522 §4: headers alone
        header = message_from_string(inner.lstrip(), policy=policy.compat32)
    else:
        header = next(iter(_parts(returned)), Mail())
    yield from _uuid(_text(header["Message-ID"]).strip(" <>").partition("@")[0])


def _uuid(text: str) -> Iterable[str]:
    try:
        yield str(UUID(text.strip()))
    except ValueError:
        return


def _gravity(recipient: Mail) -> int:
    return {FAILED: 0, DELAYED: 1}.get(_action(recipient), 2)


def _action(recipient: Mail) -> str:
    return _text(recipient["Action"]).partition(";")[0].strip().lower()


def _detail(recipient: Mail) -> str:
    status = _STATUS.search(_text(recipient["Status"]))
    words = [status[0] if status else "", _text(recipient["Diagnostic-Code"])]
    return " ".join(word for word in words if word)[:_LONGEST_DETAIL]


def _text(value: object) -> str:
    """A field in one line, whatever bytes it has."""
    text = "" if value is None else str(value)
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())
