"""Reports of mail servers: what is read of them, and what is no report."""

import time
from email import policy
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from openslot.delivery.mail.delivery_reports import NotAReport, read_report

from .report_mails import ID, report

WORDS = "5.1.1 smtp; 550 5.1.1 <ada@example.net>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (report(ID), (ID,)),
        (report(ID.upper()), (ID,)),
        (report(ID.replace("-", "")), (ID,)),
        (report("", ID), (ID,)),
        (report(ID, "0190f3a4-0000-7c40-8d2e-5f6a7b8c9d0e"),
         (ID, "0190f3a4-0000-7c40-8d2e-5f6a7b8c9d0e")),
        (report("", ID, returned="text/rfc822-headers"), (ID,)),
        (report(ID, kind="message/global-delivery-status"), (ID,)),
        (report("", ID, returned="message/global"), (ID,)),
        (report("", ID, returned="message/global-headers"), (ID,)),
        (report("", "of-another-program"), ()),
        (b"From mailer-daemon Sat Nov 28 10:00:00 2026\r\n" + report(ID), (ID,)),
        (report(ID).replace(b"\r\n", b"\n"), (ID,)),
    ],
    ids=[
        "envelope", "upper-case", "without-hyphens", "returned-mail", "both", "returned-headers",
        "global", "global-mail", "global-headers", "foreign", "mailbox-line", "bare-line-ends",
    ],
)  # fmt: skip
def test_which_message_a_report_is_about(content: bytes, ids: tuple[str, ...]) -> None:
    found = read_report(content)
    assert (found.message_ids, found.action, found.detail) == (ids, "failed", WORDS)


@pytest.mark.parametrize(
    ("first", "second", "action", "status"),
    [
        ("relayed", b"delayed", "delayed", "4.4.1"),
        ("delayed", b"failed", "failed", "4.4.1"),
        ("FAILED", b"delayed", "failed", "5.1.1"),
    ],
)
def test_the_worst_of_several_recipients_counts(
    first: str, second: bytes, action: str, status: str
) -> None:
    """An address may stand for several people at the other end."""
    parts = report(ID, action=first).split(b"\r\n\r\n--B1.123")
    status_part = parts[2] + (
        b"\r\n\r\nFinal-Recipient: rfc822; b@example.net\r\nAction: %s\r\nStatus: 4.4.1" % second
    )
    content = b"\r\n\r\n--B1.123".join([*parts[:2], status_part, *parts[3:]])
    found = read_report(content)
    assert (found.action, found.detail[:5]) == (action, status)


def _nested(depth: int) -> bytes:
    content = b""
    for number in range(depth):
        content += b'Content-Type: multipart/report; boundary="b%d"\r\n\r\n--b%d\r\n' % (
            number, number,
        )  # fmt: skip
    return content


def _plain() -> bytes:
    mail = MIMEMultipart()
    mail.attach(MIMEText("I am away until Monday"))
    return mail.as_bytes(policy=policy.SMTP)


NOT_REPORTS = {
    "nothing": b"",
    "bytes": bytes(range(256)) * 200,
    "text": b"I am away until Monday",
    "mail": b"Subject: Away\r\n\r\nUntil Monday",
    "multipart": _plain(),
    "nested": _nested(3_000),
    "nested-mails": b"Content-Type: message/rfc822\r\n\r\n" * 4_000,
    "another-report": report(ID).replace(b"delivery-status\r\n", b"feedback-report\r\n"),
    "without-action": report(ID).replace(b"Action: ", b"X-Action: "),
    "without-status-part": report(ID, kind="text/plain"),
    "encoded-otherwise": report(ID, kind="message/delivery-status").replace(
        b"message/delivery-status\r\n",
        b"message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n",
    ).replace(b"Action: ", b"QWN0aW9uOi"),
    "unknown-charset": _plain().replace(b"us-ascii", b"\xff\xfe-\x00"),
    "cut": report(ID)[:300],
    "boundaries": b'Content-Type: multipart/report; boundary="b"\r\n\r\n' + b"--b\r\n" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("content", NOT_REPORTS.values(), ids=NOT_REPORTS)
def test_what_is_no_report(content: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(NotAReport):
        read_report(content)
    assert time.process_time() - begun < 0.5


def test_bytes_that_are_no_text_do_no_harm() -> None:
    content = report(ID).replace(b"User unknown", b"\xff\xfe\x00\x1b[31m" + b"x" * 5_000)
    found = read_report(content)
    assert found.message_ids == (ID,)
    assert found.detail.isprintable()
    assert len(found.detail) == 1_000


def test_a_long_mail_that_came_back_is_not_read_to_its_end() -> None:
    content = report(ID).replace(b"Dear Ada", b"Dear Ada\r\n" * 1_000_000)
    begun = time.process_time()
    assert read_report(content).message_ids == (ID,)
    assert time.process_time() - begun < 2
