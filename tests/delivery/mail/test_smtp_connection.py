"""Mails handed to a mail server: one that works, and ones that do not."""

import asyncio
import ssl
from dataclasses import replace

import pytest
import trustme

from openslot.delivery.mail.smtp_connection import Posting, ServerUnreachable, SmtpConnection
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.kernel.mail_server import Encryption, MailServer, mail_server

from .mail_servers import CLOSE, HANG, mail_server_at, scripted_server

_ID = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
_POSTING = Posting(_ID, "bounce+{id}@from.example", "jo@to.example", b"Subject: x\r\n\r\n.dot\r\n")


def _connection(url: str, tls: ssl.SSLContext | None = None) -> SmtpConnection:
    return SmtpConnection(
        mail_server(url), 1.0, (lambda: tls) if tls else ssl.create_default_context
    )


def _certificates(name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Those of a server, and of a client that trusts it."""
    authority = trustme.CA()
    of_server, of_client = (ssl.create_default_context(p) for p in _PURPOSES)
    authority.issue_cert(name).configure_cert(of_server)
    authority.configure_trust(of_client)
    return of_server, of_client


_PURPOSES = (ssl.Purpose.CLIENT_AUTH, ssl.Purpose.SERVER_AUTH)


async def _sent(
    url: str, *postings: Posting, tls: ssl.SSLContext | None = None
) -> list[SendOutcome]:
    async with _connection(url, tls) as connection:
        return [await connection.send(posting) for posting in postings]


def test_mails_go_over_one_connection_as_they_are() -> None:
    async def run() -> None:
        async with mail_server_at() as box:
            outcomes = await _sent(f"smtp://127.0.0.1:{box.port}", _POSTING, _POSTING)
        assert outcomes == [SendOutcome(Result.DELIVERED, "250 taken as 42")] * 2
        assert [mail.content for mail in box.mails] == [_POSTING.mail] * 2
        assert box.mails[0].sender == f"bounce+{_ID.replace('-', '')}@from.example"
        assert box.mails[0].recipients == ["jo@to.example"]

    asyncio.run(run())


def test_a_server_that_reports_is_told_what_to_report_by() -> None:
    async def run() -> None:
        async with scripted_server({}) as (port, told):
            await _sent(f"smtp://127.0.0.1:{port}?starttls=never", _POSTING)
        digits = _ID.replace("-", "")
        assert told[1:3] == [
            f"MAIL FROM:<bounce+{digits}@from.example> ENVID={_ID}",
            "RCPT TO:<jo@to.example> NOTIFY=FAILURE,DELAY",
        ]

    asyncio.run(run())


@pytest.mark.parametrize("mode", ["required", "optional"])
def test_starttls_encrypts_before_the_password_and_the_mail(mode: str) -> None:
    async def run() -> None:
        of_server, of_client = _certificates()
        async with mail_server_at(of_server, needs_password=True) as box:
            url = f"smtp://jo%40x:s3cret%2F@localhost:{box.port}?starttls={mode}"
            (outcome,) = await _sent(url, _POSTING, tls=of_client)
        assert outcome.result is Result.DELIVERED
        assert [mail.encrypted for mail in box.mails] == [True]

    asyncio.run(run())


@pytest.mark.parametrize("case", ["stranger", "other name", "no starttls"])
def test_a_server_that_cannot_be_trusted_gets_no_mail(case: str) -> None:
    async def run() -> str:
        of_server, of_client = _certificates(
            "other.example" if case == "other name" else "localhost"
        )
        client = None if case == "stranger" else of_client
        offered = None if case == "no starttls" else of_server
        async with mail_server_at(offered) as box:
            url = f"smtp://jo%40x:s3cret%2F@localhost:{box.port}?starttls=required"
            with pytest.raises(ServerUnreachable) as refused:
                await _sent(url, _POSTING, tls=client)
        assert box.mails == []
        return str(refused.value)

    assert ("STARTTLS" if case == "no starttls" else "certificate") in asyncio.run(run())


def test_a_password_that_the_server_does_not_take_is_no_mails_fault() -> None:
    async def run() -> None:
        answers = {"EHLO": "250-x\r\n250 AUTH PLAIN", "AUTH": "535 not you"}
        async with scripted_server(answers) as (port, _):
            with pytest.raises(ServerUnreachable, match="535 not you"):
                await _sent(f"smtp://jo:s3cret@127.0.0.1:{port}?starttls=never", _POSTING)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("step", "answer", "result", "unreachable"),
    [
        ("MAIL", "550 no\tsuch sender", Result.FAILED, False),
        ("RCPT", "550 5.1.1 nobody", Result.FAILED, False),
        ("DATA", "554 no", Result.FAILED, False),
        (".", "552 too large", Result.FAILED, False),
        ("MAIL", "451 later", Result.RETRIED, False),
        ("RCPT", "450 busy", Result.RETRIED, False),
        (".", "452 full", Result.RETRIED, False),
        ("MAIL", "421 closing", Result.RETRIED, False),
        ("MAIL", HANG, Result.RETRIED, True),
        ("RCPT", HANG, Result.RETRIED, True),
        ("DATA", HANG, Result.RETRIED, True),
        (".", HANG, Result.RETRIED, True),
        ("MAIL", CLOSE, Result.RETRIED, True),
        (".", CLOSE, Result.RETRIED, True),
        (".", "what", Result.RETRIED, False),
    ],
)
@pytest.mark.slow
def test_what_a_server_answers_decides(
    step: str, answer: str, result: Result, unreachable: bool
) -> None:
    async def run() -> SendOutcome:
        async with scripted_server({step: answer}) as (port, _):
            (outcome,) = await _sent(f"smtp://127.0.0.1:{port}?starttls=never", _POSTING)
            return outcome

    outcome = asyncio.run(run())
    assert (outcome.result, outcome.unreachable) == (result, unreachable)
    assert outcome.detail
    assert " ".join(answer.split()) in outcome.detail or answer in (HANG, CLOSE)


def test_after_a_refusal_the_next_mail_goes_over_the_same_connection() -> None:
    async def run() -> None:
        async with scripted_server({"RCPT": "550 nobody"}) as (port, told):
            outcomes = await _sent(f"smtp://127.0.0.1:{port}", _POSTING, _POSTING)
        assert [one.result for one in outcomes] == [Result.FAILED] * 2
        assert [line.split()[0] for line in told] == [
            *("EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET", "QUIT"),
        ]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("step", "answer"),
    [("BEGIN", "554 go away"), ("BEGIN", HANG), ("BEGIN", CLOSE), ("EHLO", "500 what")],
)
@pytest.mark.slow
def test_a_server_that_does_not_let_us_in_is_unreachable(step: str, answer: str) -> None:
    async def run() -> None:
        async with scripted_server({step: answer}) as (port, _):
            with pytest.raises(ServerUnreachable):
                await _sent(f"smtp://127.0.0.1:{port}?starttls=never", _POSTING)

    asyncio.run(run())


def test_nobody_at_the_port_is_unreachable() -> None:
    async def run() -> None:
        async with mail_server_at() as box:
            pass
        with pytest.raises(ServerUnreachable):
            await _sent(f"smtp://127.0.0.1:{box.port}", _POSTING)

    asyncio.run(run())


def test_international_addresses_go_where_the_server_takes_them() -> None:
    async def run() -> None:
        there = replace(_POSTING, recipient="jürgen@bücher.example")
        async with mail_server_at() as box, scripted_server({}) as (port, told):
            (taken,) = await _sent(f"smtp://127.0.0.1:{box.port}", there)
            (refused,) = await _sent(f"smtp://127.0.0.1:{port}", there)
        assert taken.result is Result.DELIVERED
        assert box.mails[0].recipients == ["jürgen@xn--bcher-kva.example"]
        assert refused.result is Result.FAILED
        assert not any(line.startswith("MAIL") for line in told)

    asyncio.run(run())


def test_encryption_from_the_begin() -> None:
    async def run() -> None:
        of_server, of_client = _certificates()
        server = await asyncio.start_server(_greet, "127.0.0.1", 0, ssl=of_server)
        port = server.sockets[0].getsockname()[1]
        async with server, _connection(f"smtps://localhost:{port}", of_client) as connection:
            assert connection.is_open

    asyncio.run(run())


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 x\r\n")
    while line := await reader.readline():
        writer.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 x\r\n")
    writer.close()


def test_a_connection_does_not_show_the_password() -> None:
    server = MailServer("h", 25, Encryption.REQUIRED, "jo", "s3cret")
    assert "s3cret" not in repr(server)
