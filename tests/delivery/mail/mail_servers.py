"""A mail server on this machine, and one that breaks where a test wants it to."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HANG, CLOSE = "", "close"


@dataclass
class TakenMail:
    """What the server has taken."""

    sender: str
    sender_options: list[str]
    recipients: list[str]
    recipient_options: list[str]
    content: bytes
    encrypted: bool


@dataclass
class Mailbox:
    """Everything that the server has taken."""

    port: int = 0
    mails: list[TakenMail] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  (the library's name)
        self, _server: SMTP, session: Session, letter: Envelope
    ) -> str:
        """Takes a mail."""
        content = letter.content
        assert isinstance(content, bytes)
        self.mails.append(
            TakenMail(
                letter.mail_from or "",
                letter.mail_options,
                letter.rcpt_tos,
                letter.rcpt_options,
                content,
                session.ssl is not None,
            )
        )
        return "250 taken as 42"


def _only_jo(_server: SMTP, _session: Session, _way: SMTP, _kind: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"jo@x", b"s3cret/"))


@asynccontextmanager
async def mail_server_at(
    tls: ssl.SSLContext | None = None, *, needs_password: bool = False
) -> AsyncIterator[Mailbox]:
    """A real mail server, of aiosmtpd; with `tls` it offers STARTTLS."""
    mailbox = Mailbox()
    make = partial(
        SMTP,
        mailbox,
        tls_context=tls,
        auth_required=needs_password,
        authenticator=_only_jo,
        enable_SMTPUTF8=True,
        hostname="mail.example",
    )
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()


@contextmanager
def mail_server_in_thread() -> Iterator[Mailbox]:
    """A real mail server for programs that have an event loop of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = mail_server_at()
    try:
        yield asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result()
    finally:
        ended = serving.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(ended, loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def scripted_server(answers: Mapping[str, str]) -> AsyncIterator[tuple[int, list[str]]]:
    """Its port, and what it was told. It answers 250 to all but the first words of `answers`.

    `BEGIN` is the connection, `.` the end of a mail. `HANG` never answers, `CLOSE` closes.
    """
    told: list[str] = []
    usual = {"BEGIN": "220 x", "EHLO": "250-x\r\n250 DSN", "DATA": "354 go on", "QUIT": "221 bye"}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word, in_mail = "BEGIN", False
        try:
            while True:
                answer = answers.get(word, usual.get(word, "250 fine"))
                if answer == CLOSE:
                    return
                if answer != HANG:
                    writer.write(f"{answer}\r\n".encode())
                in_mail = word == "DATA" and answer.startswith("354")
                line = (await reader.readline()).decode()
                while in_mail and line not in (".\r\n", ""):
                    line = (await reader.readline()).decode()
                if not line:
                    return
                told.append(line.rstrip())
                word = line.split()[0].partition(":")[0].upper()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], told
    finally:
        server.close()
