"""`openslot mail`: one mail and what the mail server says of it, and its reports later."""

import pytest

from delivery.mail.mail_servers import mail_server_in_thread
from delivery.mail.report_mails import ID, report

from .conftest import Operator

pytestmark = pytest.mark.slow


def test_each_answer_of_the_server_is_printed(
    newcomer: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server_in_thread() as box:
        monkeypatch.setenv("OPENSLOT_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("OPENSLOT_MAIL_FROM", "Acme <noreply@acme.example>")
        lines = newcomer.runs("mail", "check", "jo@to.example").stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["220", "250", "250", "250", "250", "221"]
    assert lines[-3] == "250 taken as 42", lines
    assert lines[-1] == "The mail server took the mail. Look for it at jo@to.example."
    (mail,) = box.mails
    assert (mail.sender, mail.recipients) == ("noreply@acme.example", ["jo@to.example"])
    assert b"\r\nFrom: Acme <noreply@acme.example>\r\n" in b"\r\n" + mail.content


def test_what_is_not_set_or_not_there_is_said(
    newcomer: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "OPENSLOT_SMTP_URL" in newcomer.runs("mail", "check", "jo@to.example", code=1).stderr
    with mail_server_in_thread() as box:
        pass
    monkeypatch.setenv("OPENSLOT_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
    monkeypatch.setenv("OPENSLOT_MAIL_FROM", "noreply@acme.example")
    assert "did not take" in newcomer.runs("mail", "check", "jo@to.example", code=1).stderr
    assert "not an address" in newcomer.runs("mail", "check", "jo", code=2).stderr


def test_a_report_is_read_from_standard_input(operator: Operator) -> None:
    """Of mail that was not sent from here, and of something else."""
    unknown = operator.runs("mail", "bounce", stdin=report(ID).decode(), code=1).stderr
    assert "no mail that was sent from here" in unknown
    away = operator.runs("mail", "bounce", stdin="Subject: Away\n\nUntil Monday", code=1).stderr
    assert "no report" in away
