"""A client of a mail server that passes on every answer which it gets, as the server said it.

It stands by itself because the library takes a while to load, and most processes send no mail.
"""

from collections.abc import Callable
from typing import Any

from aiosmtplib import SMTP, SMTPResponse

Hear = Callable[[str], None]


class HeardSmtp(SMTP):
    """The library's client; `hear` gets each answer in one line."""

    def __init__(self, *, hear: Hear, **options: Any) -> None:
        super().__init__(**options)
        self._hear = hear

    async def connect(self, **options: Any) -> SMTPResponse:
        """Connects; the first answer is the server's greeting."""
        return self._heard(await super().connect(**options))

    async def execute_command(self, *args: bytes, **options: Any) -> SMTPResponse:
        """Says something, and waits for the answer."""
        return self._heard(await super().execute_command(*args, **options))

    async def starttls(self, **options: Any) -> SMTPResponse:
        """Encrypts the connection."""
        return self._heard(await super().starttls(**options))

    async def data(self, message: str | bytes, /, **options: Any) -> SMTPResponse:
        """Hands over a mail; the answer is that to its end."""
        return self._heard(await super().data(message, **options))

    def _heard(self, answer: SMTPResponse) -> SMTPResponse:
        self._hear(" ".join(f"{answer.code} {answer.message}".split()))
        return answer
