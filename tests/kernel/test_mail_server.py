"""Which URLs name a mail server, and how it is spoken to."""

import pytest

from openslot.kernel.mail_server import Encryption, MailServer, MailServerWrong, mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, Encryption.REQUIRED)),
        ("smtp://mail.example:25/", MailServer("mail.example", 25, Encryption.REQUIRED)),
        ("smtps://mail.example", MailServer("mail.example", 465, Encryption.FROM_THE_BEGIN)),
        ("smtp://localhost", MailServer("localhost", 587, Encryption.OPTIONAL)),
        ("smtp://[::1]:25", MailServer("::1", 25, Encryption.OPTIONAL)),
        (
            "smtp://jo%40x:p%2F%3A@mail.example",
            MailServer("mail.example", 587, Encryption.REQUIRED, "jo@x", "p/:"),
        ),
        (
            "smtp://jo:p@127.0.0.1?starttls=never",
            MailServer("127.0.0.1", 587, Encryption.NEVER, "jo", "p"),
        ),
        (
            "smtp://mail.example?starttls=never",
            MailServer("mail.example", 587, Encryption.NEVER),
        ),
    ],
)
def test_a_url_says_where_and_how(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mail.example", "must be a URL"),
        ("http://mail.example", "must be a URL"),
        ("smtp://", "must be a URL"),
        ("smtp://mail.example:x", "must be a URL"),
        ("smtp://mail.example:0", "must be a URL"),
        ("smtp://mail.example/box", "must end"),
        ("smtp://mail.example?starttls=maybe", "starttls=required"),
        ("smtp://mail.example?tls=1", "starttls=required"),
        ("smtps://mail.example?starttls=never", "no ?"),
        ("smtp://jo@mail.example", "both"),
        ("smtp://jo:s3cret@mail.example?starttls=never", "unencrypted"),
        ("smtp://jo:s3cret@mail.example?starttls=optional", "unencrypted"),
    ],
)
def test_another_url_is_refused_without_repeating_it(url: str, word: str) -> None:
    with pytest.raises(MailServerWrong) as refused:
        mail_server(url)
    assert word in str(refused.value)
    assert "s3cret" not in str(refused.value)
