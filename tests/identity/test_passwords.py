"""Passwords: kept as argon2id, compared off the loop by a few at a time, and not just any."""

import asyncio
import threading
import unicodedata

import pytest
from argon2 import PasswordHasher

from openslot.identity.people import passwords
from openslot.identity.people.common_passwords import COMMON_PASSWORDS
from openslot.identity.people.passwords import (
    LONGEST,
    Passwords,
    PasswordsBusy,
    WeakPassword,
)

from .people import Counting, quick

pytestmark = pytest.mark.anyio

GOOD = "violoncello in the hall"


async def test_only_the_password_itself_is_right() -> None:
    """Two digests of one password differ; a text that is no digest matches nothing."""
    kept = quick()
    digest = await kept.hash(GOOD)
    assert digest != await kept.hash(GOOD)
    assert await kept.verifies(digest, GOOD)
    for wrong in (GOOD + " ", GOOD.upper(), GOOD[:-1], "", "\x00", GOOD + "\x00", "\ud800" * 12):
        assert not await kept.verifies(digest, wrong)
    for broken in ("$", "x$y", digest[:-1], digest.replace("argon2id", "argon2i"), "$argon2id$"):
        assert not await kept.verifies(broken, GOOD)
    kept.close()


@pytest.mark.slow
async def test_the_parameters_are_those_of_the_rfc() -> None:
    """RFC 9106 §4: argon2id, 3 passes, 4 lanes, 64 MiB, 128-bit salt, 256-bit tag."""
    kept = Passwords()
    digest = await kept.hash(GOOD)
    assert digest.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    salt, tag = digest.split("$")[4:]
    assert (len(salt), len(tag)) == (22, 43)
    assert await kept.verifies(digest, GOOD)
    assert not await kept.verifies(None, GOOD)
    kept.close()


async def test_nobody_costs_as_much_as_somebody() -> None:
    """An unknown user, a password that is too long, a wrong one: one comparison of equal work."""
    counting = Counting()
    kept = quick(counting)
    digest = await kept.hash(GOOD)
    assert not await kept.verifies(digest, "another one altogether")
    assert not await kept.verifies(None, GOOD)
    assert not await kept.verifies(None, "")
    assert not await kept.verifies(digest, "x" * (LONGEST + 1))
    assert len(counting.compared) == 4
    assert len(set(counting.compared)) == 1
    kept.close()


async def test_one_password_however_the_keyboard_composes_it() -> None:
    """NFC: é is é, whether one character or two."""
    kept = quick()
    composed = unicodedata.normalize("NFC", "crème brûlée à la carte")
    apart = unicodedata.normalize("NFD", composed)
    assert composed != apart
    digest = await kept.hash(passwords.checked(apart, email="a@example.org"))
    assert await kept.verifies(digest, composed)
    assert await kept.verifies(digest, apart)
    kept.close()


class Slow(PasswordHasher):
    """Waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.go = threading.Event()
        self.running = 0
        self.most_running = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Hashes when it may."""
        with self._lock:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        assert self.go.wait(10)
        with self._lock:
            self.running -= 1
        return super().hash(password, salt=salt)


async def test_what_cannot_wait_is_turned_away_at_once() -> None:
    """The loop goes on meanwhile, and everybody who waited is served."""
    slow = Slow()
    kept = Passwords(slow, threads=2, most_waiting=5)
    waiting = [asyncio.create_task(kept.hash(GOOD)) for _ in range(5)]
    async with asyncio.timeout(10):  # the loop is free while both threads are busy
        while slow.running < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert slow.most_running == 2
    with pytest.raises(PasswordsBusy):
        await kept.hash(GOOD)
    with pytest.raises(PasswordsBusy):
        await kept.verifies(None, GOOD)
    slow.go.set()
    assert len(set(await asyncio.gather(*waiting))) == 5
    assert slow.most_running == 2
    assert await kept.hash(GOOD)
    kept.close()


async def test_who_goes_away_makes_room() -> None:
    """A page that was closed does not hold a place for ever."""
    slow = Slow()
    kept = Passwords(slow, threads=1, most_waiting=2)
    first, second = (asyncio.create_task(kept.hash(GOOD)) for _ in range(2))
    await asyncio.sleep(0.02)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    third = asyncio.create_task(kept.hash(GOOD))
    slow.go.set()
    assert await asyncio.gather(first, third)
    kept.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x1y2z3w4v5u", "at least 12"),
        ("é" * 11, "at least 12"),
        ("e\u0301" * 11, "at least 12"),  # 22 code points that are 11 characters
        ("abcd" * 64 + "e", "at most 256"),
        ("Ann.Long@Example.org", "e-mail address"),
        ("Password1234", "first that somebody would try"),
        ("correct horse battery staple", "first that somebody would try"),
        ("aaaaaaaaaaaa", "first that somebody would try"),
        ("ababababababab", "first that somebody would try"),
    ],
)
def test_a_weak_password_is_refused_and_told_why(text: str, said: str) -> None:
    """And never repeated in what is said."""
    with pytest.raises(WeakPassword) as refused:
        passwords.checked(text, email="ann.long@example.org")
    [fault] = refused.value.faults
    assert fault.field == "password"
    assert said in fault.detail
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [GOOD, "            four", "abcdefghijk1", "пароль на каждый день", "🐙🦑🐠🐡🐬🦈🐳🐋🦐🦞🦀🐚",
     "abcd" * 64, "\tab\ncd\x00ef ghij"],
)  # fmt: skip
def test_any_characters_do(text: str) -> None:
    """There is no rule of composition (NIST SP 800-63B)."""
    assert passwords.checked(text, email="ann@example.org") == text


def test_the_list_holds_what_the_length_would_let_through() -> None:
    """In the form in which it is looked up."""
    assert len(COMMON_PASSWORDS) > 80
    assert all(12 <= len(text) <= 256 and text == text.casefold() for text in COMMON_PASSWORDS)
