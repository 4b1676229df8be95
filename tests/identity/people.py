"""Users of the two accounts, and a look into their trail."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from openslot.app import App
from openslot.identity.model.user import User
from openslot.identity.people import users
from openslot.identity.people.passwords import Passwords
from openslot.kernel.actor import Actor
from openslot.kernel.clock import now_ms
from openslot.storage.journal import audit
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

from .world import World

PASSWORD = "violoncello in the hall"
EMAIL = "ann@example.org"
_AGE_SESSIONS = SystemStatement("""
    UPDATE sessions SET
        signed_in_at = signed_in_at - :millis, last_used_at = last_used_at - :unused,
        expires_at = expires_at - :millis
""")
_AGE_INVITATIONS = SystemStatement("""
    UPDATE users SET invitation_expires_at = invitation_expires_at - :millis
""")


class Counting(PasswordHasher):
    """argon2id with the smallest parameters, which counts what it compares."""

    def __init__(self) -> None:
        super().__init__(
            time_cost=CHEAPEST.time_cost,
            memory_cost=CHEAPEST.memory_cost,
            parallelism=CHEAPEST.parallelism,
        )
        self.compared: list[tuple[str, int, int]] = []  # of each the work that it took

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        """Compares, and notes the parameters of the digest."""
        *work, salt, digest = str(hash).split("$")
        self.compared.append(("$".join(work), len(salt), len(digest)))
        return super().verify(hash, password)


def quick(hasher: PasswordHasher | None = None) -> Passwords:
    """Passwords that take no time."""
    return Passwords(hasher or Counting())


async def made(
    world: World,
    email: str = EMAIL,
    role: str = "desk",
    *,
    password: str | None = PASSWORD,
    account: str = "acme",
) -> User:
    """A user, who has chosen a password unless there is to be none."""
    passwords = quick()
    digest = None if password is None else await passwords.hash(password)
    passwords.close()

    def make(tx: AccountTx) -> User:
        user, text = users.create(tx, email, "Ann", role)
        return user if digest is None else users.set_password(tx, user, digest, invitation=text)

    return await world.app.database.write(getattr(world, account).id, make)


def code_of(secret: str, step: int) -> str:
    """A code of an authenticator app (RFC 4226 §5.3), written from the RFC."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def step_now() -> int:
    """The time step of now (RFC 6238 §4.2)."""
    return now_ms() // 30_000


async def well_within_a_step() -> None:
    """Waits where the present step is about to end: what follows counts on it."""
    left = 30_000 - now_ms() % 30_000
    if left < 2_000:
        await asyncio.sleep(left / 1000)


def administrator(user: User, world: World) -> Actor:
    """The user as somebody who calls the API."""
    return Actor(world.acme.id, "user", user.id, frozenset(user.scopes), "192.0.2.7")


async def trail(app: App, account_id: str) -> list[tuple[str, str | None, Mapping[str, Any]]]:
    """The account's events about users, the oldest first: type, who did it, detail."""
    events = await app.database.read(account_id, audit.events, audit.AuditFilter(), 100)
    return [
        (event.type, event.actor_id, event.detail)
        for event in reversed(events)
        if event.type.startswith("user.")
    ]


async def sessions_grow_older(app: App, millis: int, *, unused: int | None = None) -> None:
    """As if they had begun so much earlier, and been used last so much earlier."""

    def age(tx: SystemTx) -> None:
        tx.run(_AGE_SESSIONS, millis=millis, unused=millis if unused is None else unused)

    await app.database.write_system("a test", age)


async def invitations_grow_older(app: App, millis: int) -> None:
    """As if they had been made so much earlier."""

    def age(tx: SystemTx) -> None:
        tx.run(_AGE_INVITATIONS, millis=millis)

    await app.database.write_system("a test", age)
