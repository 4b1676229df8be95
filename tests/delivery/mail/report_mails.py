"""Reports as mail servers write them."""

ID = "0190f3a4-6a7b-7c40-8d2e-5f6a7b8c9d0e"

_POSTFIX = """\
Return-Path: <>
Date: Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounce@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B1.123/mx.example.net"

This is a MIME-encapsulated message.

--B1.123/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

--B1.123/mx.example.net
Content-Description: Delivery report
Content-Type: {kind}

Reporting-MTA: dns; mx.example.net
{envelope}X-Postfix-Queue-ID: 123
Arrival-Date: Sat, 28 Nov 2026 09:59:59 +0000 (UTC)

Final-Recipient: rfc822; ada@example.net
Original-Recipient: rfc822;ada@example.net
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.net>: Recipient address
    rejected: User unknown

--B1.123/mx.example.net
Content-Description: Undelivered Message
Content-Type: {returned}

Return-Path: <bounce@example.org>
From: Acme <noreply@example.org>
To: ada@example.net
Subject: Appointment
Message-ID: <{message_id}@example.org>

Dear Ada
--B1.123/mx.example.net--
"""


def report(
    envelope_id: str = "",
    message_id: str = "another",
    action: str = "failed",
    status: str = "5.1.1",
    *,
    kind: str = "message/delivery-status",
    returned: str = "message/rfc822",
) -> bytes:
    """A report that mentions these ids; without `envelope_id` the server had forgotten it."""
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    text = _POSTFIX.format(
        kind=kind,
        envelope=envelope,
        action=action,
        status=status,
        returned=returned,
        message_id=message_id,
    )
    return text.replace("\n", "\r\n").encode()
