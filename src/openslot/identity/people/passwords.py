"""Passwords of people: argon2id (RFC 9106), off the event loop, and what a new one must be.

The parameters are RFC 9106 §4's second recommendation: 64 MiB and a fraction of a second each.
So few run at once, and only so many wait: a flood of sign-ins is turned away, not queued.
"""

import asyncio
import base64
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from openslot.identity.people.common_passwords import COMMON_PASSWORDS
from openslot.kernel.errors import InvalidValue, Unavailable

T = TypeVar("T")

SHORTEST, LONGEST = 12, 256  # characters, after normalisation
_THREADS = 2
_MOST_WAITING = 32
_FEWEST_DISTINCT = 4


class PasswordsBusy(Unavailable):
    """Too many people sign in at this moment. Nothing was compared; try again in a second."""

    code = "passwords_busy"
    title = "Too many sign-ins at once; try again in a moment"


class WeakPassword(InvalidValue):
    """Choose a longer password, or one that is harder to guess; any characters will do."""

    code = "weak_password"
    title = "The password cannot be used"


class Passwords:
    """Hashes and compares, in a few threads of its own."""

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        threads: int = _THREADS,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        """`most_waiting` counts those that run too. No thread starts before the first use."""
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._most_waiting = most_waiting
        self._waiting = 0
        self._nobodys_digest = _digest_of_nothing(self._hasher)

    async def hash(self, text: str) -> str:
        """What is stored of a password: a PHC string with its own salt.

        Raises:
            PasswordsBusy: too many wait already.
        """
        normal = normalised(text)
        return await self._off_the_loop(lambda: self._hasher.hash(normal))

    async def verifies(self, digest: str | None, text: str) -> bool:
        """Whether a text is the password of a digest.

        With None, for a user who is unknown or has no password, the same work is done in vain.

        Raises:
            PasswordsBusy: too many wait already.
        """
        normal = normalised(text)
        stored = self._nobodys_digest if digest is None else digest
        return await self._off_the_loop(lambda: self._matches(stored, normal))

    def close(self) -> None:
        """Finishes what runs."""
        self._threads.shutdown(wait=True)

    def _matches(self, digest: str, text: str) -> bool:
        try:
            return self._hasher.verify(digest, text)
        except (VerificationError, InvalidHashError):
            return False

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise PasswordsBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def normalised(text: str) -> str:
    """A password in NFC: the same one, however a keyboard composes its characters.

    NIST SP 800-63B §5.1.1.2. A text that is no Unicode (lone surrogates) matches nothing.
    """
    normal = unicodedata.normalize("NFC", text)
    return normal.encode("utf-8", "replace").decode()


def checked(text: str, *, email: str) -> str:
    """A new password, as it may be hashed. Any characters do, in any mixture (NIST SP 800-63B).

    Raises:
        WeakPassword: too short or long, the e-mail address, or among the first to be guessed.
    """
    normal = normalised(text)
    if len(normal) < SHORTEST:
        raise _weak(f"must be at least {SHORTEST} characters long")
    if len(normal) > LONGEST:
        raise _weak(f"must be at most {LONGEST} characters long")
    folded = normal.casefold()
    if folded == email.casefold():
        raise _weak("must not be the e-mail address")
    if folded in COMMON_PASSWORDS or len(set(folded)) < _FEWEST_DISTINCT:
        raise _weak("is among the first that somebody would try; choose another one")
    return normal


def _weak(detail: str) -> WeakPassword:
    return WeakPassword("password", detail)


def _digest_of_nothing(hasher: PasswordHasher) -> str:
    """A digest that costs as much as any other to compare with, and that no password has."""
    salt, nothing = _base64(os.urandom(hasher.salt_len)), _base64(os.urandom(hasher.hash_len))
    work = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${work}${salt}${nothing}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
