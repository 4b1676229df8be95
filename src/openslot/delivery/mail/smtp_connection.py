"""A connection to a mail server, over which one mail goes after the other.

Source: RFC 5321 §4.2 (what answers mean), RFC 3461 §4 (reports), RFC 6531 §3.4 (SMTPUTF8).
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from openslot.delivery.libraries import tls_context
from openslot.delivery.mail.addresses import ascii_domain
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.kernel.mail_server import Encryption, MailServer

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_LONGEST_DETAIL = 1000
_PERMANENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class Posting:
    """A mail on its way: from where, to where, and what it is."""

    message_id: str  # a UUID
    return_path: str  # `{id}` in it becomes the id's 32 digits
    recipient: str
    mail: bytes


class ServerUnreachable(Exception):
    """The server is not there, does not answer, or does not take us; the text is its own."""


class SmtpConnection:
    """Opened with `open` or `async with`; it sends until it breaks or is closed.

    Every answer of the server has `timeout_seconds`. One mail is sent at a time: the caller writes
    down what came of it before the next one, so that a mail is sent again only if the process
    or the connection ends between the server's answer and that.
    """

    def __init__(
        self,
        server: MailServer,
        timeout_seconds: float,
        tls: Callable[[], ssl.SSLContext] = tls_context,
        hear: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`tls` gives what certificates are judged by; `hear` gets every answer of the server."""
        self._server = server
        self._timeout_seconds = timeout_seconds
        self._tls = tls
        self._hear = hear
        self._client: SMTP | None = None

    async def __aenter__(self) -> Self:
        """Opens it. Raises `ServerUnreachable`, as `open`."""
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes it."""
        await self.close()

    async def open(self) -> None:
        """Connects, encrypts and signs in.

        Raises:
            ServerUnreachable: one of these does not work. It is no mail's fault.
        """
        from aiosmtplib import SMTPException  # noqa: PLC0415

        from openslot.delivery.mail.heard_smtp import HeardSmtp  # noqa: PLC0415

        server = self._server
        # Without STARTTLS of its own accord: that would be tried and given up in silence.
        client = HeardSmtp(
            hear=self._hear,
            hostname=server.host,
            port=server.port,
            use_tls=server.encryption is Encryption.FROM_THE_BEGIN,
            start_tls=False,
            timeout=self._timeout_seconds,
            tls_context=self._tls(),
        )
        try:
            await client.connect()
            await self._encrypt(client)
            if server.user:
                await client.login(server.user, server.password)
            elif client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise ServerUnreachable(_words_of(error)) from error
        self._client = client

    async def close(self) -> None:
        """Says goodbye where that is possible, and closes."""
        from aiosmtplib import SMTPException  # noqa: PLC0415

        if self._client is None:
            return
        try:
            if self._client.is_connected:
                await self._client.quit()
        except (SMTPException, OSError):
            pass  # what was sent was answered before
        finally:
            self._client.close()

    @property
    def is_open(self) -> bool:
        """Whether another mail can go over it."""
        return self._client is not None and self._client.is_connected

    async def send(self, posting: Posting) -> SendOutcome:
        """Hands one mail over; never raises for what the server does."""
        from aiosmtplib import SMTPException, SMTPResponseException  # noqa: PLC0415

        client = self._client
        if client is None or not client.is_connected:
            return SendOutcome(Result.RETRIED, "the connection is closed", unreachable=True)
        try:
            return await self._transfer(client, posting)
        except SMTPResponseException as error:
            await self._begin_again(client)
            # RFC 5321 §4.2.1: 5yz is a permanent answer, 4yz one of this moment
            result = Result.FAILED if error.code in _PERMANENT else Result.RETRIED
            return SendOutcome(result, _words_of(error))
        except (SMTPException, OSError) as error:
            client.close()
            return SendOutcome(Result.RETRIED, _words_of(error), unreachable=True)

    async def _encrypt(self, client: "SMTP") -> None:
        encryption = self._server.encryption
        if encryption is Encryption.REQUIRED:
            await client.starttls(tls_context=self._tls())
        elif encryption is Encryption.OPTIONAL:
            await client.ehlo()
            if client.supports_extension("starttls"):
                await client.starttls(tls_context=self._tls())

    async def _transfer(self, client: "SMTP", posting: Posting) -> SendOutcome:
        return_path = posting.return_path.replace("{id}", posting.message_id.replace("-", ""))
        sender, recipient = ascii_domain(return_path), ascii_domain(posting.recipient)
        is_international = not (sender + recipient).isascii()
        if is_international and not client.supports_extension("smtputf8"):
            return SendOutcome(
                Result.FAILED, "the mail server takes no address with letters beyond ASCII"
            )
        encoding = "utf-8" if is_international else "ascii"
        of_sender = ["SMTPUTF8"] if is_international else []
        of_recipient = []
        if client.supports_extension("dsn"):
            # RFC 3461 §4.4 and §4.1: a report names the message, and comes when it did not arrive
            of_sender.append(f"ENVID={posting.message_id}")
            of_recipient.append("NOTIFY=FAILURE,DELAY")
        await client.mail(sender, options=of_sender, encoding=encoding)
        await client.rcpt(recipient, options=of_recipient, encoding=encoding)
        answer = await client.data(posting.mail)
        return SendOutcome(Result.DELIVERED, _one_line(f"{answer.code} {answer.message}"))

    async def _begin_again(self, client: "SMTP") -> None:
        """RFC 5321 §4.1.1.5: a refused mail leaves nothing for the next one."""
        from aiosmtplib import SMTPException  # noqa: PLC0415

        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()


def _words_of(error: Exception) -> str:
    from aiosmtplib import SMTPResponseException  # noqa: PLC0415

    if isinstance(error, SMTPResponseException):
        return _one_line(f"{error.code} {error.message}")
    return _one_line(str(error) or type(error).__name__)


def _one_line(text: str) -> str:
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(printable.split())[:_LONGEST_DETAIL]
